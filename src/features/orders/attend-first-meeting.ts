import { type Static, Type } from 'typebox'
import { registeredDays } from '#features/absences/lookups.ts'
import { meetObligations } from '#features/obligations/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { By, LocalDateSchema } from '#platform/http/common-schemas.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import { type Answer, closed, type PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { courseEnds } from '#rules/absence/day-lies-in-the-course.ts'
import { firstMeetingAttendedRules } from '#rules/first-meeting/first-meeting-attended.ts'
import { stateOf } from './approve-order.ts'
import { findOrder, hasFirstMeetingProcedure, lockOrder } from './order.queries.ts'
import { orderAnswer } from './order-answer.ts'

export const FirstMeetingBody = closed({
  outcome: Type.Literal('attended', { description: 'The citizen came.' }),
  on: LocalDateSchema,
  registeredBy: By,
})
type AttendFirstMeeting = Static<typeof FirstMeetingBody>

/** § 7: the citizen came; the course goes on, and absence is registered from now on. */
export const attendFirstMeeting = (
  deps: Deps,
  request: PortalRequest<AttendFirstMeeting, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrder(trx, request.caller, request.params.id)
    if (order.supplierId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const { on, registeredBy } = request.body
    const plannedBefore = await trx
      .selectFrom('plannedDays')
      .select('date')
      .distinct()
      .where('orderId', '=', order.id)
      .where('date', '>=', localDateAt(order.firstMeetingAt))
      .where('date', '<', on)
      .execute()
    const { targetGroup, startDate, supplierId, citizenId } = order
    const procedure = await hasFirstMeetingProcedure(trx, targetGroup, startDate)
    const registered = await registeredDays(trx, { supplierId, citizenId, orderId: order.id })
    demand(
      firstMeetingAttendedRules({
        on,
        state: stateOf(order),
        course: { startDate: order.startDate, lastDay: courseEnds(order), today: localDateAt(request.arrivedAt) },
        // Groups without the procedure register their absences day by day from the start (§ 8).
        plannedBefore: procedure ? plannedBefore.map((day) => day.date) : [],
        accounted: new Set(registered.map((day) => day.date)),
      }),
    )
    await trx
      .updateTable('orders')
      .set((eb) => ({ courseStatus: 'attending', firstAttendedOn: on, version: eb('version', '+', 1) }))
      .where('id', '=', order.id)
      .execute()
    await meetObligations(trx, order.id, { kind: 'first-meeting-outcome' }, request.arrivedAt, 'first-meeting')
    await recordChange(trx, request, {
      action: 'first-meeting-attended',
      entity: 'order',
      entityId: order.id,
      orderId: order.id,
      registeredBy,
      changes: { courseStatus: { from: order.courseStatus, to: 'attending' }, on },
    })
    await appendEvent(trx, {
      type: 'first-meeting.attended',
      occurredAt: request.arrivedAt,
      producerId: order.supplierId,
      recipients: [order.jobcenterId],
      orderId: order.id,
      data: { orderId: order.id, on },
      path: `/v1/orders/${order.id}`,
    })
    return orderAnswer(trx, await findOrder(trx, request.caller, order.id))
  })
