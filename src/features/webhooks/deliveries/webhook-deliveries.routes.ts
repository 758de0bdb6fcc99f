import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { defineRoute } from '#platform/http/route.ts'
import { webhookCallers } from '../webhook-callers.ts'
import {
  DeliveryDetailSchema,
  DeliveryQuery,
  DeliverySchema,
  deliveryAnswer,
  deliveryDocument,
} from './delivery.schema.ts'
import { redeliver } from './redeliver.ts'
import { ReplayBody, ReplaySchema } from './replay.schema.ts'
import { mostAtOnce, replayEvents } from './replay-events.ts'
import { findDelivery, listAttempts, listDeliveries } from './webhook-delivery.queries.ts'

const tag = 'Webhooks'
const headers = { ETag: 'Changes with every attempt, and whenever the delivery is set going.' }

const listRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/webhook-deliveries',
      operationId: 'listWebhookDeliveries',
      tag,
      summary: 'List webhook deliveries',
      description:
        "Deliveries to the caller's endpoints, deleted ones included, oldest first. Settled ones are kept as long as events are.",
      callers: webhookCallers,
      scope: 'portal.read',
      query: DeliveryQuery,
      answers: {
        200: {
          description: 'A page of deliveries.',
          schema: pageOf(DeliverySchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', query: { status: 'failed', limit: 20 } },
    },
    async (request) => {
      const { limit: asked, cursor, eventId, ...others } = request.query
      const limit = pageSize(asked)
      const filters = {
        endpointId: others.endpointId,
        eventId: eventId?.slice('evt_'.length),
        eventType: others.eventType,
        orderId: others.orderId,
        status: others.status,
      }
      const page = { after: idAfter(cursor), limit: limit + 1 }
      const rows = await read(deps.database, request, (trx) =>
        listDeliveries(trx, request.caller.organisation.id, filters, page),
      )
      const { publicUrl } = deps
      return pageAnswer({ rows, limit, publicUrl, url: request.url, position: (row) => row.id, item: deliveryDocument })
    },
  )

const detailRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/webhook-deliveries/:id',
      operationId: 'getWebhookDelivery',
      tag,
      summary: 'Read a webhook delivery',
      description: 'With each attempt: when, for how long, and the status and beginning of the answer.',
      callers: webhookCallers,
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The delivery.', schema: DeliveryDetailSchema, headers } },
      example: { client: 'supplier-nord', params: { id: '$webhookDelivery' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const delivery = await findDelivery(trx, request.caller.organisation.id, request.params.id)
        if (!delivery) throw new HttpProblem('not-found')
        return deliveryAnswer(delivery, await listAttempts(trx, request.caller.organisation.id, delivery.id), 200)
      }),
  )

const redeliveryRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/webhook-deliveries/:id/redelivery',
      operationId: 'redeliverWebhook',
      tag,
      summary: 'Set a webhook delivery going again',
      description:
        'Whether it was delivered or has failed: under the same `webhook-id`, with as many attempts as a new one. One that is open goes at once instead of when its next attempt is due, unless it waits for an earlier event of its order. Later events of the order that are still open wait for it. To a paused endpoint it goes when that is resumed.',
      callers: webhookCallers,
      scope: 'portal.write',
      params: idParams,
      answers: { 202: { description: 'It is on its way.', schema: DeliveryDetailSchema, headers } },
      problems: ['webhook-endpoint-deleted'],
      example: { client: 'supplier-nord', params: { id: '$webhookDelivery' } },
    },
    (request) => redeliver(deps, request),
  )

const replayRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/webhook-endpoints/:id/replay',
      operationId: 'replayWebhookEvents',
      tag,
      summary: 'Deliver a range of events again',
      description:
        `Every event of the caller's feed in the range that the endpoint asks for today is delivered to it, under its own id: those that were delivered or have failed once more, and those that never went there for the first time, also from before the endpoint was made. What is still open is left as it is. ` +
        `A call queues up to ${mostAtOnce.queued.toLocaleString('en')} deliveries and looks at up to ${mostAtOnce.looked.toLocaleString('en')} events: go on with \`nextSequence\` until it is null. Exactly one of \`fromSequence\` and \`fromTime\` is given; both ends belong to the range. A range that begins with events that are no longer kept is refused with 410 (\`events-gone\`), whose \`oldestSequence\` is the first that can be asked for.`,
      callers: webhookCallers,
      scope: 'portal.write',
      params: idParams,
      body: ReplayBody,
      answers: { 202: { description: 'They are on their way.', schema: ReplaySchema } },
      problems: ['events-gone'],
      example: { client: 'supplier-nord', params: { id: '$webhookEndpoint' }, body: { fromSequence: '1' } },
    },
    (request) => replayEvents(deps, request),
  )

/** The routes of webhook deliveries: what was sent to the caller's endpoints, what came of it, and sending it again. */
export const webhookDeliveryRoutes = (app: FastifyInstance, deps: Deps): void => {
  listRoute(app, deps)
  detailRoute(app, deps)
  redeliveryRoute(app, deps)
  replayRoute(app, deps)
}
