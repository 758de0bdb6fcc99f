import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { AbsenceClaim } from './absence-facts.ts'

/** The day's minutes that are left to be absent from beside approved leave. */
export const minutesWithoutLeave = (plannedMinutes: number, leaveMinutes: number): number =>
  Math.max(0, plannedMinutes - leaveMinutes)

/**
 * § 6: what the jobcenter gave leave for is not unauthorised. What leave does not cover can still be registered; a whole
 * day is then the rest of it.
 * @param leaveMinutes leave on all the orders that the day is held against, at most what each has planned
 */
export const leaveAlreadyApproved = (
  extent: AbsenceClaim['extent'],
  plannedMinutes: number,
  leaveMinutes: number,
): Verdict<'leave-already-approved'> => {
  if (leaveMinutes === 0) return allowed
  const openMinutes = minutesWithoutLeave(plannedMinutes, leaveMinutes)
  const asked = extent.kind === 'whole-day' ? openMinutes : extent.minutes
  return openMinutes > 0 && asked <= openMinutes
    ? allowed
    : refused('leave-already-approved', { plannedMinutes, leaveMinutes, openMinutes })
}

/**
 * § 6, ours: leave is given once: the same days with the same minutes on the same order are not given again.
 * @param standing the id of leave that says the same and was not withdrawn
 */
export const leaveIsNew = (standing: string | undefined): Verdict<'leave-already-approved'> =>
  standing === undefined ? allowed : refused('leave-already-approved', { leaveId: standing })
