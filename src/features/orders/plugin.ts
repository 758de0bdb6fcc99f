import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { activityRoutes } from './activity.route.ts'
import { approveOrder, cancelOrder } from './approve-order.ts'
import { changeOrderRoutes } from './change-order.route.ts'
import {
  ApproveOrderBody,
  CancelOrderBody,
  ListedOrderSchema,
  OrderQuery,
  OrderSchema,
  PlaceOrderBody,
} from './order.schema.ts'
import { placeOrder } from './place-order.ts'
import { planRoutes } from './plan.route.ts'
import { CitizenSearchAnswer, CitizenSearchBody, getOrder, listOrders, searchCitizen } from './read-orders.ts'

const etag = { ETag: 'The version, for If-None-Match and If-Match.' }
const byId = (request: { params: { id: string } }): string => request.params.id

/** Orders from draft to cancellation, and their plans. */
export const orders = (app: FastifyInstance, deps: Deps): void => {
  changeOrderRoutes(app, deps)
  activityRoutes(app, deps)
  planRoutes(app, deps)
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders',
      operationId: 'placeOrder',
      tag: 'Orders',
      summary: 'Draft an order',
      description:
        'The order is a draft until a second person approves it; the supplier sees nothing of it before. A citizen known by the CPR number is the same citizen; name and municipality are kept as of this order. The first, on-site activity is made with it.',
      callers: ['jobcenter'],
      scope: 'portal.write',
      body: PlaceOrderBody,
      answers: {
        201: { description: 'The draft.', schema: OrderSchema, headers: { ...etag, Location: 'The order.' } },
      },
      problems: [
        'not-found',
        'contact-person-missing',
        'agreement-not-valid',
        'unknown-delivery-address',
        'unknown-target-group',
        'order-incoherent',
        'citizen-number-invalid',
      ],
      example: {
        client: 'jobcenter-musvaagevej',
        body: {
          supplierId: example.supplier,
          frameworkAgreementId: example.agreement,
          offer: 'clarification',
          targetGroup: 'cash-benefit-activity-ready',
          effortGroup: 'clarification',
          citizen: { cpr: '6101901234', name: 'Nikolaj Nyopfindsen', residenceMunicipality: '0101' },
          startDate: '2026-03-02',
          endDate: '2026-05-22',
          orderedMinutes: 7200,
          firstMeetingAt: '2026-03-02T08:00:00Z',
          deliveryAddressId: example.deliveryAddress,
          caseworker: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example', phone: '+4533170000' },
          registeredBy: { name: 'Dorte Udkast', email: 'dorte@jobcenter.example' },
        },
      },
    },
    (request) => placeOrder(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders',
      operationId: 'listOrders',
      tag: 'Orders',
      summary: "List the caller's own orders",
      description:
        'By id, which is the order of their making. An auditor names the purpose in `X-Purpose`; one of some municipalities reads the orders whose citizens live there, or lived there on a day of the order.',
      callers: ['supplier', 'jobcenter', 'benefits-office', 'auditor'],
      scope: 'portal.read',
      query: OrderQuery,
      answers: {
        200: {
          description: 'A page of orders.',
          schema: pageOf(ListedOrderSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', query: { courseStatus: 'attending', limit: 10 } },
    },
    (request) => listOrders(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id',
      operationId: 'getOrder',
      tag: 'Orders',
      summary: 'Read an order',
      description:
        'Shows the CPR number to the supplier, the jobcenter and the benefits office; the look-up is logged. Where a citizen moved in mid-course, an auditor of some municipalities reads the order as it stood when they left, without an end that came later, and of what belongs to days, here and everywhere, those on which the citizen was theirs.',
      callers: ['supplier', 'jobcenter', 'benefits-office', 'auditor'],
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The order.', schema: OrderSchema, headers: etag } },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => getOrder(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/approval',
      operationId: 'approveOrder',
      tag: 'Orders',
      summary: 'Approve a draft as a second person (§ 1)',
      description:
        'Places the order with the supplier (`order.placed`). What was checked at drafting is checked again.',
      callers: ['jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: ApproveOrderBody,
      answers: { 200: { description: 'The approved order.', schema: OrderSchema, headers: etag } },
      problems: [
        'approval-needs-second-person',
        'order-state',
        'party-kind-missing',
        'contact-person-missing',
        'agreement-not-valid',
        'budget-exceeded',
        'unknown-delivery-address',
        'order-incoherent',
      ],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: example.draft },
        body: { approvedBy: { name: 'Gorm Godkender', email: 'gorm@jobcenter.example', role: 'team-manager' } },
      },
      refusedOrder: byId,
    },
    (request) => approveOrder(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/cancellation',
      operationId: 'cancelOrder',
      tag: 'Orders',
      summary: 'Cancel an order whose course has not begun',
      callers: ['jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: CancelOrderBody,
      answers: { 200: { description: 'The cancelled order.', schema: OrderSchema, headers: etag } },
      problems: ['order-state'],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: example.draftToCancel },
        body: { cause: 'ordered-in-error', registeredBy: { name: 'Dorte Udkast', email: 'dorte@jobcenter.example' } },
      },
      refusedOrder: byId,
    },
    (request) => cancelOrder(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/citizen-searches',
      operationId: 'searchCitizen',
      idempotent: false,
      tag: 'Orders',
      summary: "Find the caller's orders of a citizen by CPR number",
      description: 'The way to match a CPR number without putting it into a URL. The look-up is logged.',
      callers: ['supplier', 'jobcenter'],
      scope: 'portal.read',
      body: CitizenSearchBody,
      answers: {
        200: { description: 'The own orders of that citizen; none when there are none.', schema: CitizenSearchAnswer },
      },
      problems: ['citizen-number-invalid'],
      example: { client: 'supplier-nord', body: { cpr: '6203851231' } },
    },
    (request) => searchCitizen(deps, request),
  )
}
