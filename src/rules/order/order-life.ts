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
