import { sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { RecordedMinutes } from '#rules/protocol/plan-keeps-the-protocol.ts'

/** What attendance is recorded of on an order: attended and absent minutes by date and activity. */
export const recordedMinutes = async (trx: Trx, orderId: string): Promise<RecordedMinutes[]> => {
  const { rows } = await sql<RecordedMinutes>`
    select d.date, e."activityId", e."plannedMinutes" as minutes
      from attendance_days d cross join jsonb_to_recordset(d.entries) as e ("activityId" text, "plannedMinutes" integer)
     where d.order_id = ${orderId}::uuid`.execute(trx)
  return rows
}

/** The days of an order of which attendance is recorded. */
export const recordedDates = async (trx: Trx, orderId: string): Promise<LocalDate[]> =>
  (await trx.selectFrom('attendanceDays').select('date').where('orderId', '=', orderId).execute()).map(
    ({ date }) => date,
  )

/** The days of an order on which the citizen was there, if only for a while. */
export const attendedDates = async (trx: Trx, orderId: string): Promise<LocalDate[]> => {
  const days = trx.selectFrom('attendanceDays').select('date').where('orderId', '=', orderId)
  return (await days.where('attendedMinutes', '>', 0).execute()).map(({ date }) => date)
}

/**
 * The planned minutes of the days after a date of which attendance is recorded; 0 where there are none. The one thing of
 * attendance that a benefits office is told which ends a course.
 */
export const minutesRecordedAfter = async (trx: Trx, orderId: string, date: LocalDate): Promise<number> => {
  const { rows } = await sql<{ minutes: number }>`
    select portal_minutes_recorded_after(${orderId}::uuid, ${date}::date) as minutes`.execute(trx)
  return rows[0]?.minutes ?? 0
}

/** The months of an order that were submitted, `YYYY-MM`. */
export const submittedMonths = async (trx: Trx, orderId: string): Promise<Set<string>> =>
  new Set(
    (await trx.selectFrom('protocolMonths').select('month').where('orderId', '=', orderId).execute()).map(
      ({ month }) => month,
    ),
  )
