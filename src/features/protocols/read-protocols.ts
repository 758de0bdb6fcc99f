import type { Static } from 'typebox'
import type { OrderRow } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import { inPipelinedTransaction, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { read } from '#platform/http/idempotency.ts'
import { nameAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { acceptedOpenDays, danishLabels } from './file-facts.queries.ts'
import { findOrderOfProtocol, listMonths, loadProtocol } from './protocol.queries.ts'
import type { MonthsQuery } from './protocol.schema.ts'
import { listedMonth, monthContent, protocolDocument } from './protocol-document.ts'
import { protocolFile } from './protocol-file.ts'

/**
 * Reads something of an order's protocols, as whoever may. An auditor states a purpose; the look-up is kept.
 * @throws HttpProblem `not-found`, `purpose-required`
 */
export const readingProtocols = <T>(
  deps: Deps,
  request: PortalRequest<unknown, { id: string }>,
  operation: string,
  answerOf: (trx: Trx, order: OrderRow) => Promise<T>,
): Promise<T> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const order = await findOrderOfProtocol(trx, request.caller, request.params.id)
    const { id: orderId, citizenId } = order
    await recordLookup(trx, request, { operation, citizenId, orderId, purpose })
    return answerOf(trx, order)
  })
}

/** The order's months that have planned days or were submitted, by month. */
export const listProtocols = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof MonthsQuery>>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = nameAfter(request.query.cursor)
  return readingProtocols(deps, request, 'listProtocols', async (trx, order) =>
    pageAnswer({
      rows: await listMonths(trx, order, after, limit + 1),
      limit,
      position: (row) => row.month,
      item: listedMonth,
      publicUrl: deps.publicUrl,
      url: request.url,
    }),
  )
}

/** The name of a month's file, without its ending. */
export const fileName = (order: OrderRow, month: string): string => `protokol-${order.orderNumber}-${month}`

/** § 5: a month as it stands, in the form that `Accept` prefers: JSON, CSV or XLSX. */
export const getProtocol = async (
  deps: Deps,
  request: PortalRequest<unknown, { id: string; month: string }>,
): Promise<Answer> => {
  const asked = preferredType(request, ['application/json', fileTypes.csv, fileTypes.xlsx])
  const { month } = request.params
  const order = await readingProtocols(deps, request, 'getProtocol', async (_trx, found) => found)
  // A transaction of its own: its statements keep their plans, whose making would cost several times what they take.
  const loaded = await inPipelinedTransaction(deps.database, request.caller.organisation.id, async (trx) => ({
    commit: false,
    result: await loadProtocol(trx, order, month, localDateAt(request.arrivedAt)),
  }))
  const body = protocolDocument(order, month, loaded)
  const vary = 'Authorization, Accept, Accept-Language'
  if (asked === 'application/json') return { status: 200, headers: { etag: contentEtag(body), vary }, body }
  const { labels, explained } = await read(deps.database, request, async (trx) => ({
    labels: await danishLabels(trx, month),
    explained: body.incomplete ? await acceptedOpenDays(trx, order.id, month, body.version ?? 0) : [],
  }))
  const { orderNumber, citizenName } = order
  const content = monthContent(loaded.month)
  const standing = { ...body, acceptedOpenDays: explained }
  return protocolFile({ orderNumber, citizenName, month, content, labels }, standing, asked, fileName(order, month))
}
