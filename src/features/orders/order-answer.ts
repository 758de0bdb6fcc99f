import type { Caller } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { etagOf } from '#platform/http/etag.ts'
import type { Answer } from '#platform/http/route.ts'
import { activitiesOf, type OrderRow } from './order.queries.ts'
import { orderDocument, readerOf } from './order-document.ts'

/** The answer to a write on an order: as it now stands, with its ETag, and without the CPR number (answers are kept). */
export const orderAnswer = async (trx: Trx, order: OrderRow, caller: Caller): Promise<Answer> => ({
  status: 200,
  headers: { etag: etagOf(order.version) },
  body: orderDocument(order, await activitiesOf(trx, order.id), { cpr: null, reader: readerOf(order, caller) }),
})
