import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { defineRoute } from '#platform/http/route.ts'
import { DeliveryQuery, DeliverySchema, deliveryDocument, deliveryEtag, webhookCallers } from './webhook.schema.ts'
import { findDelivery, listDeliveries } from './webhook-delivery.queries.ts'

const tag = 'Webhooks'

/** The routes of webhook deliveries: what was sent to the caller's endpoints, and what came of it. */
export const webhookDeliveryRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/webhook-deliveries',
      operationId: 'listWebhookDeliveries',
      tag,
      summary: 'List webhook deliveries',
      description: "Deliveries to the caller's endpoints, deleted ones included, oldest first.",
      callers: webhookCallers,
      scope: 'portal.read',
      query: DeliveryQuery,
      answers: { 200: { description: 'A page of deliveries.', schema: pageOf(DeliverySchema) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', query: { status: 'failed', limit: 20 } },
    },
    async (request) => {
      const { query } = request
      const limit = pageSize(query.limit)
      const filters = {
        endpointId: query.endpointId,
        eventId: query.eventId?.slice('evt_'.length),
        status: query.status,
        after: idAfter(query.cursor),
        limit: limit + 1,
      }
      const rows = await read(deps.database, request, (trx) =>
        listDeliveries(trx, request.caller.organisation.id, filters),
      )
      const { publicUrl } = deps
      return pageAnswer({ rows, limit, publicUrl, url: request.url, position: (row) => row.id, item: deliveryDocument })
    },
  )

  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/webhook-deliveries/:id',
      operationId: 'getWebhookDelivery',
      tag,
      summary: 'Read a webhook delivery',
      description: 'How often it was tried and what the endpoint answered; never what it answered with.',
      callers: webhookCallers,
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: { description: 'The delivery.', schema: DeliverySchema, headers: { etag: 'Changes with every attempt.' } },
      },
      example: { client: 'supplier-nord', params: { id: '$webhookDelivery' } },
    },
    async (request) => {
      const delivery = await read(deps.database, request, (trx) =>
        findDelivery(trx, request.caller.organisation.id, request.params.id),
      )
      if (!delivery) throw new HttpProblem('not-found')
      return { status: 200, body: deliveryDocument(delivery), headers: { etag: deliveryEtag(delivery) } }
    },
  )
}
