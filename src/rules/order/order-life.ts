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

/** Ours: an order is cancelled as a draft, or before its course began; afterwards the course is ended instead. */
export const canBeCancelled = (state: OrderState): Verdict<'order-state'> =>
  only(
    state,
    state.status === 'draft' ||
      (state.status === 'approved' &&
        (state.courseStatus === 'awaiting-first-meeting' || state.courseStatus === 're-summoned')),
    ['draft', 'approved before the first meeting was attended'],
  )

/** § 4: a supplier plans an approved order. */
export const canBePlanned = (state: OrderState): Verdict<'order-state'> =>
  only(state, state.status === 'approved', ['approved'])
