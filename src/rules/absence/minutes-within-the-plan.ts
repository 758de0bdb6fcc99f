import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { AbsenceClaim } from './absence-facts.ts'

/** § 5, § 6: without planned minutes there is nothing to be absent from. */
export const somethingIsPlanned = (plannedMinutes: number): Verdict<'nothing-planned-that-day'> =>
  plannedMinutes > 0 ? allowed : refused('nothing-planned-that-day')

/** § 8: late arrival and early leaving are at most the day's planned minutes. */
export const minutesWithinThePlan = (
  extent: AbsenceClaim['extent'],
  plannedMinutes: number,
): Verdict<'absent-minutes-exceed-plan'> =>
  extent.kind === 'minutes' && extent.minutes > plannedMinutes
    ? refused('absent-minutes-exceed-plan', { plannedMinutes, absentMinutes: extent.minutes })
    : allowed

/** § 5: absent from every hour of the day is absent the whole day. Minutes. */
export const absentMinutes = (
  extent: AbsenceClaim['extent'],
  plannedMinutes: number,
): { readonly wholeDay: boolean; readonly absentMinutes: number } => {
  const minutes = extent.kind === 'whole-day' ? plannedMinutes : extent.minutes
  return { wholeDay: minutes === plannedMinutes, absentMinutes: minutes }
}
