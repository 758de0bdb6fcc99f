import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** § 4: hours, weeks and dates are the jobcenter's; a supplier never changes its order. */
export const changedByTheJobcenter = (by: 'supplier' | 'jobcenter'): Verdict<'hours-changed-by-supplier'> =>
  by === 'jobcenter' ? allowed : refused('hours-changed-by-supplier')

/**
 * Ours: an order that is amended below what is planned or registered keeps both and is flagged, until a plan fits again.
 * @param given.onRecord the days of which absence, attendance or the attended first meeting is recorded
 */
export const planConflicts = (given: {
  readonly order: { readonly startDate: LocalDate; readonly lastDay: LocalDate; readonly orderedMinutes: number }
  readonly plannedMinutes: number
  readonly planned: readonly LocalDate[]
  readonly onRecord: readonly LocalDate[]
}): boolean => {
  const { startDate, lastDay, orderedMinutes } = given.order
  const outside = (date: LocalDate): boolean => date < startDate || date > lastDay
  return given.plannedMinutes > orderedMinutes || given.planned.some(outside) || given.onRecord.some(outside)
}

type Dates = { readonly startDate: LocalDate; readonly endDate: LocalDate }

/**
 * Ours: the periods that leave an order, or come to it, when its dates move; what was submitted of them is another month by
 * then. From and to, both included.
 */
export const periodsThatMove = (
  before: Dates,
  after: Dates,
): readonly { readonly from: LocalDate; readonly to: LocalDate }[] => {
  const between = (one: LocalDate, other: LocalDate): { from: LocalDate; to: LocalDate } =>
    one < other ? { from: one, to: addDays(other, -1) } : { from: other, to: addDays(one, -1) }
  return [
    between(before.startDate, after.startDate),
    between(addDays(before.endDate, 1), addDays(after.endDate, 1)),
  ].filter(({ from, to }) => from <= to)
}
