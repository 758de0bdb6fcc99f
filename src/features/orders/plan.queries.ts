import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { OrderRow } from './order-document.ts'

/** The plan of an order as callers see it. Minutes. */
export const planDocument = (
  order: OrderRow,
  days: readonly { date: LocalDate; activityId: string; plannedMinutes: number }[],
) => ({
  orderId: order.id,
  complete: order.planComplete,
  orderedMinutes: order.orderedMinutes,
  plannedMinutes: order.plannedMinutes,
  remainingMinutes: order.orderedMinutes - order.plannedMinutes,
  days,
})

/** The planned days of an order, by date and activity; none before a plan was put. Minutes. */
export const planOf = (trx: Trx, orderId: string) =>
  trx
    .selectFrom('plannedDays')
    .select(['date', 'activityId', 'plannedMinutes'])
    .where('orderId', '=', orderId)
    .orderBy('date')
    .orderBy('activityId')
    .execute()
