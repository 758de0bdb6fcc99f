import type { Caller } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { activitiesOf } from './order.queries.ts'
import { type OrderRow, orderDocument, readerOf } from './order-document.ts'
import { planDocument, planOf } from './plan.queries.ts'

/** An order of the caller's with its activities and its plan, as the caller reads them; without the CPR number. */
export const wholeOrder = async (trx: Trx, caller: Caller, order: OrderRow) => ({
  order: orderDocument(order, await activitiesOf(trx, order.id), { cpr: null, reader: readerOf(order, caller) }),
  plan: planDocument(order, await planOf(trx, order.id)),
})
