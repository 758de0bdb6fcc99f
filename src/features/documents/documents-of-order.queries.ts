import type { Caller } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { documentPage } from './document.queries.ts'
import { documentDocument } from './document-document.ts'

/** Ours: more documents than an order ever has; a list beyond them is asked for page by page. */
const most = 1000

/** The documents of an order that are the caller's own, the first one first, without their bytes. */
export const documentsOfOrder = async (trx: Trx, caller: Caller, orderId: string, publicUrl: string) =>
  (await documentPage(trx, caller, orderId, { after: undefined, limit: most })).map((row) =>
    documentDocument(row, publicUrl),
  )
