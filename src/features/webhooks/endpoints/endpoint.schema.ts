import { type Static, type TSchema, Type } from 'typebox'
import { Id, InstantSchema, oneOf } from '#platform/http/common-schemas.ts'
import { etagOf } from '#platform/http/etag.ts'
import { closed } from '#platform/http/route.ts'
import { eventTypes } from '#platform/outbox/event-types.ts'
import type { WebhookEndpoint } from './webhook-endpoint.queries.ts'

/** A value or null in a body, as one schema, so that a fault still points at the very member. A body left out is null. */
export const orNothing = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [(schema as unknown as { type: string }).type, 'null'] })

const Url = Type.String({
  minLength: 1,
  maxLength: 2000,
  description: 'HTTPS, to an address on the public internet; no user name, no fragment. Redirects are not followed.',
})
const EventTypes = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  description: `\`*\` for all, or any of: ${Object.entries(eventTypes)
    .map(([type, meaning]) => `\`${type}\` (${meaning})`)
    .join(' ')}`,
})
const Description = Type.String({ minLength: 1, maxLength: 500 })
const InOrder = Type.Boolean({
  description:
    'Whether an event of an order waits until the one before it was delivered or given up. Orders never wait for each other. True unless said otherwise.',
})

const among = <T extends TSchema>(item: T, description: string) =>
  Type.Optional(Type.Array(item, { minItems: 1, maxItems: 100, uniqueItems: true, description }))
const Filters = closed(
  {
    jobcenterIds: among(Id, 'Events of orders that these jobcenters placed.'),
    targetGroups: among(Type.String({ minLength: 1, maxLength: 100 }), 'Events of orders of these target groups.'),
    orderIds: among(Id, 'Events of these orders of yours.'),
  },
  {
    description:
      'Narrows the events down to orders that fit every list that is given; without any, all events are sent. An event that is about no order (`webhook-endpoint.paused`) fits no filter.',
  },
)
export type Filters = Static<typeof Filters>

export const CreateEndpointBody = closed({
  url: Url,
  eventTypes: EventTypes,
  filters: Type.Optional(Filters),
  inOrder: Type.Optional(InOrder),
  description: Type.Optional(Description),
})
export type CreateEndpoint = Static<typeof CreateEndpointBody>

export const ChangeEndpointBody = closed({
  url: Type.Optional(Url),
  eventTypes: Type.Optional(EventTypes),
  filters: Type.Optional(orNothing(Filters)),
  inOrder: Type.Optional(InOrder),
  description: Type.Optional(orNothing(Description)),
})
export type ChangeEndpoint = Static<typeof ChangeEndpointBody>

const PausedBecause = Type.Unsafe<'owner' | 'gone' | 'failing'>({
  ...oneOf(['owner', 'gone', 'failing']),
  description: '`owner`: you did it; `gone`: it answered 410; `failing`: nothing but failures for five days.',
})
const endpointMembers = {
  id: Id,
  url: Type.String(),
  eventTypes: Type.Array(Type.String()),
  filters: Type.Optional(Filters),
  inOrder: InOrder,
  description: Type.Optional(Description),
  status: oneOf(['active', 'paused']),
  pausedBecause: Type.Optional(PausedBecause),
  pausedAt: Type.Optional(InstantSchema),
  previousSecretValidUntil: Type.Optional(
    Type.Unsafe<string>({
      ...InstantSchema,
      description:
        'Up to then, at the latest, a secret from before the present one signs too; shown also when that has passed.',
    }),
  ),
  createdAt: InstantSchema,
}
export const EndpointSchema = closed(endpointMembers)

const Secret = Type.Optional(
  Type.String({
    pattern: '^whsec_',
    description: 'The signing secret. Shown this once; absent when the answer is given again to an Idempotency-Key.',
  }),
)
/** The answer to a creation. */
export const CreatedEndpointSchema = closed({ ...endpointMembers, secret: Secret })

/** The body of a rotation, which may be left out. */
export const RotateSecretBody = orNothing(
  closed({
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 24,
        description:
          'For how many hours the present secret goes on signing beside the new one; 0 ends it at once, and with it all from before. 24 unless said.',
      }),
    ),
  }),
)
export type RotateSecret = Static<typeof RotateSecretBody>
export const RotatedSecretSchema = closed({
  secret: Secret,
  previousValidUntil: Type.Union([InstantSchema, Type.Null()], {
    description: 'Until when, at the latest, a previous secret signs; null when all of them ended at once.',
  }),
})

const attempted = {
  attempts: Type.Integer({ minimum: 0, description: 'Posts made.' }),
  failures: Type.Integer({ minimum: 0, description: 'Posts that were not answered with a 2xx.' }),
}
const maybe = (description: string) => Type.Union([InstantSchema, Type.Null()], { description })
export const StatisticsSchema = closed({
  endpointId: Id,
  pending: Type.Integer({ minimum: 0, description: 'Deliveries still to be made.' }),
  waitingSince: maybe('Since when the oldest of them has been waiting.'),
  delivered: Type.Integer({ minimum: 0 }),
  failed: Type.Integer({ minimum: 0, description: 'Deliveries that were given up.' }),
  attempts: attempted.attempts,
  averageMilliseconds: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'What a post took on average; null before the first.',
  }),
  failingSince: maybe('Since when nothing but failures came back; null while deliveries succeed.'),
  lastDeliveredAt: maybe('When a delivery last succeeded.'),
  lastFailedAt: maybe('When a post last failed.'),
  last24Hours: closed(attempted),
})

/** The endpoint as callers see it. */
export const endpointDocument = (endpoint: WebhookEndpoint): Static<typeof EndpointSchema> => {
  const { jobcenterIds, targetGroups, orderIds } = endpoint
  const filters = {
    ...(jobcenterIds ? { jobcenterIds: [...jobcenterIds] } : {}),
    ...(targetGroups ? { targetGroups: [...targetGroups] } : {}),
    ...(orderIds ? { orderIds: [...orderIds] } : {}),
  }
  return {
    id: endpoint.id,
    url: endpoint.url,
    eventTypes: [...endpoint.eventTypes],
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
    inOrder: endpoint.inOrder,
    ...(endpoint.description === null ? {} : { description: endpoint.description }),
    status: endpoint.status,
    ...(endpoint.pausedBecause === null ? {} : { pausedBecause: endpoint.pausedBecause }),
    ...(endpoint.pausedAt === null ? {} : { pausedAt: endpoint.pausedAt }),
    ...(endpoint.previousSecretUntil === null ? {} : { previousSecretValidUntil: endpoint.previousSecretUntil }),
    createdAt: endpoint.createdAt,
  }
}

/** Changes with every change of the endpoint, also when the portal pauses it. */
export const endpointEtag = (endpoint: WebhookEndpoint): string => etagOf(endpoint.version)
