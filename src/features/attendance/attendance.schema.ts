import { type Static, Type } from 'typebox'
import { By, Id, InstantSchema, LocalDateSchema, Minutes, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { linesPattern } from '#platform/plain-text.ts'

const MinutesOfDay = Type.Integer({ minimum: 0, maximum: 1440, description: 'Minutes.' })
const Words = Type.String({ minLength: 1, maxLength: 1000, pattern: linesPattern })

const absentPart = {
  code: Type.String({ minLength: 1, maxLength: 100, description: 'A code of the code set attendance-codes.' }),
  messageOn: Type.Optional(
    Type.Unsafe<Static<typeof LocalDateSchema>>({
      ...LocalDateSchema,
      description: "Of `sick-accepted` alone: the day of Kontaktcentret's message (§ 9).",
    }),
  ),
  periodTo: Type.Optional(
    Type.Unsafe<Static<typeof LocalDateSchema>>({
      ...LocalDateSchema,
      description: 'Of `sick-accepted` alone: the last day that the message accepts.',
    }),
  ),
}

const offSite = {
  place: Words,
  content: Type.String({ ...Words, maxLength: 4000, description: 'What the citizen does there (§ 4, § 5).' }),
  documentId: Type.Optional(Id),
}

/** One activity of a day as a supplier sends it. */
const EntryBody = closed({
  activityId: Id,
  attendedMinutes: MinutesOfDay,
  absent: Type.Optional(
    Type.Array(
      closed({
        ...absentPart,
        minutes: Type.Integer({ minimum: 1, maximum: 1440, description: 'Minutes.' }),
      }),
      { maxItems: 20 },
    ),
  ),
  offSite: Type.Optional(closed(offSite)),
})

const dayBody = {
  entries: Type.Array(EntryBody, {
    minItems: 1,
    maxItems: 50,
    description: 'One for each activity that is planned that day.',
  }),
  correctionReason: Type.Optional(
    Type.Unsafe<string>({ ...Words, description: 'Why a day of a submitted month changes; kept with the version.' }),
  ),
  registeredBy: By,
}

export const PutAttendanceBody = closed(dayBody)
/** A day as an item of a batch. */
export const AttendanceItemBody = closed({ orderId: Id, date: LocalDateSchema, ...dayBody })
export const AttendanceBatchBody = closed({ items: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1000 }) })
export const DocumentedAttendanceBatchBody = closed({
  items: Type.Array(AttendanceItemBody, { minItems: 1, maxItems: 1000 }),
})

export const dayParams = closed({ id: Id, date: LocalDateSchema })
export const AttendanceQuery = closed({
  ...listQuery,
  dateFrom: Type.Optional(LocalDateSchema),
  dateTo: Type.Optional(LocalDateSchema),
})

const EntrySchema = closed({
  activityId: Id,
  plannedMinutes: Type.Unsafe<number>({ ...Minutes, description: 'As planned when this was recorded. Minutes.' }),
  attendedMinutes: Minutes,
  absent: Type.Array(closed({ ...absentPart, minutes: Minutes })),
  offSite: Type.Optional(closed({ ...offSite, place: Type.String(), content: Type.String() })),
  documentationMissing: Type.Boolean(),
})

const person = closed({ name: Name, email: Type.Optional(Type.String()) })

const daySchema = {
  orderId: Id,
  date: LocalDateSchema,
  version: Type.Integer({ minimum: 1 }),
  recordedAt: InstantSchema,
  recordedLate: Type.Boolean({ description: 'The first version came on a later date than the day itself (§ 5).' }),
  plannedMinutes: Minutes,
  attendedMinutes: Minutes,
  absentMinutes: Minutes,
  entries: Type.Array(EntrySchema),
  documentationMissing: Type.Boolean(),
  correctionReason: Type.Optional(Type.String()),
  registeredBy: person,
  leaveMinutes: Type.Unsafe<number>({
    ...Minutes,
    description: 'What the jobcenter approved leave for on the order that day. Minutes.',
  }),
  absence: orNull(
    closed(
      {
        id: Id,
        url: Type.String(),
        absentMinutes: Minutes,
        reason: Type.String(),
        coveredByLeave: Type.Boolean(),
      },
      { description: "The live registration of the citizen's day at this supplier." },
    ),
  ),
  missing: Type.Array(
    closed({
      code: oneOf([
        'absence-registration',
        'leave-not-in-protocol',
        'registration-not-in-protocol',
        'attendance',
        'attendance-outdated',
        'documentation',
      ]),
      minutes: Type.Optional(Minutes),
      dueOn: Type.Optional(LocalDateSchema),
    }),
    {
      description:
        'What the day still lacks, counted over all that the supplier has of the citizen that day: an absence to register and until when; leave or a registration that the attendance does not show; attendance on another order; an entry made before the plan changed; documentation.',
    },
  ),
}

export const AttendanceSchema = closed(daySchema)
export const AttendanceWithHistorySchema = closed({
  ...daySchema,
  history: Type.Array(
    closed({
      version: Type.Integer({ minimum: 1 }),
      recordedAt: InstantSchema,
      registeredBy: person,
      correctionReason: Type.Optional(Type.String()),
      entries: Type.Array(EntrySchema),
    }),
    { description: 'Every version, the first one first.' },
  ),
})

export const AttendanceBatchAnswer = closed({
  results: Type.Array(
    closed({
      index: Type.Integer({ description: 'Position of the item in the request, from 0.' }),
      status: Type.Integer({ description: 'The status that the item alone would have had.' }),
      attendance: Type.Optional(AttendanceSchema),
      problem: Type.Optional(
        Type.Unsafe<unknown>({ type: 'object', description: 'The problem document of a refused item.' }),
      ),
    }),
  ),
})

export type PutAttendance = Static<typeof PutAttendanceBody>
export type AttendanceItem = Static<typeof AttendanceItemBody>
