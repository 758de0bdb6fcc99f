import type { Static } from 'typebox'
import { findOrder } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { LeaveQuery } from './leave.schema.ts'
import { leaveDocument } from './leave-document.ts'

/** The leave that was approved on an order, by id (the order of its approval); to the order's parties, withdrawn leave too. */
export const listLeave = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof LeaveQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId, ...parties } = await findOrder(trx, request.caller, request.params.id)
    // Whoever else may see the order, also as another kind of organisation, does not see why leave was given.
    const own = request.caller.organisation.id
    if (own !== parties.supplierId && own !== parties.jobcenterId) throw new HttpProblem('not-found')
    await recordLookup(trx, request, { operation: 'listLeave', citizenId, orderId, purpose })
    let leave = trx.selectFrom('leaveApprovals').selectAll().where('orderId', '=', orderId)
    if (after !== undefined) leave = leave.where('id', '>', after)
    const rows = await leave
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: leaveDocument,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}
