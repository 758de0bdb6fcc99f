import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

export type OrderStatus = 'draft' | 'approved' | 'ended' | 'cancelled'
export type CourseStatus = 'awaiting-first-meeting' | 're-summoned' | 'attending' | 'ended' | 'never-started'

/** Where an order is, on the jobcenter's and on the supplier's side. */
export type OrderState = { readonly status: OrderStatus; readonly courseStatus: CourseStatus }

const only = (state: OrderState, possible: boolean, allowedIn: readonly string[]): Verdict<'order-state'> =>
  possible
    ? allowed
    : refused('order-state', { orderStatus: state.status, courseStatus: state.courseStatus, allowedIn })

/** § 1: a draft is approved once. */
export const canBeApproved = (state: OrderState): Verdict<'order-state'> =>
  only(state, state.status === 'draft', ['draft'])

/**
 * § 7: a course has begun once the citizen came to the first meeting; for groups without the first-meeting procedure it
 * begins on its first date.
 */
export const courseHasBegun = (course: {
  readonly courseStatus: CourseStatus
  readonly startDate: LocalDate
  /** Whether the target group has the first-meeting procedure on the start date (reference data). */
  readonly firstMeetingProcedure: boolean
  readonly today: LocalDate
}): boolean =>
  (course.courseStatus !== 'awaiting-first-meeting' && course.courseStatus !== 're-summoned') ||
  (!course.firstMeetingProcedure && course.startDate <= course.today)

/** Ours: an order is cancelled as a draft, or before its course began; afterwards the course is ended instead. */
export const canBeCancelled = (state: OrderState, begun: boolean): Verdict<'order-state'> =>
  only(state, state.status === 'draft' || (state.status === 'approved' && !begun), [
    'draft',
    'approved before its course began',
  ])

/** § 4: a supplier plans an approved order. */
export const canBePlanned = (state: OrderState): Verdict<'order-state'> =>
  only(state, state.status === 'approved', ['approved'])

/** § 1: a draft is edited, an approved order is amended; what is over stays as it was. */
export const canBeChanged = (state: OrderState): Verdict<'order-state'> =>
  only(state, state.status === 'draft' || state.status === 'approved', ['draft', 'approved'])

/**
 * Ours: who delivers, under which agreement and for which target group is settled with the approval; when the first meeting
 * is, once anything is recorded of it: letters and excuses set the meetings then, and the days to account for stay what they are.
 */
export const membersCanBeChanged = (
  state: OrderState,
  changed: readonly string[],
  meetingRecorded = false,
): Verdict<'order-state'> => {
  const settled = meetingRecorded ? [...fixedByApproval, 'firstMeetingAt'] : fixedByApproval
  const fixed = changed.filter((member) => settled.includes(member))
  if (state.status === 'draft' || fixed.length === 0) return allowed
  const { status: orderStatus, courseStatus } = state
  return refused('order-state', { orderStatus, courseStatus, allowedIn: ['draft'], fixedMembers: fixed })
}
const fixedByApproval: readonly string[] = ['supplierId', 'frameworkAgreementId', 'targetGroup']

/** Ours: a course is ended once, and only one that was approved. */
export const canBeEnded = (state: OrderState): Verdict<'order-state'> =>
  only(state, state.status === 'approved', ['approved'])

/** § 4: activities are added while the order runs; the jobcenter can add some before it approves. */
export const canHaveActivities = (state: OrderState, by: 'supplier' | 'jobcenter'): Verdict<'order-state'> => {
  const allowedIn = by === 'jobcenter' ? ['draft', 'approved'] : ['approved']
  return only(state, allowedIn.includes(state.status), allowedIn)
}

/** § 2, 004: progress is recorded of a course that was approved, also after it ended; one that never started has none. */
export const canHaveProgress = (state: OrderState): Verdict<'order-state'> =>
  only(state, (state.status === 'approved' || state.status === 'ended') && state.courseStatus !== 'never-started', [
    'approved',
    'ended',
  ])

/** Ours: start assessments are put as progress is, and not while a final report stands that was submitted against them. */
export const canPutFocusAreas = (state: OrderState, finalReportStands: boolean): Verdict<'order-state'> => {
  const progress = canHaveProgress(state)
  if (!progress.allowed || !finalReportStands) return progress
  const { status: orderStatus, courseStatus } = state
  return refused('order-state', { orderStatus, courseStatus, allowedIn: [], finalReport: 'submitted' })
}

/** § 6: leave concerns days of an approved course, also after it ended. */
export const canHaveLeave = (state: OrderState): Verdict<'order-state'> =>
  only(state, state.status === 'approved' || state.status === 'ended', ['approved', 'ended'])
