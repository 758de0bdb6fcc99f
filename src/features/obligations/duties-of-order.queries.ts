import type { Caller } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { extensionsOf } from './obligation.queries.ts'
import { obligationDocument } from './obligation-document.ts'

/** The duties of an order that the caller sees, in the order of their opening, with their state at `now`. */
export const dutiesOfOrder = async (trx: Trx, caller: Caller, orderId: string, now: Instant) => {
  const rows = await trx.selectFrom('obligations').selectAll().where('orderId', '=', orderId).orderBy('id').execute()
  const extensions = await extensionsOf(
    trx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => obligationDocument(row, extensions.get(row.id) ?? [], { caller, now }))
}
