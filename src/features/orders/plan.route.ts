import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { PlanBody, PlanSchema } from './order.schema.ts'
import { getPlan, putPlan } from './put-plan.ts'

const etag = { ETag: 'The version, for If-None-Match and If-Match.' }
const byId = (request: { params: { id: string } }): string => request.params.id

/** The plan of an order: `GET` and `PUT /v1/orders/{id}/plan`. */
export const planRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/plan',
      operationId: 'getPlan',
      tag: 'Orders',
      summary: 'Read the plan of an order',
      callers: ['supplier', 'jobcenter', 'auditor'],
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: { description: 'The plan; without days before one was put.', schema: PlanSchema, headers: etag },
      },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => getPlan(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'PUT',
      url: '/v1/orders/:id/plan',
      operationId: 'putPlan',
      tag: 'Orders',
      summary: 'Put the whole plan of an order (§ 4)',
      description: 'Replaces the plan as a whole. The first one needs no `If-Match`; every later one does.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: PlanBody,
      answers: {
        200: { description: 'The plan as it now stands.', schema: PlanSchema, headers: etag },
        201: { description: 'The first plan.', schema: PlanSchema, headers: etag },
      },
      problems: [
        'plan-exceeds-order',
        'plan-outside-order',
        'plan-total-differs',
        'plan-day-too-long',
        'plan-conflicts-with-record',
        'activity-not-approved',
        'order-state',
        'if-match-required',
        'precondition-failed',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: example.unplanned },
        body: {
          complete: false,
          days: [
            { date: '2026-03-02', activityId: example.unplannedActivity, plannedMinutes: 240 },
            { date: '2026-03-03', activityId: example.unplannedActivity, plannedMinutes: 240 },
          ],
        },
      },
      refusedOrder: byId,
    },
    (request) => putPlan(deps, request),
  )
}
