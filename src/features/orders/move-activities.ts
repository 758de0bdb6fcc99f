import { type SqlBool, sql } from 'kysely'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { activityDatesAfter } from '#rules/order/activity-rules.ts'
import { activitiesOf, type OrderRow } from './order.queries.ts'
import type { AmendOrder } from './order-commands.ts'

/** An order's activities follow its dates as `activityDatesAfter` says; a draft's on-site activity follows supplier and address. */
export const moveActivities = async (
  trx: Trx,
  request: PortalRequest<AmendOrder>,
  before: OrderRow,
  after: OrderRow,
): Promise<void> => {
  const ofOrder = trx
    .updateTable('activities')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('orderId', '=', before.id)
  const { startDate, endDate, supplierId, deliveryAddressId, offer } = after
  // First, since the database lets an activity name its order's supplier alone.
  if (before.supplierId !== supplierId) await ofOrder.set({ supplierId }).execute()
  if (before.startDate !== startDate || before.endDate !== endDate) await moveDates(trx, request, after)
  // The first activity is called after the offer.
  if (before.offer !== offer) await ofOrder.set({ title: offer }).where('title', '=', before.offer).execute()
  if (before.deliveryAddressId !== deliveryAddressId) {
    const place = JSON.stringify({ kind: 'supplier-address', addressId: deliveryAddressId })
    const ofOld = sql<SqlBool>`place ->> 'addressId' = ${before.deliveryAddressId}`
    await ofOrder.set({ place }).where('kind', '=', 'on-site').where(ofOld).execute()
  }
}

const moveDates = async (trx: Trx, request: PortalRequest<AmendOrder>, order: OrderRow): Promise<void> => {
  for (const activity of await activitiesOf(trx, order.id)) {
    const { startDate, endDate } = activityDatesAfter(activity, order)
    if (startDate === activity.startDate && endDate === activity.endDate) continue
    await trx
      .updateTable('activities')
      .set((eb) => ({ startDate, endDate, version: eb('version', '+', 1) }))
      .where('id', '=', activity.id)
      .execute()
    await recordChange(trx, request, {
      action: 'moved',
      entity: 'activity',
      entityId: activity.id,
      orderId: order.id,
      registeredBy: request.body.registeredBy ?? request.body.amendedBy ?? null,
      changes: {
        startDate: { from: activity.startDate, to: startDate },
        endDate: { from: activity.endDate, to: endDate },
      },
    })
  }
}
