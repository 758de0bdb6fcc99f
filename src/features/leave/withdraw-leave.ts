import { recountLeave } from '#features/absences/lookups.ts'
import { lockOrdersOfCitizen } from '#features/orders/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { leaveNotYetWithdrawn } from '#rules/absence/leave-withdrawn-once.ts'
import { followLeave, minutesBeside, tellOfLeave } from './follow-leave.ts'
import type { WithdrawLeave } from './leave.schema.ts'
import { leaveDocument } from './leave-document.ts'

/**
 * Ours: the jobcenter withdraws leave that it gave in error. It stays on record; registrations get back what it took of
 * them, and whoever was told of it is told. Locks as giving it does.
 */
export const withdrawLeave = (deps: Deps, request: PortalRequest<WithdrawLeave, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const jobcenterId = request.caller.organisation.id
    const given = await trx
      .selectFrom('leaveApprovals')
      .select('orderId')
      .where('id', '=', request.params.id)
      .where('jobcenterId', '=', jobcenterId)
      .executeTakeFirst()
    if (!given) throw new HttpProblem('not-found')
    const order = await lockOrdersOfCitizen(trx, request.caller, given.orderId)
    const leave = await trx
      .selectFrom('leaveApprovals')
      .selectAll()
      .where('id', '=', request.params.id)
      .executeTakeFirstOrThrow()
    demand(leaveNotYetWithdrawn({ withdrawn: leave.withdrawnAt !== null }), order.id)
    const { reason, registeredBy } = request.body
    const withdrawn = await trx
      .updateTable('leaveApprovals')
      .set({ withdrawnAt: request.arrivedAt, withdrawal: JSON.stringify({ reason, by: registeredBy }) })
      .where('id', '=', leave.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const days = { from: leave.fromDate, to: leave.toDate, minutes: leave.minutes }
    const change = { leaveId: leave.id, days, by: registeredBy, withdrawn: true }
    await tellOfLeave(trx, request, order, change)
    const touched = await recountLeave(trx, order.id, days)
    const dates = [...(await minutesBeside(trx, order.id, days)).keys()]
    await followLeave(trx, request, order, change, { touched, dates })
    return { status: 200, body: leaveDocument(withdrawn) }
  })
