import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'

/**
 * § 8: brings the duties to refer the order's citizen to K-kassen to what plan, registrations and leave say now, over all
 * that the supplier has of the citizen: each is due on the next planned day on which the citizen is not wholly away.
 * Ours: what is overdue stays, so does a later date that was agreed; nothing becomes due on a day that is over; without a day
 * left the duty is waived, and it opens once there is one; leave over the whole absence waives it.
 *
 * Call it after the change, with the orders locked; the caller is the order's supplier or jobcenter, which need not see all
 * of these duties (the database's `portal_settle_referrals` does it).
 * @param because why a duty that opens now was opened
 */
export const settleReferrals = async (trx: Trx, orderId: string, at: Instant, because: string): Promise<void> => {
  await sql`select portal_settle_referrals(${orderId}::uuid, ${at}::timestamptz, ${because})`.execute(trx)
}
