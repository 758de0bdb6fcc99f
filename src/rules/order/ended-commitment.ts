import { orderValueOere } from './order-within-the-agreement.ts'

/**
 * 003, ours: what an ended course still takes of its framework agreement. Its plan no longer changes, so it costs at most
 * the minutes that were planned up to its end and those that were delivered after it in good faith, until the end was told,
 * at the price that the order was approved at; one that never started costs nothing. Never more than the order committed before.
 * @param order.committedOere what the order's minutes were committed at. Øre
 * @param order.orderedMinutes the minutes that it was committed for; more than none
 * @param course.plannedMinutes what the plan holds up to the day of the end, that day included
 * @param course.recordedAfterMinutes planned minutes of the later days that have their attendance
 * @returns øre
 */
export const commitmentOfEnded = (
  order: { readonly committedOere: number; readonly orderedMinutes: number },
  course: { readonly neverStarted: boolean; readonly plannedMinutes: number; readonly recordedAfterMinutes: number },
): number => {
  if (course.neverStarted) return 0
  // The hour's price is not kept with the order; from an hour on it follows exactly from what was committed.
  const unitPriceOere = Math.round((order.committedOere * 60) / order.orderedMinutes)
  const minutes = course.plannedMinutes + course.recordedAfterMinutes
  return Math.min(order.committedOere, orderValueOere(minutes, unitPriceOere))
}
