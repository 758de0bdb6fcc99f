import { sql } from 'kysely'
import { workingDaysOf } from '#features/calendar/lookups.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { protocolCorrectionDue } from '#rules/calendar/deadlines.ts'

/**
 * § 5, ours: planned days after the course's last day are none, so submitted months that hold some become stale when that
 * day moves. Call it in the transaction that changed the order, whoever did.
 * @param because why: a code
 */
export const touchDaysAfter = async (
  trx: Trx,
  orderId: string,
  lastDay: LocalDate,
  at: Instant,
  because: string,
): Promise<void> => {
  const { dueOn } = protocolCorrectionDue(localDateAt(at), await workingDaysOf(trx))
  await sql`select portal_touch_days_after(${orderId}::uuid, ${lastDay}::date, ${at}::timestamptz, ${because}, ${dueOn}::date)`.execute(
    trx,
  )
}
