import { lockOrdersOfCitizen, type OrderRow } from '#features/orders/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import {
  type FirstMeetingCase,
  firstMeetingCase,
  type MeetingOutcome,
  type RecordedOutcome,
} from '#rules/first-meeting/first-meeting-case.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { type OutcomeRow, outcomesOf, type ReSummonsRow, reSummonsesOf } from './first-meeting.queries.ts'

/** An order with the case around its first meeting. */
export type OrderCase = {
  readonly order: OrderRow
  readonly state: OrderState
  readonly theCase: FirstMeetingCase
  readonly outcomes: readonly OutcomeRow[]
  readonly letters: readonly ReSummonsRow[]
}

const recorded = ({ outcome, metOn, newMeetingAt }: OutcomeRow): RecordedOutcome => ({
  outcome: outcome as MeetingOutcome,
  metOn,
  newMeetingAt,
})

/** The case of an order that the caller sees. */
export const caseOf = async (trx: Trx, order: OrderRow): Promise<OrderCase> => {
  const outcomes = await outcomesOf(trx, order.id)
  const letters = await reSummonsesOf(trx, order.id)
  return {
    order,
    state: { status: order.status, courseStatus: order.courseStatus } as OrderState,
    theCase: firstMeetingCase(order.firstMeetingAt, outcomes.map(recorded), letters),
    outcomes,
    letters,
  }
}

/**
 * The case of one of the supplier's own orders, with all its orders of the citizen locked until the transaction ends: an
 * outcome decides what can be registered on each of them.
 * @throws HttpProblem `not-found`
 */
export const lockCase = async (trx: Trx, request: PortalRequest<unknown, { id: string }>): Promise<OrderCase> => {
  const order = await lockOrdersOfCitizen(trx, request.caller, request.params.id)
  if (order.supplierId !== request.caller.organisation.id) throw new HttpProblem('not-found')
  return caseOf(trx, order)
}
