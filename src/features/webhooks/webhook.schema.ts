import { type Static, Type } from 'typebox'
import { Id, InstantSchema, orNull } from '#platform/http/common-schemas.ts'
import { etagOf } from '#platform/http/etag.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'
import { eventTypes } from '#platform/outbox/event-types.ts'
import { postFaults } from '#platform/webhooks/outbound.ts'
import { mostAttempts } from './retry-schedule.ts'
import type { WebhookDelivery } from './webhook-delivery.queries.ts'
import type { WebhookEndpoint } from './webhook-endpoint.queries.ts'

/** The kinds of organisation that have webhooks. */
export const webhookCallers = ['supplier', 'jobcenter', 'benefits-office'] as const

const Description = Type.String({ minLength: 1, maxLength: 500 })

export const CreateEndpointBody = closed({
  url: Type.String({
    minLength: 1,
    maxLength: 2000,
    description: 'HTTPS, to an address on the public internet; no user name, no fragment. Redirects are not followed.',
  }),
  eventTypes: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
    minItems: 1,
    maxItems: 50,
    uniqueItems: true,
    description: `\`*\` for all, or any of: ${Object.entries(eventTypes)
      .map(([type, meaning]) => `\`${type}\` (${meaning})`)
      .join(' ')}`,
  }),
  description: Type.Optional(Description),
})
export type CreateEndpoint = Static<typeof CreateEndpointBody>

const endpointMembers = {
  id: Id,
  url: Type.String(),
  eventTypes: Type.Array(Type.String()),
  description: Type.Optional(Description),
  createdAt: InstantSchema,
}
export const EndpointSchema = closed(endpointMembers)
/** The answer to a creation. */
export const CreatedEndpointSchema = closed({
  ...endpointMembers,
  secret: Type.Optional(
    Type.String({
      pattern: '^whsec_',
      description: 'The signing secret. Shown this once; absent when the answer is given again to an Idempotency-Key.',
    }),
  ),
})

/** The endpoint as callers see it. */
export const endpointDocument = (endpoint: Omit<WebhookEndpoint, 'version'>): Static<typeof EndpointSchema> => ({
  id: endpoint.id,
  url: endpoint.url,
  eventTypes: [...endpoint.eventTypes],
  ...(endpoint.description === null ? {} : { description: endpoint.description }),
  createdAt: endpoint.createdAt,
})

const Status = Type.Union([Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('failed')])
const eventIdPattern = '^evt_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
const EventId = Type.String({ pattern: eventIdPattern })

const lastErrors = [...postFaults, 'refused', 'redirect-not-followed', 'secret-unreadable', 'endpoint-deleted']

export const DeliverySchema = closed({
  id: Id,
  endpointId: Id,
  eventId: EventId,
  eventType: Type.String(),
  sequence: Type.String({ pattern: String.raw`^\d+$` }),
  status: Status,
  attempts: Type.Integer({
    minimum: 0,
    description: `Attempts made; ${mostAttempts} at most, within a day and a half.`,
  }),
  lastAttemptAt: orNull(InstantSchema),
  lastStatus: Type.Union([Type.Integer(), Type.Null()], { description: 'The HTTP status of the last answer.' }),
  lastError: Type.Union([Type.String(), Type.Null()], {
    description: `Why the last attempt did not succeed: ${lastErrors.map((error) => `\`${error}\``).join(', ')}.`,
  }),
  deliveredAt: orNull(InstantSchema),
  createdAt: InstantSchema,
})

/** The delivery as callers see it. */
export const deliveryDocument = (delivery: WebhookDelivery) => ({
  ...delivery,
  eventId: `evt_${delivery.eventId}`,
  sequence: String(delivery.sequence),
})

/** Changes with every attempt. */
export const deliveryEtag = (delivery: WebhookDelivery): string =>
  `"${delivery.status}-${delivery.attempts}-${delivery.lastAttemptAt ?? ''}"`

export const endpointEtag = (endpoint: WebhookEndpoint): string => etagOf(endpoint.version)

export const DeliveryQuery = closed({
  ...listQuery,
  endpointId: Type.Optional(Id),
  eventId: Type.Optional(EventId),
  status: Type.Optional(Status),
})
