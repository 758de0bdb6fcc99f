import { registeredDays } from '#features/absences/lookups.ts'
import { recordedDates } from '#features/attendance/lookups.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { OrderRow } from './order-document.ts'

/**
 * The days of which something is on record on an order: live absence that is held against it, attendance, and the attended
 * first meeting. A day can come more than once.
 */
export const datesOnRecord = async (trx: Trx, order: OrderRow): Promise<LocalDate[]> => {
  const { id: orderId, supplierId, citizenId, firstAttendedOn } = order
  const absent = await registeredDays(trx, { supplierId, citizenId, orderId })
  return [
    ...absent.map((day) => day.date),
    ...(await recordedDates(trx, orderId)),
    ...(firstAttendedOn === null ? [] : [firstAttendedOn]),
  ]
}
