import type { Static } from 'typebox'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { findOrder } from './order.queries.ts'
import type { AmendmentQuery } from './order.schema.ts'

/** The amendments of one order, the first one first, each with the values before and after. */
export const listAmendments = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof AmendmentQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrder(trx, request.caller, request.params.id)
    await recordLookup(trx, request, { operation: 'listAmendments', citizenId, orderId, purpose })
    let amendments = trx
      .selectFrom('orderAmendments')
      .select(['id', 'orderId', 'amendedAt', 'reason', 'amendedBy', 'before', 'after'])
      .where('orderId', '=', orderId)
    if (after !== undefined) amendments = amendments.where('id', '>', after)
    const rows = await amendments
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => row,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}
