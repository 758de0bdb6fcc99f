import { coverByLeave, settleReferrals, type TouchedByLeave } from '#features/absences/lookups.ts'
import { settleDays } from '#features/attendance/commands.ts'
import { lockOrdersOfCitizen, type OrderRow } from '#features/orders/lookups.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { statementsWithin, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { addedLeave, leaveLiesInTheOrder } from '#rules/absence/leave-lies-in-the-order.ts'
import { canHaveLeave, type OrderState } from '#rules/order/order-life.ts'
import type { ApproveLeave } from './leave.schema.ts'
import { leaveDocument } from './leave-document.ts'

/** What new leave adds on each planned day of the order, beside the leave that stands. Minutes. */
const addedMinutes = async (trx: Trx, order: OrderRow, leave: ApproveLeave): Promise<Map<LocalDate, number>> => {
  const planned = await trx
    .selectFrom('plannedDays')
    .select((eb) => ['date', eb.fn.sum<number>('plannedMinutes').as('minutes')])
    .where('orderId', '=', order.id)
    .where('date', '>=', leave.from)
    .where('date', '<=', leave.to)
    .groupBy('date')
    .execute()
  const standing = await trx
    .selectFrom('leaveApprovals')
    .select(['fromDate', 'toDate', 'minutes'])
    .where('orderId', '=', order.id)
    .where('fromDate', '<=', leave.to)
    .where('toDate', '>=', leave.from)
    .execute()
  const added = planned.map(({ date, minutes }): [LocalDate, number] => [
    date,
    addedLeave(
      Number(minutes),
      standing.filter((given) => given.fromDate <= date && given.toDate >= date).map((given) => given.minutes),
      leave.minutes ?? null,
    ),
  ])
  return new Map(added.filter(([, minutes]) => minutes > 0))
}

/** Tells whoever had received a registration that leave touches it, and keeps that in its history. */
const tellOfTouched = async (
  trx: Trx,
  request: PortalRequest<ApproveLeave>,
  order: OrderRow,
  leaveId: string,
  absence: TouchedByLeave,
): Promise<void> => {
  await recordChange(trx, request, {
    action: absence.covered ? 'covered-by-leave' : 'touched-by-leave',
    entity: 'absence',
    entityId: absence.id,
    orderId: absence.orderId,
    registeredBy: request.body.approvedBy,
    changes: { leaveId, date: absence.date },
  })
  await appendEvent(trx, {
    type: 'leave.approved',
    occurredAt: request.arrivedAt,
    producerId: order.jobcenterId,
    recipients: absence.recipients,
    orderId: absence.orderId,
    data: { orderId: absence.orderId, leaveId, absenceId: absence.id, date: absence.date },
    path: `/v1/absences/${absence.id}`,
  })
}

/**
 * § 6: the ordering jobcenter approves leave, whole days or minutes of each, before or after a registration. What is
 * registered stays, is marked when leave covers the whole of it, and its recipients are told. The orders of the citizen
 * are locked, also another jobcenter's, so that a registration comes before the leave or after it.
 */
export const approveLeave = (deps: Deps, request: PortalRequest<ApproveLeave, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrdersOfCitizen(trx, request.caller, request.params.id)
    if (order.jobcenterId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const { from, to, minutes, reason, approvedBy } = request.body
    demand(canHaveLeave({ status: order.status, courseStatus: order.courseStatus } as OrderState))
    const { startDate, endDate, endedOn } = order
    demand(leaveLiesInTheOrder({ from, to }, { startDate, lastDay: endedOn ?? endDate }))
    const minutesByDay = await addedMinutes(trx, order, request.body)
    const leave = await trx
      .insertInto('leaveApprovals')
      .values({
        id: newId(),
        orderId: order.id,
        jobcenterId: order.jobcenterId,
        supplierId: order.supplierId,
        citizenId: order.citizenId,
        fromDate: from,
        toDate: to,
        minutes: minutes ?? null,
        reason,
        approvedBy: JSON.stringify(approvedBy),
        createdAt: request.arrivedAt,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordChange(trx, request, {
      action: 'approved',
      entity: 'leave',
      entityId: leave.id,
      orderId: order.id,
      registeredBy: approvedBy,
      changes: { from, to, minutes: minutes ?? null },
    })
    await appendEvent(trx, {
      type: 'leave.approved',
      occurredAt: request.arrivedAt,
      producerId: order.jobcenterId,
      recipients: [order.supplierId],
      orderId: order.id,
      data: { orderId: order.id, leaveId: leave.id, from, to },
      path: `/v1/orders/${order.id}/leave-approvals`,
    })
    const touched = await coverByLeave(trx, order, leave.id, minutesByDay)
    for (const absence of touched) await tellOfTouched(trx, request, order, leave.id, absence)
    // § 8: of what is covered there is nothing left to talk to K-kassen about.
    if (touched.length > 0) await settleReferrals(trx, order.id, request.arrivedAt, 'leave-approved')
    // § 5: what leave covers need not be registered; a submitted month is stale, also on another jobcenter's order.
    const { supplierId, citizenId } = order
    await settleDays(statementsWithin(trx), request, {
      supplierId,
      days: [...minutesByDay.keys()].map((date) => ({ citizenId, date })),
      because: 'leave-approved',
      touchUnseen: true,
    })
    return { status: 201, body: leaveDocument(leave) }
  })
