import type { OrderRow } from '#features/orders/lookups.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { statementsWithin, type Trx } from '#platform/db/transaction.ts'
import { listMonths, loadProtocol } from './protocol.queries.ts'
import { protocolDocument } from './protocol-document.ts'

/** Ours: ten years; no course lasts longer. */
const most = 120

/**
 * Each month of an order that has planned days or was submitted, as it stands now: both registers day by day, and where its
 * submission stands. For whoever may read the order's protocols, which no benefits office does (§ 9).
 * @param today the local date at which the request arrived
 */
export const protocolsOfOrder = async (trx: Trx, order: OrderRow, today: LocalDate) => {
  const months = await listMonths(trx, order, undefined, most)
  const documents = []
  for (const { month } of months) {
    documents.push(protocolDocument(order, month, await loadProtocol(statementsWithin(trx), order, month, today)))
  }
  return documents
}
