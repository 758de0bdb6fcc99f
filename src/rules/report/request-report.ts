import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { ObligationKind } from '#rules/obligation/obligation-state.ts'
import type { OrderState } from '#rules/order/order-life.ts'

/** The reports that a jobcenter asks for by themselves; the final one is owed without being asked for. */
export const requestedKinds = ['interim', 'social-action-plan', 'handover'] as const
export type RequestedKind = (typeof requestedKinds)[number]

/** The duty that a request of that kind opens. */
export const dutyOfRequest: Readonly<Record<RequestedKind, ObligationKind>> = {
  interim: 'interim-report',
  'social-action-plan': 'social-action-plan',
  handover: 'handover-report',
}

/**
 * § 3, § 11: reports are asked for on an order that was placed. Ours: an interim one only while the course runs, since the
 * final report follows its end; the others also afterwards, but not of a course that never started.
 */
export const canBeReportedOn = (state: OrderState, kind: RequestedKind): Verdict<'order-state'> => {
  const { status: orderStatus, courseStatus } = state
  const running = orderStatus === 'approved'
  const over = orderStatus === 'ended' && courseStatus !== 'never-started'
  if (running || (over && kind !== 'interim')) return allowed
  const allowedIn = kind === 'interim' ? ['approved'] : ['approved', 'ended']
  return refused('order-state', { orderStatus, courseStatus, allowedIn })
}

/** Ours: a report is asked for by a date that can still be kept. */
export const requestDateCanBeKept = ({
  dueOn,
  today,
}: {
  readonly dueOn: LocalDate
  readonly today: LocalDate
}): Verdict<'request-date-invalid'> => (dueOn >= today ? allowed : refused('request-date-invalid', { today }))
