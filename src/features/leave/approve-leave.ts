import { coverByLeave, heldAgainst } from '#features/absences/lookups.ts'
import { lockOrdersOfCitizen, type OrderRow } from '#features/orders/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { leaveIsNew } from '#rules/absence/leave-already-approved.ts'
import { leaveLiesInTheOrder } from '#rules/absence/leave-lies-in-the-order.ts'
import { canHaveLeave, type OrderState } from '#rules/order/order-life.ts'
import { followLeave, type LeaveDays, minutesBeside, tellOfLeave } from './follow-leave.ts'
import type { ApproveLeave } from './leave.schema.ts'
import { leaveDocument } from './leave-document.ts'

/** The id of leave on the order that says the same and stands. */
const sameLeave = async (trx: Trx, order: OrderRow, days: LeaveDays): Promise<string | undefined> => {
  const same = await trx
    .selectFrom('leaveApprovals')
    .select('id')
    .where('orderId', '=', order.id)
    .where('withdrawnAt', 'is', null)
    .where('fromDate', '=', days.from)
    .where('toDate', '=', days.to)
    .where('minutes', 'is not distinct from', days.minutes)
    .limit(1)
    .executeTakeFirst()
  return same?.id
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
    const { from, to, reason, approvedBy } = request.body
    const days = { from, to, minutes: request.body.minutes ?? null }
    demand(canHaveLeave({ status: order.status, courseStatus: order.courseStatus } as OrderState))
    const { startDate, endDate, endedOn } = order
    demand(leaveLiesInTheOrder(days, { startDate, lastDay: endedOn ?? endDate }))
    demand(leaveIsNew(await sameLeave(trx, order, days)))
    const minutesByDay = await minutesBeside(trx, order.id, days)
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
        minutes: days.minutes,
        reason,
        approvedBy: JSON.stringify(approvedBy),
        createdAt: request.arrivedAt,
        givenAfter: await heldAgainst(trx, order, days),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const change = { leaveId: leave.id, days, by: approvedBy, withdrawn: false }
    await tellOfLeave(trx, request, order, change)
    const touched = await coverByLeave(trx, order, leave.id, minutesByDay)
    await followLeave(trx, request, order, change, { touched, dates: [...minutesByDay.keys()] })
    return { status: 201, body: leaveDocument(leave) }
  })
