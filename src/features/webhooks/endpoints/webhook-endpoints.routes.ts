import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { leastAttempts, leastHours } from '../dispatch/retry-schedule.ts'
import { webhookCallers } from '../webhook-callers.ts'
import { changeWebhookEndpoint, deleteWebhookEndpoint } from './change-webhook-endpoint.ts'
import { createWebhookEndpoint } from './create-webhook-endpoint.ts'
import {
  ChangeEndpointBody,
  CreatedEndpointSchema,
  CreateEndpointBody,
  EndpointSchema,
  endpointDocument,
  endpointEtag,
} from './endpoint.schema.ts'
import { findEndpoint, listEndpoints } from './webhook-endpoint.queries.ts'

const tag = 'Webhooks'

/** The routes of webhook endpoints: register, read, change and delete. */
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
        `Events of the named types that happen from now on and fit the filters are posted to \`url\`, as the event feed shows them, signed after Standard Webhooks (\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\`) with \`secret\`. ` +
        `The secret is shown in this answer and never again; it is not kept under an \`Idempotency-Key\` either, whose repeated answer leaves it out. ` +
        `Any 2xx within fifteen seconds counts as delivered; anything else, a redirect included, is tried again, at least ${leastAttempts} times and for at least ${leastHours} hours, later when \`Retry-After\` asks for it. 410 pauses the endpoint at once, five days of nothing but failures do so too, and its deliveries wait until it is resumed. ` +
        `Deliveries come at least once: deduplicate by \`webhook-id\`. Events of one order come one after the other unless \`inOrder\` is false; orders do not wait for each other. An organisation has at most twenty endpoints.`,
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
      problems: ['webhook-url-not-allowed', 'unknown-event-type', 'unknown-webhook-filter', 'too-many-endpoints'],
      example: {
        client: 'supplier-nord',
        body: {
          url: 'https://receiver.example/portal-events',
          eventTypes: ['order.placed', 'report.returned'],
          filters: { jobcenterIds: [example.jobcenter] },
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
      method: 'PATCH',
      url: '/v1/webhook-endpoints/:id',
      operationId: 'changeWebhookEndpoint',
      tag,
      summary: 'Change a webhook endpoint',
      description:
        'Members that are left out stay; `null` takes filters or description away. Types, filters and `inOrder` hold for events from then on; what is still to be delivered goes to the new `url`.',
      callers: webhookCallers,
      scope: 'portal.write',
      params: idParams,
      body: ChangeEndpointBody,
      answers: {
        200: { description: 'The endpoint as it now is.', schema: EndpointSchema, headers: { etag: 'Its version.' } },
      },
      problems: [
        'if-match-required',
        'precondition-failed',
        'webhook-url-not-allowed',
        'unknown-event-type',
        'unknown-webhook-filter',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: '$webhookEndpoint' },
        headers: { 'if-match': '*' },
        body: { eventTypes: ['order.amended'], filters: { orderIds: [example.order] }, inOrder: false },
      },
    },
    (request) => changeWebhookEndpoint(deps, request),
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
    (request) => deleteWebhookEndpoint(deps, request),
  )
}
