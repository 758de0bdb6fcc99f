import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { amendOrder } from './amend-order.ts'
import { listAmendments } from './list-amendments.ts'
import { AmendmentQuery, AmendmentSchema, AmendOrderBody, OrderSchema, TerminateOrderBody } from './order.schema.ts'
import { terminateOrder } from './terminate-order.ts'

const etag = { ETag: 'The version, for If-None-Match and If-Match.' }
const byId = (request: { params: { id: string } }): string => request.params.id

/** Drafts are edited, approved orders amended, courses ended. */
export const changeOrderRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'PATCH',
      url: '/v1/orders/:id',
      operationId: 'amendOrder',
      tag: 'Orders',
      summary: 'Edit a draft, or amend an approved order (§ 1, § 4)',
      description:
        'Members that are left out stay. An approved order is amended with a `reason`; the old values are kept, the supplier is told (`order.amended`), and supplier, agreement and target group stay. The rules about what changes are asked: what became unsound by itself since keeps nobody from changing the rest. Activities that last as long as the order go on doing so; of others the days that the order loses are cut off, and one that lies outside altogether is shown as `outsideOrder`. An amendment below what is planned or registered is taken and shows as `planConflict`. A supplier is told that only the jobcenter changes an order.',
      callers: ['jobcenter', 'supplier'],
      scope: 'portal.write',
      params: idParams,
      body: AmendOrderBody,
      answers: { 200: { description: 'The order as it now stands.', schema: OrderSchema, headers: etag } },
      problems: [
        'hours-changed-by-supplier',
        'order-state',
        'if-match-required',
        'precondition-failed',
        'not-found',
        'contact-person-missing',
        'agreement-not-valid',
        'budget-exceeded',
        'unknown-delivery-address',
        'unknown-target-group',
        'order-incoherent',
      ],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: example.order },
        headers: { 'if-match': '*' },
        body: {
          endDate: '2026-06-12',
          orderedMinutes: 9000,
          reason: 'Forløbet forlænges tre uger',
          registeredBy: { name: 'Dorte Udkast', email: 'dorte@jobcenter.example' },
        },
      },
      refusedOrder: byId,
    },
    (request) => amendOrder(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/amendments',
      operationId: 'listAmendments',
      tag: 'Orders',
      summary: 'List what was amended in an order',
      description: 'Each with the values before and after, the first one first.',
      callers: ['supplier', 'jobcenter', 'auditor'],
      scope: 'portal.read',
      params: idParams,
      query: AmendmentQuery,
      answers: {
        200: {
          description: 'A page of amendments.',
          schema: pageOf(AmendmentSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listAmendments(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/termination',
      operationId: 'terminateOrder',
      tag: 'Orders',
      summary: 'End the course of an order',
      description:
        'By the supplier, the ordering jobcenter or the benefits office whose benefit stopped, with a cause of the code set `termination-causes`. A course that never had an attended meeting is `never-started`, whatever the cause, and owes no final report. A supplier tells first what became of a first meeting whose day has come. Who has to know is told (`course.ended`).',
      callers: ['supplier', 'jobcenter', 'benefits-office'],
      scope: 'portal.write',
      params: idParams,
      body: TerminateOrderBody,
      answers: { 200: { description: 'The order, its course ended.', schema: OrderSchema, headers: etag } },
      problems: [
        'order-state',
        'unknown-termination-cause',
        'termination-cause-not-allowed',
        'course-has-started',
        'termination-date',
        'first-meeting-outcome-missing',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: example.order },
        body: { endedOn: '2026-03-13', cause: 'employment', registeredBy: { name: 'Liv Leverandør' } },
      },
      refusedOrder: byId,
    },
    (request) => terminateOrder(deps, request),
  )
}
