import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: leave concerns days of the order, from its start to its last day. */
export const leaveLiesInTheOrder = (
  leave: { readonly from: LocalDate; readonly to: LocalDate },
  order: { readonly startDate: LocalDate; readonly lastDay: LocalDate },
): Verdict<'leave-outside-order'> =>
  leave.from <= leave.to && leave.from >= order.startDate && leave.to <= order.lastDay
    ? allowed
    : refused('leave-outside-order', {
        leaveFrom: leave.from,
        leaveTo: leave.to,
        from: order.startDate,
        to: order.lastDay,
      })

/**
 * § 6: the minutes of a day that leave adds beside the leave that stands; all of it together is at most what the order has
 * planned that day.
 * @param standing minutes of each leave that covers the day; null: the whole day
 */
export const addedLeave = (
  plannedMinutes: number,
  standing: readonly (number | null)[],
  added: number | null,
): number => {
  const taken = (leave: readonly (number | null)[]): number =>
    Math.min(
      plannedMinutes,
      leave.reduce<number>((sum, minutes) => sum + (minutes ?? plannedMinutes), 0),
    )
  return taken([...standing, added]) - taken(standing)
}
