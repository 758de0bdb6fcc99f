import type { Static } from 'typebox'
import { findOrder } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { documentPage } from './document.queries.ts'
import type { DocumentsQuery } from './document.schema.ts'
import { documentDocument } from './document-document.ts'

/** What an order's documents are known by, for whoever sees the order as a party or an auditor. The look-up is logged. */
export const listDocuments = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof DocumentsQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  const { caller } = request
  const kinds = caller.organisation.kinds.filter((kind) => kind !== 'benefits-office')
  const asParty = { ...caller, organisation: { ...caller.organisation, kinds } }
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrder(trx, asParty, request.query.orderId)
    await recordLookup(trx, request, { operation: 'listDocuments', citizenId, orderId, purpose })
    return pageAnswer({
      rows: await documentPage(trx, caller, orderId, { after, limit }),
      limit,
      position: (row) => row.id,
      item: (row) => documentDocument(row, deps.publicUrl),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}
