import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { OrderState } from '#rules/order/order-life.ts'

const only = (state: OrderState, allowedIn: readonly OrderState['status'][]): Verdict<'order-state'> =>
  allowedIn.includes(state.status)
    ? allowed
    : refused('order-state', { orderStatus: state.status, courseStatus: state.courseStatus, allowedIn })

/** § 8: the supplier tells what it knows of a citizen on its order. Ours: also after the course ended. */
export const noticeCanBeGiven = (state: OrderState): Verdict<'order-state'> => only(state, ['approved', 'ended'])

/** § 8: the supplier is asked to reach a citizen who takes part. Ours: so not once the course is over. */
export const contactCanBeAskedFor = (state: OrderState): Verdict<'order-state'> => only(state, ['approved'])
