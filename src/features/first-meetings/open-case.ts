import { lockOrdersOfCitizen, type OrderRow } from '#features/orders/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import {
  type FirstMeetingCase,
  firstMeetingCase,
  type MeetingOutcome,
  pendingMeetingOn,
  type RecordedOutcome,
} from '#rules/first-meeting/first-meeting-case.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { type OutcomeRow, outcomesOf, type ReSummonsRow, reSummonsesOf, wholeLeaveOn } from './first-meeting.queries.ts'

/** An order with the case around its first meeting. */
export type OrderCase = {
  readonly order: OrderRow
  readonly state: OrderState
  readonly theCase: FirstMeetingCase
  readonly outcomes: readonly OutcomeRow[]
  /** Outcomes that were told in error. */
  readonly withdrawn: readonly OutcomeRow[]
  /** Of the pending meeting's day and the missed ones: those for the whole of which the jobcenter gave leave. */
  readonly wholeLeave: ReadonlySet<LocalDate>
  readonly letters: readonly ReSummonsRow[]
}

const recorded = ({ outcome, metOn, newMeetingAt }: OutcomeRow): RecordedOutcome => ({
  outcome: outcome as MeetingOutcome,
  metOn,
  newMeetingAt,
})

/** The case of an order that the caller sees. */
export const caseOf = async (trx: Trx, order: OrderRow): Promise<OrderCase> => {
  const all = await outcomesOf(trx, order.id)
  const outcomes = all.filter((row) => row.withdrawnAt === null)
  const letters = await reSummonsesOf(trx, order.id)
  const told = outcomes.map(recorded)
  const pendingOn = pendingMeetingOn(firstMeetingCase(order.firstMeetingAt, told, letters))
  const missed = told.filter(({ outcome }) => outcome === 'missed').map(({ metOn }) => metOn)
  const wholeLeave = await wholeLeaveOn(trx, order.id, [...missed, ...(pendingOn === null ? [] : [pendingOn])])
  return {
    order,
    state: { status: order.status, courseStatus: order.courseStatus } as OrderState,
    theCase: firstMeetingCase(order.firstMeetingAt, told, letters, wholeLeave),
    outcomes,
    withdrawn: all.filter((row) => row.withdrawnAt !== null),
    wholeLeave,
    letters,
  }
}

/**
 * The case of one of the supplier's own orders, with all its orders of the citizen locked until the transaction ends: an
 * outcome decides what can be registered on each of them.
 * @throws HttpProblem `not-found`
 */
export const lockCase = async (trx: Trx, caller: Caller, orderId: string): Promise<OrderCase> => {
  const order = await lockOrdersOfCitizen(trx, caller, orderId)
  if (order.supplierId !== caller.organisation.id) throw new HttpProblem('not-found')
  return caseOf(trx, order)
}
