import { Type } from 'typebox'
import { By, FreeText, Id, InstantSchema, LocalDateSchema, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { obligationKinds, obligationStatuses } from '#rules/obligation/obligation-state.ts'

export const ObligationQuery = closed({
  ...listQuery,
  status: Type.Optional(oneOf(obligationStatuses)),
  kind: Type.Optional(oneOf(obligationKinds)),
  dueOnFrom: Type.Optional(LocalDateSchema),
  dueOnTo: Type.Optional(LocalDateSchema),
  supplierId: Type.Optional(Id),
  jobcenterId: Type.Optional(Id),
  orderId: Type.Optional(Id),
})

const ExtensionSchema = closed({
  fromDueOn: LocalDateSchema,
  toDueOn: LocalDateSchema,
  agreedAt: InstantSchema,
  reason: Type.Optional(FreeText),
  agreedBy: Type.Optional(closed({ name: Name, email: Type.Optional(Type.String()) })),
})

export const ObligationSchema = closed({
  id: Id,
  kind: oneOf(obligationKinds),
  orderId: Id,
  supplierId: Id,
  jobcenterId: Id,
  subject: Type.String({ description: 'What it is about: a month, a date, an id. One per kind and order.' }),
  status: oneOf(obligationStatuses),
  openedAt: InstantSchema,
  openedAfterDue: Type.Boolean({
    description: 'Whether it was opened when its date was over already: of an order that was entered late.',
  }),
  openedBecause: Type.String({ description: 'A slug or a §.' }),
  dueOn: LocalDateSchema,
  dueAt: Type.String({ format: 'date-time', description: 'The end of that day in Copenhagen; in time is before it.' }),
  originalDueOn: Type.Unsafe<string>({ ...LocalDateSchema, description: 'As it was before any extension.' }),
  metAt: orNull(InstantSchema),
  metBy: orNull(Type.String({ description: 'What met it.' })),
  daysLate: orNull(Type.Integer({ minimum: 0, description: 'Calendar days; null until it is met.' })),
  workingDaysLate: orNull(Type.Integer({ minimum: 0 })),
  waivedAt: orNull(InstantSchema),
  waivedBecause: orNull(Type.String()),
  extensions: Type.Array(ExtensionSchema, {
    description: 'The oldest first. Reason and person are shown to the supplier and the ordering jobcenter.',
  }),
})

export const ExtensionBody = closed({
  dueOn: LocalDateSchema,
  reason: Type.String({ minLength: 1, maxLength: 4000, pattern: String.raw`\S` }),
  agreedBy: By,
})
