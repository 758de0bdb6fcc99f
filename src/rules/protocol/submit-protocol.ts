import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import { submittedMonthIsCorrected } from './attendance-of-a-day.ts'
import type { ProtocolDayStatus } from './day-status.ts'
import { noCitizenNumber } from './no-citizen-number.ts'
import type { Reconciliation } from './reconcile.ts'

/** A day of the month, as the submission looks at it. */
export type ProtocolDay = {
  readonly date: LocalDate
  readonly status: ProtocolDayStatus
  readonly reconciliation: Reconciliation
}

/** The days that the protocol is about; what was recorded on others stays and is asked nothing. */
const planned = (days: readonly ProtocolDay[]): readonly ProtocolDay[] =>
  days.filter(({ status }) => status !== 'unplanned')

/** § 5: a month can be submitted as soon as no planned day of it lies ahead. */
export const monthIsOver = (planned: readonly LocalDate[], today: LocalDate): Verdict<'month-not-over'> => {
  const daysAhead = [...new Set(planned.filter((date) => date > today))].sort()
  return daysAhead.length === 0 ? allowed : refused('month-not-over', { daysAhead })
}

/**
 * Ours: a protocol is of planned days; a month without any has none. One that was submitted before its days fell away can be
 * corrected, and one that is owed all the same, since it was overdue when they did, is given late, as an empty month.
 */
export const monthHasPlannedDays = (
  month: string,
  planned: readonly LocalDate[],
  given: { readonly submittedBefore: boolean; readonly owed: boolean },
): Verdict<'nothing-planned-that-month'> =>
  planned.length > 0 || given.submittedBefore || given.owed ? allowed : refused('nothing-planned-that-month', { month })

/** The days that stand open, with what is open about each. */
export const openDates = (days: readonly ProtocolDay[]) => ({
  missingDates: days.filter(({ status }) => status === 'missing').map(({ date }) => date),
  outdatedDates: days.filter(({ status }) => status === 'outdated').map(({ date }) => date),
  differences: days.flatMap(({ date, reconciliation }) =>
    reconciliation.kind === 'differs'
      ? [{ date, because: reconciliation.because, minutes: reconciliation.minutes }]
      : [],
  ),
})

/** § 5: every planned day has its attendance. */
export const protocolIsComplete = (
  days: readonly ProtocolDay[],
  accepted: ReadonlySet<LocalDate>,
): Verdict<'protocol-incomplete'> => {
  const { missingDates, outdatedDates } = openDates(days.filter((day) => !accepted.has(day.date)))
  return missingDates.length + outdatedDates.length === 0
    ? allowed
    : refused('protocol-incomplete', { missingDates, outdatedDates })
}

/** § 5, § 6: protocol and registrations agree, or the difference is explained. */
export const protocolReconciles = (
  days: readonly ProtocolDay[],
  accepted: ReadonlySet<LocalDate>,
): Verdict<'protocol-does-not-reconcile'> => {
  const { differences } = openDates(days.filter((day) => !accepted.has(day.date)))
  return differences.length === 0 ? allowed : refused('protocol-does-not-reconcile', { differences })
}

/**
 * Ours: what is due is due, so open days can be named and explained instead of cleared; only days that are open can be.
 * @param accepted the dates that the caller names, in the order of the request
 */
export const acceptedDaysAreOpen = (
  days: readonly ProtocolDay[],
  accepted: readonly LocalDate[],
): Verdict<'day-not-open'> => {
  const open = openDates(days)
  const dates = new Set([
    ...open.missingDates,
    ...open.outdatedDates,
    ...open.differences.map((difference) => difference.date),
  ])
  const detail = { da: 'Dagen står ikke åben, eller er nævnt to gange.', en: 'The day is not open, or named twice.' }
  const faults = accepted.flatMap((date, index) =>
    dates.has(date) && accepted.indexOf(date) === index
      ? []
      : [{ pointer: `/acceptOpenDifferences/${index}/date`, code: 'not-open', detail }],
  )
  return faults.length === 0 ? allowed : refused('day-not-open', { faults })
}

/** § 5: whether a month's protocol is taken. Whether it comes late is never asked. */
export const submitProtocolRules = (given: {
  readonly month: string
  readonly days: readonly ProtocolDay[]
  readonly today: LocalDate
  readonly submitted: { readonly month: string; readonly version: number } | null
  /** Whether the month's duty stands open. */
  readonly owed: boolean
  readonly correctionReason: string | undefined
  readonly accepted: readonly LocalDate[]
  /** The free text of the submission, which is frozen with the month. */
  readonly texts: Parameters<typeof noCitizenNumber>[0]
}): Verdict => {
  const days = planned(given.days)
  const dates = days.map((day) => day.date)
  const accepted = new Set(given.accepted)
  return firstRefusal(
    () => noCitizenNumber(given.texts),
    () => monthHasPlannedDays(given.month, dates, { submittedBefore: given.submitted !== null, owed: given.owed }),
    () => monthIsOver(dates, given.today),
    () => submittedMonthIsCorrected(given.submitted, given.correctionReason),
    () => acceptedDaysAreOpen(days, given.accepted),
    () => protocolIsComplete(days, accepted),
    () => protocolReconciles(days, accepted),
  )
}
