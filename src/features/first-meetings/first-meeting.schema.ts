import { type Static, Type } from 'typebox'
import { RegisterAbsenceBody } from '#features/absences/lookups.ts'
import { OrderSchema } from '#features/orders/lookups.ts'
import { By, Id, InstantSchema, LocalDateSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { excuseCodes, meetingOutcomes } from '#rules/first-meeting/first-meeting-case.ts'

const { orderId, activityId, replaces, registeredBy, ...told } = RegisterAbsenceBody.properties

/** A day before the citizen came, as `POST /v1/absences` takes it; order and person are the request's. */
const BackRegistration = closed(
  {
    ...told,
    activityId: Type.Optional(
      Type.Unsafe<string>({ ...Id, description: 'The activity planned that day when it is left out.' }),
    ),
  },
  { oneOf: [{ required: ['wholeDay'] }, { required: ['absentMinutes'] }] },
)

/** Ours: days that one return can account for: three years of working days. */
const daysOfAReturn = 800

export const FirstMeetingBody = closed({
  outcome: oneOf(meetingOutcomes),
  on: Type.Unsafe<Static<typeof LocalDateSchema>>({
    ...LocalDateSchema,
    description: 'The day of the meeting; of an attended one, the day the citizen came.',
  }),
  code: Type.Optional(
    Type.Unsafe<(typeof excuseCodes)[number]>({
      ...oneOf(excuseCodes),
      description: 'Why the citizen was excused; with `excused` alone, and needed there.',
    }),
  ),
  newMeetingAt: Type.Optional(
    Type.Unsafe<string>({ ...InstantSchema, description: 'The next meeting; with `excused` alone.' }),
  ),
  absences: Type.Optional(
    Type.Array(BackRegistration, {
      maxItems: daysOfAReturn,
      description: 'Days since the first date on which the citizen was away; with `attended` alone.',
    }),
  ),
  excused: Type.Optional(
    Type.Array(closed({ date: LocalDateSchema, code: oneOf(excuseCodes) }), {
      maxItems: daysOfAReturn,
      description: 'Days since the first date on which the citizen was excused; with `attended` alone.',
    }),
  ),
  registeredBy: By,
})
/** Why an outcome is taken back, and by whom. */
export const WithdrawOutcomeBody = closed({ reason: Type.String({ minLength: 1, maxLength: 2000 }), registeredBy: By })
export type WithdrawOutcome = Static<typeof WithdrawOutcomeBody>
export type RecordFirstMeeting = Static<typeof FirstMeetingBody>
export type BackRegistered = Static<typeof BackRegistration>

/** The order as it now stands, and what was registered with the outcome. */
export const FirstMeetingAnswer = closed({
  ...OrderSchema.properties,
  absences: Type.Array(closed({ id: Id, date: LocalDateSchema, late: Type.Boolean(), daysLate: Type.Integer() }), {
    description: 'The absences that were registered with it.',
  }),
})

export const reminderChannels = ['sms', 'phone'] as const
const reminder = {
  channel: oneOf(reminderChannels),
  at: InstantSchema,
  reached: Type.Optional(Type.Boolean({ description: 'Whether the citizen was reached.' })),
}

/** Ours: a letter sent another way than § 7 asks for is a fact like any other: it is taken and shown. */
export const letterMethods = ['quick-letter', 'letter', 'digital-post'] as const

export const ReSummonsBody = closed({
  missedOn: LocalDateSchema,
  letterSentOn: LocalDateSchema,
  letterMethod: oneOf(letterMethods),
  newMeetingAt: InstantSchema,
  reminders: Type.Optional(Type.Array(closed(reminder), { maxItems: 100 })),
  registeredBy: By,
})
export type ReSummon = Static<typeof ReSummonsBody>

export const ReminderBody = closed({ ...reminder, registeredBy: By })
export type AddReminder = Static<typeof ReminderBody>

const Person = closed({ name: Type.String(), email: Type.Optional(Type.String()) })
const contact = {
  contactAttempts: Type.Integer({ description: 'How often contact was tried by text message or telephone.' }),
  reached: Type.Integer({ description: 'How many of these reached the citizen.' }),
}

const reSummons = {
  id: Id,
  orderId: Id,
  missedOn: LocalDateSchema,
  letterSentOn: LocalDateSchema,
  letterMethod: oneOf(letterMethods),
  letterDueOn: LocalDateSchema,
  letterLate: Type.Boolean({ description: 'Whether it was sent after the next working day (§ 7).' }),
  newMeetingAt: InstantSchema,
  newMeetingLate: Type.Boolean({
    description: 'Whether it lies more than 14 days after the missed one, since the letter went out too late (§ 7).',
  }),
  ...contact,
  registeredBy: Person,
  registeredAt: InstantSchema,
}

export const ReSummonsSchema = closed({
  ...reSummons,
  reminders: Type.Array(closed({ id: Id, ...reminder, registeredBy: Person, registeredAt: InstantSchema })),
})
export const ReSummonsQuery = closed({ ...listQuery })

const code = Type.Optional(
  Type.Unsafe<string>({ ...oneOf(excuseCodes), description: 'Not shown to benefits offices (§ 9).' }),
)

/** The case around the first meeting. */
export const FirstMeetingCaseSchema = closed({
  orderId: Id,
  courseStatus: OrderSchema.properties.course.properties.status,
  pendingMeetingAt: orNull(InstantSchema),
  timesMissed: Type.Integer(),
  outcomes: Type.Array(
    closed({
      id: Id,
      outcome: oneOf(meetingOutcomes),
      on: LocalDateSchema,
      code,
      newMeetingAt: Type.Optional(InstantSchema),
      registeredBy: Person,
      registeredAt: InstantSchema,
      withdrawnAt: Type.Optional(
        Type.Unsafe<string>({ ...InstantSchema, description: 'It was told in error, and counts nowhere since.' }),
      ),
      withdrawal: Type.Optional(
        closed(
          { reason: Type.String(), registeredBy: Person },
          { description: 'To supplier, jobcenter and auditors alone.' },
        ),
      ),
    }),
  ),
  reSummonses: Type.Array(closed(reSummons)),
  excusedDays: Type.Optional(
    Type.Array(closed({ date: LocalDateSchema, code: oneOf(excuseCodes) }), {
      description: 'Days before the citizen came that were excused. Not shown to benefits offices (§ 9).',
    }),
  ),
})
