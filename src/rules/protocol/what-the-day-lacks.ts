import type { LocalDate } from '#kernel/local-date.ts'
import { registrationDueOn } from '#rules/absence/registered-in-time.ts'
import type { Hindrance } from '#rules/compliance/possible-since.ts'
import { type DayInBothRegisters, reconcileWholeDay } from './reconcile.ts'

/** A day in both registers, with what else of it decides whether something is still to come. Minutes. */
export type WholeDay = DayInBothRegisters & {
  /** Of the unauthorised minutes, those that leave on the same order covers and its attendance does not show. */
  readonly leaveMinutesUnshown: number
  /** What is planned on orders whose attendance of the day is not recorded. */
  readonly unrecordedMinutes: number
}

/** What a recorded day still lacks, by code. Minutes where they say how much. */
export type Lacking =
  | { readonly code: 'absence-registration'; readonly minutes: number }
  | { readonly code: 'leave-not-in-protocol'; readonly minutes: number }
  | { readonly code: 'registration-not-in-protocol'; readonly minutes: number }
  | { readonly code: 'attendance'; readonly minutes: number }
  | { readonly code: 'attendance-outdated' }
  | { readonly code: 'documentation' }

/** Unauthorised minutes beyond what is registered, and those of them that leave covers which the protocol does not show. */
const unregistered = (day: WholeDay): { readonly owed: number; readonly leave: number } => {
  const found = reconcileWholeDay(day)
  if (found.kind !== 'differs' || found.because !== 'absence-not-registered') return { owed: 0, leave: 0 }
  const leave = Math.min(found.minutes, day.leaveMinutesUnshown)
  return { owed: found.minutes - leave, leave }
}

/**
 * § 5, § 6: the unauthorised minutes of a day that have to be registered and are not. Ours: what leave covers cannot be
 * registered any more, so it is the protocol that is to be corrected. Minutes.
 */
export const registrationOwed = (day: WholeDay): number => unregistered(day).owed

/**
 * § 5, § 6: everything that is still missing on a recorded day. Ours: while another order of the day has no attendance yet,
 * a registration that goes beyond what is recorded may still find its minutes there.
 * @param order what is said of the one order: whether its plan changed since, whether documentation is missing
 */
export const whatTheDayLacks = (
  day: WholeDay,
  order: { readonly outdated: boolean; readonly documentationMissing: boolean },
): Lacking[] => {
  const { owed, leave } = unregistered(day)
  const found = reconcileWholeDay(day)
  const unfound =
    found.kind === 'differs' && found.because === 'registration-not-in-protocol'
      ? Math.max(0, found.minutes - day.unrecordedMinutes)
      : 0
  return [
    ...(owed > 0 ? [{ code: 'absence-registration' as const, minutes: owed }] : []),
    ...(leave > 0 ? [{ code: 'leave-not-in-protocol' as const, minutes: leave }] : []),
    ...(unfound > 0 ? [{ code: 'registration-not-in-protocol' as const, minutes: unfound }] : []),
    ...(day.unrecordedMinutes > 0 ? [{ code: 'attendance' as const, minutes: day.unrecordedMinutes }] : []),
    ...(order.outdated ? [{ code: 'attendance-outdated' as const }] : []),
    ...(order.documentationMissing ? [{ code: 'documentation' as const }] : []),
  ]
}

/**
 * § 6, § 8: until when an absence that the protocol shows has to be registered: on the day itself; § 7: a day before the
 * citizen first came, on the day they came. Ours: where the protocol said sickness so far, the supplier has been told
 * otherwise today; and nobody is late with what was leave until it was withdrawn.
 */
export const absenceRegistrationDue = (absence: {
  readonly date: LocalDate
  /** For groups with the first-meeting procedure; else null. */
  readonly firstAttendedOn: LocalDate | null
  readonly wasSickness: boolean
  readonly hindrances: readonly Hindrance[]
  readonly today: LocalDate
}): LocalDate =>
  registrationDueOn({
    date: absence.date,
    reason: absence.wasSickness ? 'sickness-not-accepted' : 'no-notice',
    decisionReceivedOn: absence.wasSickness ? absence.today : undefined,
    returnedOn: absence.firstAttendedOn,
    hindrances: absence.hindrances,
  })
