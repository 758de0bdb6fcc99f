import type { FastifyInstance } from 'fastify'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { createWebhookEndpoint } from './create-webhook-endpoint.ts'
import { mostAttempts } from './retry-schedule.ts'
import {
  CreatedEndpointSchema,
  CreateEndpointBody,
  EndpointSchema,
  endpointDocument,
  endpointEtag,
  webhookCallers,
} from './webhook.schema.ts'
import { deleteEndpoint, findEndpoint, listEndpoints } from './webhook-endpoint.queries.ts'

const tag = 'Webhooks'

/** The routes of webhook endpoints: register, read and delete. */
export const webhookEndpointRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/webhook-endpoints',
      operationId: 'createWebhookEndpoint',
      tag,
      summary: 'Register a webhook endpoint',
      description:
        `Events of the named types that happen from now on are posted to \`url\`, as the event feed shows them, signed after Standard Webhooks (\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\`) with \`secret\`. ` +
        `The secret is shown in this answer and never again; it is not kept under an \`Idempotency-Key\` either, whose repeated answer leaves it out. ` +
        `Any 2xx within ten seconds counts as delivered; anything else, a redirect included, is tried again, ${mostAttempts} times in a day and a half; 410 ends it at once. ` +
        `Deliveries come at least once and in no fixed order: deduplicate by \`webhook-id\`, order by \`sequence\`. An organisation has at most twenty endpoints.`,
      callers: webhookCallers,
      scope: 'portal.write',
      body: CreateEndpointBody,
      answers: {
        201: {
          description: 'Registered. Keep the secret.',
          schema: CreatedEndpointSchema,
          headers: { location: 'Where the endpoint can be read.', etag: 'Its version.' },
        },
      },
      problems: ['webhook-url-not-allowed', 'unknown-event-type', 'too-many-endpoints'],
      example: {
        client: 'supplier-nord',
        body: {
          url: 'https://receiver.example/portal-events',
          eventTypes: ['order.placed', 'report.returned'],
          description: 'Case system',
        },
      },
    },
    (request) => createWebhookEndpoint(deps, request),
  )

  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/webhook-endpoints',
      operationId: 'listWebhookEndpoints',
      tag,
      summary: "List the caller's webhook endpoints",
      description: 'Oldest first, without their secrets. Deleted ones are not listed.',
      callers: webhookCallers,
      scope: 'portal.read',
      query: closed(listQuery),
      answers: { 200: { description: 'A page of endpoints.', schema: pageOf(EndpointSchema) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord' },
    },
    async (request) => {
      const limit = pageSize(request.query.limit)
      const after = idAfter(request.query.cursor)
      const rows = await read(deps.database, request, (trx) =>
        listEndpoints(trx, request.caller.organisation.id, { after, limit: limit + 1 }),
      )
      const { publicUrl } = deps
      return pageAnswer({ rows, limit, publicUrl, url: request.url, position: (row) => row.id, item: endpointDocument })
    },
  )

  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/webhook-endpoints/:id',
      operationId: 'getWebhookEndpoint',
      tag,
      summary: 'Read a webhook endpoint',
      description: 'Without its secret.',
      callers: webhookCallers,
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: { description: 'The endpoint.', schema: EndpointSchema, headers: { etag: 'Its version.' } },
      },
      example: { client: 'supplier-nord', params: { id: '$webhookEndpoint' } },
    },
    async (request) => {
      const endpoint = await read(deps.database, request, (trx) =>
        findEndpoint(trx, request.caller.organisation.id, request.params.id),
      )
      if (!endpoint) throw new HttpProblem('not-found')
      return { status: 200, body: endpointDocument(endpoint), headers: { etag: endpointEtag(endpoint) } }
    },
  )

  defineRoute(
    app,
    {
      method: 'DELETE',
      url: '/v1/webhook-endpoints/:id',
      operationId: 'deleteWebhookEndpoint',
      tag,
      summary: 'Delete a webhook endpoint',
      description:
        'Nothing more is posted to it; deliveries that are still open have failed (`endpoint-deleted`). Its past deliveries can still be read. A new endpoint has a new secret.',
      callers: webhookCallers,
      scope: 'portal.write',
      params: idParams,
      answers: { 204: { description: 'Deleted.' } },
      example: { client: 'supplier-nord', params: { id: '$webhookEndpoint' } },
    },
    (request) =>
      write(deps.database, request, async (trx) => {
        const { id } = request.params
        const deleted = await deleteEndpoint(trx, request.caller.organisation.id, id, request.arrivedAt)
        if (!deleted) throw new HttpProblem('not-found')
        await recordChange(trx, request, {
          action: 'webhook-endpoint.deleted',
          entity: 'webhook-endpoint',
          entityId: id,
          orderId: null,
          registeredBy: null,
          changes: {},
        })
        return { status: 204 }
      }),
  )
}
