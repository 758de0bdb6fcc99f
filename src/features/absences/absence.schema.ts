import { Type } from 'typebox'
import {
  By,
  FreeText,
  Id,
  InstantSchema,
  LocalDateSchema,
  Minutes,
  Name,
  oneOf,
} from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

const confirmations = ['not-own-sickness'] as const

/** One absence as a supplier sends it; also an item of a batch. */
export const RegisterAbsenceBody = closed(
  {
    orderId: Id,
    activityId: Type.Unsafe<string>({
      ...Id,
      description: 'The activity of the order that the absence is registered on.',
    }),
    date: LocalDateSchema,
    wholeDay: Type.Optional(Type.Literal(true)),
    absentMinutes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1440, description: 'Late arrival or early leaving, in minutes.' }),
    ),
    reason: Type.String({ minLength: 1, maxLength: 100, description: 'A code of the code set absence-reasons.' }),
    reasonText: Type.Optional(FreeText),
    elaboration: Type.Optional(FreeText),
    priorWarning: Type.Optional(
      Type.Boolean({ description: 'Whether the supplier talked to the citizen first (§ 10).' }),
    ),
    confirmations: Type.Optional(Type.Array(oneOf(confirmations), { maxItems: 10, uniqueItems: true })),
    decisionReceivedOn: Type.Optional(LocalDateSchema),
    documentIds: Type.Optional(
      Type.Array(Id, {
        maxItems: 10,
        uniqueItems: true,
        description: 'Documents of the order, or own ones, which are bound to it: a declaration of absence (§ 17).',
      }),
    ),
    replaces: Type.Optional(
      Type.Unsafe<string>({ ...Id, description: 'The live registration that this one corrects.' }),
    ),
    registeredBy: By,
    classification: Type.Optional(
      Type.Unknown({ description: 'Never send this: every absence is unauthorised until the authority judges it.' }),
    ),
  },
  { oneOf: [{ required: ['wholeDay'] }, { required: ['absentMinutes'] }] },
)

export const WithdrawAbsenceBody = closed({
  reason: Type.String({ minLength: 1, maxLength: 1000, pattern: String.raw`\S` }),
  registeredBy: By,
})

export const AbsenceSchema = closed({
  id: Id,
  orderId: Id,
  activityId: Id,
  citizenId: Id,
  date: LocalDateSchema,
  wholeDay: Type.Boolean(),
  absentMinutes: Minutes,
  plannedMinutes: Type.Unsafe<number>({
    ...Minutes,
    description: 'All that the supplier had planned for the citizen that day. Minutes.',
  }),
  reason: Type.String(),
  reasonText: Type.Optional(Type.String()),
  elaboration: Type.Optional(Type.String()),
  priorWarning: Type.Optional(Type.Boolean()),
  confirmations: Type.Array(Type.String()),
  decisionReceivedOn: Type.Optional(LocalDateSchema),
  documentIds: Type.Optional(Type.Array(Id)),
  classification: Type.Literal('unauthorised'),
  residenceMunicipality: Type.String({
    description: "The citizen's municipality as it was on the absence's day, by what was known when it was registered.",
  }),
  registeredAt: InstantSchema,
  registeredBy: closed({ name: Name, email: Type.Optional(Type.String()) }),
  late: Type.Boolean(),
  daysLate: Type.Integer({
    description:
      'Calendar days from the day it was due to the day it arrived. What was leave until it was withdrawn is due on that day.',
  }),
  status: oneOf(['registered', 'withdrawn', 'superseded']),
  replaces: Type.Optional(Id),
  supersededBy: Type.Optional(Id),
  coveredByLeave: Type.Optional(
    Type.Unsafe<string>({ ...Id, description: 'The leave, given afterwards, that covers the whole of it (§ 6).' }),
  ),
  withdrawal: Type.Optional(
    closed({
      reason: Type.String(),
      at: InstantSchema,
      registeredBy: closed({ name: Type.String(), email: Type.Optional(Type.String()) }),
    }),
  ),
  routedTo: Type.Array(
    closed({
      organisationId: Id,
      name: Type.String(),
      because: Type.String({ description: 'A section of the source, or the name of a reading of ours.' }),
    }),
  ),
})

export const BatchBody = closed({ items: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1000 }) })
export const DocumentedBatchBody = closed({ items: Type.Array(RegisterAbsenceBody, { minItems: 1, maxItems: 1000 }) })

export const BatchAnswer = closed({
  results: Type.Array(
    closed({
      index: Type.Integer({ description: 'Position of the item in the request, from 0.' }),
      status: Type.Integer({ description: 'The status that the item alone would have had.' }),
      absence: Type.Optional(AbsenceSchema),
      problem: Type.Optional(
        Type.Unsafe<unknown>({ type: 'object', description: 'The problem document of a refused item.' }),
      ),
    }),
  ),
})

export const AbsenceQuery = closed({
  ...listQuery,
  orderId: Type.Optional(Id),
  citizenId: Type.Optional(Id),
  supplierId: Type.Optional(Id),
  dateFrom: Type.Optional(LocalDateSchema),
  dateTo: Type.Optional(LocalDateSchema),
  reason: Type.Optional(Type.String({ maxLength: 100 })),
  late: Type.Optional(Type.Boolean()),
  status: Type.Optional(oneOf(['registered', 'withdrawn', 'superseded'])),
})
