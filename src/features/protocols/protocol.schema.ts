import { type Static, Type } from 'typebox'
import { By, Id, InstantSchema, LocalDateSchema, Minutes, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { protocolDayStatuses } from '#rules/protocol/day-status.ts'
import { differenceKinds, explanations } from '#rules/protocol/reconcile.ts'

const Month = Type.String({
  pattern: String.raw`^(19|20|21)\d{2}-(0[1-9]|1[0-2])$`,
  description: 'A month, `YYYY-MM`.',
})
const Dates = Type.Array(LocalDateSchema)
const Sha256 = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'Of the canonical JSON (RFC 8785) of the version, in hexadecimal.',
})
const Version = Type.Integer({ minimum: 1 })
const SomebodySchema = closed({ name: Type.String(), email: Type.Optional(Type.String()) })

export const monthParams = closed({ id: Id, month: Month })
export const versionParams = closed({
  id: Id,
  month: Month,
  version: Type.String({ pattern: String.raw`^[1-9]\d{0,5}$`, description: 'The number of the version.' }),
})
export const MonthsQuery = closed({ ...listQuery })

const AbsentSchema = closed({
  code: Type.String(),
  minutes: Minutes,
  messageOn: Type.Optional(LocalDateSchema),
  periodTo: Type.Optional(LocalDateSchema),
})

const EntrySchema = closed({
  activityId: Id,
  title: Type.String(),
  kind: Type.String({ description: 'Kind of activity.' }),
  plannedMinutes: Minutes,
  attendedMinutes: Minutes,
  absent: Type.Array(AbsentSchema),
  offSite: Type.Optional(closed({ place: Type.String(), content: Type.String(), documentId: Type.Optional(Id) })),
  documentationMissing: Type.Boolean(),
})

const AbsenceOfDaySchema = closed({
  id: Id,
  absentMinutes: Minutes,
  reason: Type.String(),
  registeredAt: InstantSchema,
  late: Type.Boolean(),
  daysLate: Type.Integer({ minimum: 0 }),
  coveredByLeave: orNull(Id),
})

const ProtocolDaySchema = closed({
  date: LocalDateSchema,
  status: Type.Unsafe<string>({
    ...oneOf(protocolDayStatuses),
    description:
      '`outdated`: planned otherwise since it was recorded. `not-started`: before the citizen first came (§ 7). `unplanned`: no planned day (any more); what stands on it stays and counts nowhere.',
  }),
  excusedCode: Type.Optional(oneOf(['sick', 'approved-leave'])),
  plannedMinutes: Minutes,
  planned: Type.Array(closed({ activityId: Id, title: Type.String(), kind: Type.String(), plannedMinutes: Minutes }), {
    description: 'What is planned now.',
  }),
  entries: Type.Array(EntrySchema, { description: 'What was recorded; empty without attendance.' }),
  recordedAt: orNull(InstantSchema),
  recordedLate: Type.Boolean(),
  absence: orNull(AbsenceOfDaySchema),
  leaveMinutes: Type.Integer({ minimum: 0, description: "The jobcenter's leave. Minutes." }),
})

const DifferenceSchema = closed({
  date: LocalDateSchema,
  because: oneOf(differenceKinds),
  minutes: Type.Integer({ minimum: 1, description: 'Over all the orders that the supplier has of the citizen (§ 6).' }),
})

const standing = {
  totals: closed({
    plannedMinutes: Minutes,
    attendedMinutes: Minutes,
    unauthorisedMinutes: Minutes,
    leaveMinutes: Minutes,
  }),
  daysWithoutEntry: Dates,
  daysOutdated: Dates,
  daysRecordedLate: Dates,
  sickNotAccepted: Type.Array(closed({ date: LocalDateSchema, registeredBy: SomebodySchema, versions: Version }), {
    description:
      'Days on which sickness was reported and is not accepted: who recorded it last, and how many versions the day has.',
  }),
  documentationMissing: Type.Array(closed({ date: LocalDateSchema, activityId: Id })),
  differences: Type.Array(DifferenceSchema),
  explained: Type.Array(closed({ date: LocalDateSchema, because: oneOf(explanations) })),
  days: Type.Array(ProtocolDaySchema),
}

const monthStatuses = ['open', 'submitted', 'stale'] as const

/** Where the submission of a month stands. */
const submission = {
  status: oneOf(monthStatuses),
  version: orNull(Version),
  submittedAt: orNull(InstantSchema),
  incomplete: Type.Boolean({ description: 'Whether the latest version was submitted with open days.' }),
  stale: Type.Boolean({ description: 'Whether something changed since the latest version.' }),
  staleSince: orNull(InstantSchema),
  dueOn: orNull(LocalDateSchema),
}

export const ProtocolSchema = closed({
  orderId: Id,
  orderNumber: Type.String(),
  month: Month,
  citizen: closed({ id: Id, name: Type.String() }),
  ...submission,
  submittedBy: orNull(SomebodySchema),
  sha256: orNull(Sha256),
  staleDates: Dates,
  staleBecause: Type.Array(Type.String()),
  ...standing,
})

export const ListedMonthSchema = closed({ month: Month, plannedMinutes: Minutes, ...submission })

const Explanation = closed({
  date: LocalDateSchema,
  explanation: Type.String({ minLength: 1, maxLength: 2000, pattern: String.raw`\S` }),
})

export const SubmitProtocolBody = closed({
  correctionReason: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      pattern: String.raw`\S`,
      description: 'Needed for every version after the first.',
    }),
  ),
  acceptOpenDifferences: Type.Optional(
    Type.Array(Explanation, { maxItems: 31, description: 'Open days, each named once and explained.' }),
  ),
  registeredBy: By,
})
export type SubmitProtocol = Static<typeof SubmitProtocolBody>

const version = {
  version: Version,
  submittedAt: InstantSchema,
  submittedBy: SomebodySchema,
  correctionReason: orNull(Type.String()),
  incomplete: Type.Boolean(),
}

/** What a submission answers with, and what the list of versions shows. */
export const ListedVersionSchema = closed({ orderId: Id, month: Month, ...version, sha256: Sha256 })

/** A frozen version: exactly what its hash is of. */
export const ProtocolVersionSchema = closed(
  {
    format: Type.Literal('udbudsportal/attendance-protocol/1'),
    orderId: Id,
    orderNumber: Type.String(),
    supplierId: Id,
    jobcenterId: Id,
    citizenId: Id,
    month: Month,
    ...version,
    previous: orNull(
      closed({ version: Version, sha256: Sha256, submittedAt: InstantSchema, submittedBy: SomebodySchema }),
    ),
    acceptedOpenDays: Type.Array(Explanation),
    ...standing,
  },
  { description: 'Canonical JSON (RFC 8785), in the very characters of which `ETag` is the SHA-256.' },
)
