import type { ReferenceData } from '#features/absences/commands.ts'
import { liveDays, settleReferrals } from '#features/absences/lookups.ts'
import { recordedDates } from '#features/attendance/lookups.ts'
import { openObligations, reopenObligations, waiveObligations } from '#features/obligations/lookups.ts'
import { courseGoesBack, orderAnswer } from '#features/orders/commands.ts'
import { findOrder, plannedBetween } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { firstMeetingIsOpen } from '#rules/first-meeting/first-meeting-attended.ts'
import { type MeetingOutcome, pendingMeetingOn } from '#rules/first-meeting/first-meeting-case.ts'
import { courseStatusOf, withdrawOutcomeRules } from '#rules/first-meeting/withdraw-outcome.ts'
import { type OutcomeRow, orderOfOutcome, withdrawExcusedDays, withdrawOutcomeRow } from './first-meeting.queries.ts'
import type { WithdrawOutcome } from './first-meeting.schema.ts'
import { recipientsOfMissed } from './miss-meeting.ts'
import { caseOf, lockCase, type OrderCase } from './open-case.ts'
import { settleProtocolOf } from './settle-protocol.ts'

type Withdrawal = PortalRequest<WithdrawOutcome, { id: string }>
const becauseWithdrawn = 'first-meeting-outcome-withdrawn'

/** What could only be recorded because the citizen came; groups without the procedure record from their first date on. */
const standsOnTheReturn = async (trx: Trx, { order }: OrderCase, procedure: boolean): Promise<LocalDate[]> => {
  if (!procedure) return []
  const absent = (await liveDays(trx, order)).filter((day) => day.heldAgainst.includes(order.id))
  return [...absent.map((day) => day.date), ...(await recordedDates(trx, order.id))]
}

/** What the outcome opened is waived, what it settled is open again as it was, and the meeting that is pending now is asked about. */
const settleDutiesOfWithdrawn = async (
  trx: Trx,
  { order, letters }: OrderCase,
  row: OutcomeRow,
  remaining: OrderCase,
  at: Withdrawal['arrivedAt'],
): Promise<void> => {
  const kind = 'first-meeting-outcome'
  const { metOn, newMeetingAt } = row
  const pendingOn = pendingMeetingOn(remaining.theCase)
  const next = newMeetingAt ?? letters.find((letter) => letter.missedOn === metOn)?.newMeetingAt
  const subjects =
    row.outcome === 'attended' ? [] : [...(next === undefined ? [] : [localDateAt(next)]), `after-${metOn}`]
  if (subjects.length > 0) await waiveObligations(trx, order.id, { kinds: [kind], subjects }, at, becauseWithdrawn)
  if (row.outcome === 'missed') {
    await waiveObligations(trx, order.id, { kinds: ['re-summons-letter'], subjects: [metOn] }, at, becauseWithdrawn)
  }
  await reopenObligations(trx, order.id, {
    settledAt: row.registeredAt,
    because: ['first-meeting', 'first-meeting-attended', 'first-meeting-moved'],
  })
  if (pendingOn !== null && firstMeetingIsOpen(remaining.state).allowed) {
    const duty = { kind, subject: pendingOn, dueOn: pendingOn, because: becauseWithdrawn } as const
    await openObligations(trx, order, [duty], at)
  }
}

/** Whoever heard of the outcome hears that it was taken back; of an excused one nobody did (§ 9). */
const tellWithdrawn = async (
  trx: Trx,
  request: Withdrawal,
  { order, letters }: OrderCase,
  row: OutcomeRow,
  reference: ReferenceData,
): Promise<void> => {
  if (row.outcome === 'excused') return
  const again = row.outcome === 'missed' && row.timesMissed > 1
  // The letter that the telling led to: whoever sees no order sees that.
  const letter = again ? letters.findLast((one) => one.missedOn < row.metOn) : undefined
  await appendEvent(trx, {
    type: 'first-meeting.outcome-withdrawn',
    occurredAt: request.arrivedAt,
    producerId: order.supplierId,
    recipients: again ? await recipientsOfMissed(trx, order, reference, row.metOn) : [order.jobcenterId],
    orderId: order.id,
    data: { orderId: order.id, outcome: row.outcome, on: row.metOn },
    path: letter ? `/v1/re-summons/${letter.id}` : `/v1/orders/${order.id}/first-meeting`,
  })
}

/** The days that the protocol shows otherwise now: before the return, or of the excused meeting. */
const touchedDays = async (trx: Trx, { order, theCase }: OrderCase, row: OutcomeRow, today: LocalDate) => {
  if (row.outcome === 'missed') return []
  const from = row.outcome === 'attended' && theCase.firstMeetingOn < row.metOn ? theCase.firstMeetingOn : row.metOn
  return (await plannedBetween(trx, order.id, from, row.outcome === 'attended' ? today : row.metOn)).map(
    (day) => day.date,
  )
}

/**
 * Ours: an outcome of a first meeting was told in error. The last one of an order that goes on is taken back: it stays on
 * record, counts nowhere, and the right one can be told.
 */
export const withdrawOutcome = (deps: Deps, reference: ReferenceData, request: Withdrawal): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { caller, arrivedAt: at } = request
    const orderId = await orderOfOutcome(trx, caller.organisation.id, request.params.id)
    if (orderId === undefined) throw new HttpProblem('not-found')
    const orderCase = await lockCase(trx, caller, orderId)
    const { order, state, outcomes, withdrawn } = orderCase
    const row = [...outcomes, ...withdrawn].find((one) => one.id === request.params.id.toLowerCase())
    if (!row) throw new HttpProblem('not-found')
    const procedure = reference.firstMeetingProcedure(order.targetGroup, order.startDate)
    const outcome = row.outcome as MeetingOutcome
    demand(
      withdrawOutcomeRules({
        outcome: { id: row.id, outcome, withdrawn: row.withdrawnAt !== null },
        lastOutcomeId: outcomes.at(-1)?.id,
        state,
        recorded: await standsOnTheReturn(trx, orderCase, procedure),
      }),
      order.id,
    )
    const { reason, registeredBy } = request.body
    await withdrawOutcomeRow(trx, row.id, { at, reason, by: registeredBy })
    await withdrawExcusedDays(trx, row, at)
    const to = courseStatusOf(outcomes.slice(0, -1) as { outcome: MeetingOutcome }[])
    await courseGoesBack(trx, order.id, to)
    const remaining = await caseOf(trx, await findOrder(trx, caller, order.id))
    await settleDutiesOfWithdrawn(trx, orderCase, row, remaining, at)
    await settleReferrals(trx, order.id, at, becauseWithdrawn)
    const dates = await touchedDays(trx, orderCase, row, localDateAt(at))
    if (procedure) await settleProtocolOf(trx, request, order, dates)
    await recordChange(trx, request, {
      action: becauseWithdrawn,
      entity: 'order',
      entityId: order.id,
      orderId: order.id,
      registeredBy,
      changes: { courseStatus: { from: order.courseStatus, to }, outcomeId: row.id, outcome, on: row.metOn },
    })
    await tellWithdrawn(trx, request, orderCase, row, reference)
    return orderAnswer(trx, remaining.order, caller)
  })
