import type { Trx } from '#platform/db/transaction.ts'
import { reportPage } from './reading.queries.ts'
import { listedReport } from './report-document.ts'

/** Ours: more reports than an order ever has. */
const most = 1000

/** The reports of an order that the caller may read, by id: when each was due and came, and nothing of what it says. */
export const reportsOfOrder = async (trx: Trx, orderId: string) =>
  (await reportPage(trx, orderId, { kind: undefined, status: undefined, after: undefined, limit: most })).map(
    listedReport,
  )
