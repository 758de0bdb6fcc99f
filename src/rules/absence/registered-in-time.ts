import { daysBetween, type LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { type Hindrance, possibleOn } from '#rules/compliance/possible-since.ts'

/**
 * § 8: the day on which an absence has to be registered: the day itself; for sickness that was not accepted, the day on
 * which the supplier was told so. § 7: the days before the citizen first came, on the day the citizen came. Ours: nobody becomes
 * late with what was leave, which is not taken, until it was withdrawn. An order that came late changes nothing here: the
 * registration says how late it came, compliance whose doing that was.
 */
export const registrationDueOn = (absence: {
  readonly date: LocalDate
  readonly reason: string
  readonly decisionReceivedOn: LocalDate | undefined
  /** The day the citizen first came, for groups with the first-meeting procedure; else null. */
  readonly returnedOn: LocalDate | null
  /** Leave that covered the day and was withdrawn. */
  readonly hindrances: readonly Hindrance[]
}): LocalDate => {
  const { date, decisionReceivedOn, returnedOn, hindrances } = absence
  const told =
    absence.reason === 'sickness-not-accepted' && decisionReceivedOn !== undefined ? decisionReceivedOn : date
  const due = returnedOn !== null && date < returnedOn && told < returnedOn ? returnedOn : told
  return possibleOn(due, hindrances)
}

/** § 8: a late registration is taken and marked. Calendar days from the due day to the local day of arrival, at least 0. */
export const daysLate = (dueOn: LocalDate, arrivedOn: LocalDate): number => Math.max(0, daysBetween(dueOn, arrivedOn))

/** Ours: the decision that moves the due day is about sickness that was not accepted, and lies from the day to today. */
export const decisionDateFits = (absence: {
  readonly date: LocalDate
  readonly reason: string
  readonly decisionReceivedOn: LocalDate | undefined
  readonly today: LocalDate
}): Verdict<'decision-date-invalid'> => {
  const { decisionReceivedOn: on } = absence
  if (on === undefined) return allowed
  return absence.reason === 'sickness-not-accepted' && on >= absence.date && on <= absence.today
    ? allowed
    : refused('decision-date-invalid', { decisionReceivedOn: on })
}
