import { addDays, type LocalDate } from '#kernel/local-date.ts'

/** A target of the reference data: a milestone within so many weeks, of an effort group or of a target group (004). */
export type MilestoneTarget = {
  readonly code: string
  readonly milestone: string
  readonly weeks: number
  readonly effortGroup?: string
  readonly targetGroup?: string
}

export type TargetStatus = 'reached' | 'reached-late' | 'open' | 'missed'

/** 004: the targets of a course: those of its effort group, and those of its citizen's target group. */
export const targetsThatApply = <Target extends MilestoneTarget>(
  targets: readonly Target[],
  course: { readonly effortGroup: string | null; readonly targetGroup: string },
): readonly Target[] =>
  targets.filter(
    ({ effortGroup, targetGroup }) =>
      (effortGroup !== undefined || targetGroup !== undefined) &&
      (effortGroup === undefined || effortGroup === course.effortGroup) &&
      (targetGroup === undefined || targetGroup === course.targetGroup),
  )

/** Ours: the weeks count from the first attended day, or from the start date as long as there is none. */
export const targetOn = (
  weeks: number,
  course: { readonly firstAttendedOn: LocalDate | null; readonly startDate: LocalDate },
): LocalDate => addDays(course.firstAttendedOn ?? course.startDate, weeks * 7)

/**
 * Where a course stands against a target. Ours: a target that lies after the course's last day stays open and is never
 * missed, since nothing is reached once the course is over.
 */
export const targetStatus = (
  target: { readonly targetOn: LocalDate; readonly reachedOn: LocalDate | null },
  course: { readonly today: LocalDate; readonly lastDay: LocalDate },
): TargetStatus => {
  if (target.reachedOn !== null) return target.reachedOn <= target.targetOn ? 'reached' : 'reached-late'
  return course.today > target.targetOn && target.targetOn <= course.lastDay ? 'missed' : 'open'
}
