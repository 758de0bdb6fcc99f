import { type SqlBool, sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { CourseStatus } from '#rules/order/order-life.ts'

/** § 7: the citizen came; the order is locked. */
export const courseAttending = async (trx: Trx, orderId: string, on: LocalDate): Promise<void> => {
  await trx
    .updateTable('orders')
    .set((eb) => ({ courseStatus: 'attending', firstAttendedOn: on, version: eb('version', '+', 1) }))
    .where('id', '=', orderId)
    .execute()
}

/** § 7: the citizen did not come and is summoned again; the order is locked. */
export const courseReSummoned = async (trx: Trx, orderId: string): Promise<void> => {
  await trx
    .updateTable('orders')
    .set((eb) => ({ courseStatus: 're-summoned', version: eb('version', '+', 1) }))
    .where('id', '=', orderId)
    .execute()
}

/** § 7: what was told of a first meeting was an error, and the citizen has not come; the order is locked. */
export const courseGoesBack = async (trx: Trx, orderId: string, courseStatus: CourseStatus): Promise<void> => {
  await trx
    .updateTable('orders')
    .set((eb) => ({ courseStatus, firstAttendedOn: null, version: eb('version', '+', 1) }))
    .where('id', '=', orderId)
    .execute()
}

/** What an order plans from a date up to a day, that one included: minutes by date and activity. */
export const plannedBetween = (
  trx: Trx,
  orderId: string,
  from: LocalDate,
  to: LocalDate,
): Promise<{ date: LocalDate; activityId: string; plannedMinutes: number }[]> =>
  trx
    .selectFrom('plannedDays')
    .select(['date', 'activityId', 'plannedMinutes'])
    .where('orderId', '=', orderId)
    .where(sql<SqlBool>`date between ${from}::date and ${to}::date`)
    .orderBy('date')
    .orderBy('activityId')
    .execute()

/** The first activity of an order. */
export const firstActivityOf = async (trx: Trx, orderId: string): Promise<string | undefined> => {
  const row = await trx
    .selectFrom('activities')
    .select('id')
    .where('orderId', '=', orderId)
    .orderBy('id')
    .executeTakeFirst()
  return row?.id
}

/** The municipality in which the order's citizen lived on a day, by what its amendments say (docs/decisions/0016). */
export const municipalityOn = async (trx: Trx, orderId: string, day: LocalDate): Promise<string> => {
  const { rows } = await sql<{
    municipality: string
  }>`select portal_municipality_on(${orderId}::uuid, ${day}::date) as municipality`.execute(trx)
  const [row] = rows
  if (!row) throw new Error('a selected value is one row')
  return row.municipality
}
