import { settleReferrals } from '#features/absences/lookups.ts'
import { meetObligations, openObligations, waiveObligations } from '#features/obligations/lookups.ts'
import { plannedBetween } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { instantOf } from '#platform/http/instants.ts'
import { demand, invalid } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { meetingLeaveWasApproved } from '#rules/first-meeting/excused-days.ts'
import { pendingMeetingOn } from '#rules/first-meeting/first-meeting-case.ts'
import { firstMeetingExcusedRules, givesExcusedMeetingADate, newDateDue } from '#rules/first-meeting/meeting-outcome.ts'
import { insertExcusedDays, insertOutcome, leaveByDay } from './first-meeting.queries.ts'
import type { RecordFirstMeeting } from './first-meeting.schema.ts'
import type { OrderCase } from './open-case.ts'
import { settleProtocolOf } from './settle-protocol.ts'

const kind = 'first-meeting-outcome'
/** The duty to say what becomes of an excused meeting that has no new date; no meeting's own. */
const undated = (excusedOn: LocalDate): string => `after-${excusedOn}`

/** Whose outcome is told is met; a new meeting, or the wait for one, is the next duty. */
const settleDutiesOfExcused = async (
  trx: Trx,
  request: PortalRequest,
  { order, theCase }: OrderCase,
  given: { readonly on: LocalDate; readonly newMeetingOn: LocalDate | null; readonly again: boolean },
): Promise<void> => {
  const { on, newMeetingOn, again } = given
  const at = request.arrivedAt
  const pendingOn = pendingMeetingOn(theCase)
  if (again && pendingOn !== null) {
    await waiveObligations(trx, order.id, { kinds: [kind], subjects: [pendingOn] }, at, 'first-meeting-moved')
  }
  await meetObligations(trx, order.id, { kind, subject: again ? undated(on) : on }, at, 'first-meeting')
  const because = 'first-meeting-excused'
  const duty =
    newMeetingOn === null
      ? { kind: kind as typeof kind, subject: undated(on), dueOn: newDateDue(on), because }
      : { kind: kind as typeof kind, subject: newMeetingOn, dueOn: newMeetingOn, because }
  await openObligations(trx, order, [duty], at)
}

/**
 * § 7, § 9: the citizen was excused: no letter, and nobody is told why; a new date, at once or later.
 * @throws HttpProblem of the rule that refuses
 */
export const excuseMeeting = async (
  trx: Trx,
  request: PortalRequest<RecordFirstMeeting, { id: string }>,
  orderCase: OrderCase,
  procedure: boolean,
): Promise<void> => {
  const { order, state, theCase } = orderCase
  const { on, code, registeredBy } = request.body
  if (code === undefined) {
    throw invalid('/code', 'required', { da: 'Skal oplyses.', en: 'Has to be given.' })
  }
  const newMeetingAt = request.body.newMeetingAt === undefined ? null : instantOf(request.body.newMeetingAt)
  const newMeetingOn = newMeetingAt === null ? null : localDateAt(newMeetingAt)
  const today = localDateAt(request.arrivedAt)
  demand(firstMeetingExcusedRules({ on, state, procedure, theCase, today, newMeetingOn, lastDay: order.endDate }))
  const leave = await leaveByDay(trx, order.id, on, on)
  demand(meetingLeaveWasApproved(code, leave.get(on) ?? 0))
  const again = givesExcusedMeetingADate(on, newMeetingOn, theCase, today)
  const told = { registeredBy, at: request.arrivedAt }
  const { timesMissed } = theCase
  await insertOutcome(trx, order, { outcome: 'excused', metOn: on, newMeetingAt, timesMissed }, told)
  await insertExcusedDays(trx, order, [{ date: on, code }], told)
  await settleDutiesOfExcused(trx, request, orderCase, { on, newMeetingOn, again })
  // Nobody is expected on that day any more (§ 8).
  await settleReferrals(trx, order.id, request.arrivedAt, 'first-meeting-excused')
  const planned = await plannedBetween(trx, order.id, on, on)
  await settleProtocolOf(
    trx,
    request,
    order,
    planned.map((day) => day.date),
  )
  await recordChange(trx, request, {
    action: 'first-meeting-excused',
    entity: 'order',
    entityId: order.id,
    orderId: order.id,
    registeredBy,
    // Why stands with the excused days alone (§ 9).
    changes: { on, newMeetingOn },
  })
}
