import { bindDocument } from '#features/documents/lookups.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { courseEnds } from '#rules/absence/day-lies-in-the-course.ts'
import { newActivityRules, statusOfNewActivity } from '#rules/order/activity-rules.ts'
import { canHaveActivities } from '#rules/order/order-life.ts'
import type { NewActivity } from './activity.schema.ts'
import { activityDocument } from './activity-document.ts'
import { stateOf } from './approve-order.ts'
import { lockOrder, raiseVersion } from './order.queries.ts'
import { deliveryAddressesOf } from './order-terms.ts'

/**
 * § 4, § 14, § 16: the supplier proposes an activity, which its jobcenter decides on; what is on site needs no decision, and
 * what the jobcenter creates is approved. Whoever has to act on it is told.
 */
export const addActivity = (deps: Deps, request: PortalRequest<NewActivity, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrder(trx, request.caller, request.params.id)
    const own = request.caller.organisation.id
    if (order.jobcenterId !== own && order.supplierId !== own) throw new HttpProblem('not-found')
    const by = order.jobcenterId === own ? 'jobcenter' : 'supplier'
    const { kind, title, startDate, endDate, description, registeredBy } = request.body
    const { place: asked } = request.body
    const documentId = request.body.documentId?.toLowerCase()
    const place = asked.addressId === undefined ? asked : { ...asked, addressId: asked.addressId.toLowerCase() }
    if (endDate < startDate) {
      throw invalid('/endDate', 'before-start', { da: 'Ligger før startDate.', en: 'Lies before startDate.' })
    }
    demand(canHaveActivities(stateOf(order), by))
    demand(
      newActivityRules({
        kind,
        place,
        registeredAddresses: await deliveryAddressesOf(trx, order.supplierId),
        dates: { startDate, endDate },
        order: { startDate: order.startDate, lastDay: courseEnds(order) },
      }),
    )
    const status = statusOfNewActivity(kind, by)
    if (documentId !== undefined) await bindDocument(trx, request.caller, { documentId, order }, '/documentId')
    const id = newId()
    const activity = await trx
      .insertInto('activities')
      .values({
        id,
        orderId: order.id,
        supplierId: order.supplierId,
        kind,
        title,
        place: JSON.stringify(place),
        status,
        startDate,
        endDate,
        spansOrder: startDate === order.startDate && endDate === order.endDate,
        description: description ?? null,
        documentId: documentId ?? null,
        proposedBy: JSON.stringify(registeredBy),
        createdAt: request.arrivedAt,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await raiseVersion(trx, order.id)
    await recordChange(trx, request, {
      action: status === 'proposed' ? 'proposed' : 'created',
      entity: 'activity',
      entityId: id,
      orderId: order.id,
      registeredBy,
      changes: {
        ...{ kind, status, startDate, endDate, placeKind: place.kind },
        ...(documentId === undefined ? {} : { documentId }),
      },
    })
    const told = {
      occurredAt: request.arrivedAt,
      producerId: own,
      orderId: order.id,
      data: { orderId: order.id, activityId: id },
      path: `/v1/orders/${order.id}/activities`,
    }
    if (status === 'proposed') {
      await appendEvent(trx, { ...told, type: 'activity.proposed', recipients: [order.jobcenterId] })
    } else if (by === 'jobcenter' && order.approvedAt !== null) {
      await appendEvent(trx, { ...told, type: 'activity.approved', recipients: [order.supplierId] })
    }
    return { status: 201, headers: { etag: etagOf(activity.version) }, body: activityDocument(activity, order) }
  })
