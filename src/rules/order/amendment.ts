import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** § 4: hours, weeks and dates are the jobcenter's; a supplier never changes its order. */
export const changedByTheJobcenter = (by: 'supplier' | 'jobcenter'): Verdict<'hours-changed-by-supplier'> =>
  by === 'jobcenter' ? allowed : refused('hours-changed-by-supplier')

/**
 * Ours: an order that is amended below what is planned or registered keeps both and is flagged, until a plan fits again.
 * @param given.registered the days of the absences that are held against the order
 */
export const planConflicts = (given: {
  readonly order: { readonly startDate: LocalDate; readonly lastDay: LocalDate; readonly orderedMinutes: number }
  readonly plannedMinutes: number
  readonly planned: readonly LocalDate[]
  readonly registered: readonly LocalDate[]
}): boolean => {
  const { startDate, lastDay, orderedMinutes } = given.order
  const outside = (date: LocalDate): boolean => date < startDate || date > lastDay
  return given.plannedMinutes > orderedMinutes || given.planned.some(outside) || given.registered.some(outside)
}
