import { type SqlBool, sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import type { RegisteredDay } from '#rules/order/plan-rules.ts'

/**
 * The days on which absence is registered against an order's plan, with what the supplier planned for the citizen on
 * other orders that day. Minutes. For whoever changes the plan.
 */
export const registeredDays = (
  trx: Trx,
  order: { readonly supplierId: string; readonly citizenId: string; readonly orderId: string },
): Promise<RegisteredDay[]> =>
  trx
    .selectFrom('absences as a')
    .select((eb) => [
      'a.date',
      'a.absentMinutes as registeredMinutes',
      eb.fn
        .coalesce(
          eb
            .selectFrom('plannedDays as p')
            .innerJoin('orders as o', 'o.id', 'p.orderId')
            .select((p) => p.fn.sum<number>('p.plannedMinutes').as('minutes'))
            .whereRef('p.citizenId', '=', 'a.citizenId')
            .whereRef('p.date', '=', 'a.date')
            .where('p.supplierId', '=', order.supplierId)
            .where('p.orderId', '!=', order.orderId)
            .where('o.status', 'in', ['approved', 'ended'])
            .where((p) => p.or([p('o.endedOn', 'is', null), p('o.endedOn', '>=', p.ref('a.date'))])),
          sql<number>`0`,
        )
        .$castTo<number>()
        .as('plannedElsewhere'),
    ])
    .where('a.supplierId', '=', order.supplierId)
    .where('a.citizenId', '=', order.citizenId)
    .where('a.withdrawnAt', 'is', null)
    .where(sql<SqlBool>`${order.orderId}::uuid = any (a.held_against)`)
    .execute()
