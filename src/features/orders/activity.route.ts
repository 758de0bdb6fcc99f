import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { ActivityBody, ActivitySchema, DecisionBody } from './activity.schema.ts'
import { addActivity } from './add-activity.ts'
import { decideActivity } from './decide-activity.ts'
import { listActivities } from './read-orders.ts'

const etag = { ETag: 'The version of the activity.' }

/** Activities: listed, proposed or created, and decided on. */
export const activityRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/activities',
      operationId: 'listActivities',
      tag: 'Orders',
      summary: "List an order's activities",
      callers: ['supplier', 'jobcenter', 'benefits-office', 'auditor'],
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'All of them.', schema: pageOf(ActivitySchema) } },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listActivities(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/activities',
      operationId: 'addActivity',
      tag: 'Orders',
      summary: 'Propose or create an activity (§ 4, § 14, § 16)',
      description:
        "A supplier's proposal waits for the jobcenter (`activity.proposed`), save what is on site at a registered address; what the jobcenter creates is approved at once, such as a standing `coordination`. `documentId` names the supporting document and binds it to the order.",
      callers: ['supplier', 'jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: ActivityBody,
      answers: { 201: { description: 'The activity.', schema: ActivitySchema, headers: etag } },
      problems: [
        'homework-not-allowed',
        'unknown-delivery-address',
        'placement-needs-company',
        'plan-outside-order',
        'order-state',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: example.order },
        body: {
          kind: 'work-placement',
          title: 'Virksomhedspraktik i et bageri',
          place: { kind: 'company', name: 'Bageriet Prøvekringlen' },
          startDate: '2026-04-07',
          endDate: '2026-04-24',
          registeredBy: { name: 'Liv Leverandør' },
        },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => addActivity(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/activities/:id/decision',
      operationId: 'decideActivity',
      tag: 'Orders',
      summary: 'Approve or reject a proposed activity (§ 4, § 14, § 16)',
      callers: ['jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: DecisionBody,
      answers: { 200: { description: 'The decided activity.', schema: ActivitySchema, headers: etag } },
      problems: ['activity-already-decided', 'order-state'],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: '$proposedActivity' },
        body: { decision: 'approved', decidedBy: { name: 'Gorm Godkender' } },
      },
    },
    (request) => decideActivity(deps, request),
  )
}
