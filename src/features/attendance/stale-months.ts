import { sql } from 'kysely'
import { workingDaysOf } from '#features/calendar/lookups.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { protocolCorrectionDue } from '#rules/calendar/deadlines.ts'

/**
 * § 5, ours: planned days outside the course are none, so submitted months that hold some become stale when a period leaves
 * the course or comes to it. Call it in the transaction that changed the order, whoever did.
 * @param period both days included; without `to`, all days from `from` on
 * @param because why: a code
 */
export const touchDays = async (
  trx: Trx,
  orderId: string,
  period: { readonly from: LocalDate; readonly to: LocalDate | null },
  at: Instant,
  because: string,
): Promise<void> => {
  const { dueOn } = protocolCorrectionDue(localDateAt(at), await workingDaysOf(trx))
  await sql`select portal_touch_days(${orderId}::uuid, ${period.from}::date, ${period.to}::date, ${at}::timestamptz, ${because}, ${dueOn}::date)`.execute(
    trx,
  )
}

/** As `touchDays`, of the days after what is now the course's last one. */
export const touchDaysAfter = (
  trx: Trx,
  orderId: string,
  lastDay: LocalDate,
  at: Instant,
  because: string,
): Promise<void> => touchDays(trx, orderId, { from: addDays(lastDay, 1), to: null }, at, because)

/** As `touchDays`, of single days that are planned otherwise now, or no longer. */
export const touchDates = async (
  trx: Trx,
  orderId: string,
  dates: readonly LocalDate[],
  at: Instant,
  because: string,
): Promise<void> => {
  if (dates.length === 0) return
  const { dueOn } = protocolCorrectionDue(localDateAt(at), await workingDaysOf(trx))
  await sql`select portal_touch_dates(${orderId}::uuid, ${dates}::date[], ${at}::timestamptz, ${because}, ${dueOn}::date)`.execute(
    trx,
  )
}
