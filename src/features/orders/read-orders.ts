import { type Static, Type } from 'typebox'
import { reachOf } from '#features/administration/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { demand } from '#platform/http/problems/problem.ts'
import { type Answer, closed, type PortalRequest } from '#platform/http/route.ts'
import { citizenNumberCanExist } from '#rules/order/citizen-number.ts'
import { activityDocument } from './activity-document.ts'
import { asRead } from './as-left.queries.ts'
import { findCitizenByNumber, numberOfCitizen } from './citizen.queries.ts'
import { activitiesOf, findOrder, type OrderRow, onceOwn, ownOrders } from './order.queries.ts'
import { ListedOrderSchema, type OrderQuery } from './order.schema.ts'
import { listedOrder, orderDocument, readerOf } from './order-document.ts'

/** Two lists in the order of their ids as one, each order once. */
const mergedById = (one: readonly OrderRow[], other: readonly OrderRow[]): OrderRow[] =>
  [...new Map([...one, ...other].map((order) => [order.id, order])).values()].sort((a, b) => (a.id < b.id ? -1 : 1))

/** The caller's own orders, by id (the order of their making), filtered. */
export const listOrders = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof OrderQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { query } = request
  const limit = pageSize(query.limit)
  const after = idAfter(query.cursor)
  return read(deps.database, request, async (trx) => {
    const reach = await reachOf(trx, request.caller)
    let orders = trx.selectFrom('orders').selectAll()
    for (const member of ['supplierId', 'jobcenterId', 'citizenId', 'targetGroup', 'orderNumber'] as const) {
      const value = query[member]
      if (value !== undefined) orders = orders.where(member, '=', value)
    }
    if (query.startDateFrom !== undefined) orders = orders.where('startDate', '>=', query.startDateFrom)
    if (query.startDateTo !== undefined) orders = orders.where('startDate', '<=', query.startDateTo)
    if (after !== undefined) orders = orders.where('id', '>', after)
    const page = orders.orderBy('id').limit(limit + 1)
    let owned = page.where(ownOrders(request.caller, reach))
    for (const member of ['status', 'courseStatus'] as const) {
      const value = query[member]
      if (value !== undefined) owned = owned.where(member, '=', value)
    }
    const own = await owned.execute()
    // A page of each, since an index that tells the orders of a municipality in their order knows nothing of earlier ones.
    const once = reach.onceAudited.length === 0 ? [] : await page.where(onceOwn(reach, query)).execute()
    const rows = await asRead(trx, request.caller, mergedById(own, once).slice(0, limit + 1))
    await recordLookup(trx, request, {
      operation: 'listOrders',
      citizenId: query.citizenId ?? null,
      orderId: null,
      purpose,
      citizenIds: rows.slice(0, limit).map((row) => row.citizenId),
    })
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: listedOrder,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/** One order. The supplier, the jobcenter and the benefits office see the CPR number, and that they looked is kept. */
export const getOrder = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const order = await findOrder(trx, request.caller, request.params.id)
    const auditing = request.caller.organisation.kinds.includes('auditor')
    const cpr = auditing ? null : await numberOfCitizen(trx, deps.keyring, order.citizenId)
    await recordLookup(trx, request, { operation: 'getOrder', citizenId: order.citizenId, orderId: order.id, purpose })
    return {
      status: 200,
      headers: { etag: etagOf(order.version) },
      body: orderDocument(order, await activitiesOf(trx, order.id), { cpr, reader: readerOf(order, request.caller) }),
    }
  })
}

/** The activities of one order. */
export const listActivities = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const order = await findOrder(trx, request.caller, request.params.id)
    const { id: orderId, citizenId } = order
    await recordLookup(trx, request, { operation: 'listActivities', citizenId, orderId, purpose })
    const items = (await activitiesOf(trx, order.id)).map((activity) => activityDocument(activity, order))
    return { status: 200, body: { items, next: null } }
  })
}

export const CitizenSearchBody = closed({
  cpr: Type.String({ pattern: String.raw`^\d{10}$`, description: 'Ten digits, no hyphen.' }),
})
export const CitizenSearchAnswer = closed({
  citizenId: Type.Union([Type.String({ format: 'uuid' }), Type.Null()]),
  orders: Type.Array(ListedOrderSchema),
})

/**
 * The caller's own orders of the citizen with that CPR number. A citizen of whom the caller has no order is answered as
 * one who does not exist; the look-up is kept either way and names whom it found, so that searching for other
 * organisations' citizens shows.
 */
export const searchCitizen = (deps: Deps, request: PortalRequest<{ cpr: string }>): Promise<Answer> => {
  demand(citizenNumberCanExist(request.body.cpr))
  return read(deps.database, request, async (trx) => {
    const citizenId = await findCitizenByNumber(trx, deps.keyring, request.body.cpr)
    const orders =
      citizenId === undefined
        ? []
        : await trx
            .selectFrom('orders')
            .selectAll()
            .where('citizenId', '=', citizenId)
            .where(ownOrders(request.caller))
            .orderBy('id')
            .limit(500)
            .execute()
    const known = orders.length > 0 && citizenId !== undefined ? citizenId : null
    await recordLookup(trx, request, {
      operation: 'searchCitizen',
      citizenId: citizenId ?? null,
      orderId: null,
      purpose: null,
    })
    return { status: 200, body: { citizenId: known, orders: orders.map(listedOrder) } }
  })
}
