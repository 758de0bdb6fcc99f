import { Type } from 'typebox'
import { Id, InstantSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { listQuery } from '#platform/http/lists.ts'
import { type Answer, closed } from '#platform/http/route.ts'
import { type EventType, eventTypes } from '#platform/outbox/event-types.ts'
import { answerStartRule } from '#platform/webhooks/answer-start.ts'
import { postFaults } from '#platform/webhooks/outbound.ts'
import { leastAttempts, leastHours } from '../dispatch/retry-schedule.ts'
import type { WebhookAttempt, WebhookDelivery } from './webhook-delivery.queries.ts'

const Status = oneOf(['pending', 'delivered', 'failed'])
const EventId = Type.String({
  pattern: '^evt_[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
})

const errors = [...postFaults, 'refused', 'redirect-not-followed', 'secret-unreadable']
const listed = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

const described = <T extends Parameters<typeof orNull>[0]>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })

const members = {
  id: Id,
  endpointId: Id,
  eventId: EventId,
  eventType: Type.String(),
  orderId: described(Id, 'The order that the event is about; null for an event without an order.'),
  sequence: Type.String({ pattern: String.raw`^\d+$` }),
  status: Status,
  dueAt: described(
    InstantSchema,
    'When the next attempt is due, or since when it is while its endpoint is paused. Null while the delivery waits for an earlier event of its order, and once it is settled.',
  ),
  attempts: Type.Integer({
    minimum: 0,
    description: `Attempts ever made. A delivery has failed after ${leastAttempts} of them and ${leastHours} hours at the earliest, counted anew when it is set going again.`,
  }),
  lastAttemptAt: orNull(InstantSchema),
  lastStatus: described(Type.Integer(), 'The HTTP status of the last answer.'),
  lastError: described(
    Type.String(),
    `Why the last attempt did not succeed: ${listed([...errors, 'endpoint-deleted'])}.`,
  ),
  deliveredAt: described(InstantSchema, 'When it was last delivered; stays when it is set going again.'),
  createdAt: InstantSchema,
}
export const DeliverySchema = closed(members)

const AttemptSchema = closed({
  number: Type.Integer({ minimum: 1 }),
  at: InstantSchema,
  status: described(Type.Integer(), 'The HTTP status of the answer; null when there was none.'),
  error: described(Type.String(), `Why it did not succeed: ${listed(errors)}. Null when it did.`),
  milliseconds: Type.Integer({ minimum: 0 }),
  answerStart: described(Type.String(), `${answerStartRule} Null for an empty answer and without one.`),
})

/** A delivery with its attempts. */
export const DeliveryDetailSchema = closed({
  ...members,
  attemptLog: Type.Array(AttemptSchema, { description: 'Every attempt, the newest last.' }),
})

/** The delivery as callers see it. */
export const deliveryDocument = (delivery: WebhookDelivery) => ({
  ...delivery,
  eventId: `evt_${delivery.eventId}`,
  sequence: String(delivery.sequence),
})

/** The answer that shows one delivery with its attempts; its ETag changes with anything that it shows. */
export const deliveryAnswer = (
  delivery: WebhookDelivery,
  attemptLog: readonly WebhookAttempt[],
  status: 200 | 202,
): Answer => {
  const body = { ...deliveryDocument(delivery), attemptLog }
  return { status, body, headers: { etag: contentEtag(body) } }
}

export const DeliveryQuery = closed({
  ...listQuery,
  endpointId: Type.Optional(Id),
  eventId: Type.Optional(EventId),
  eventType: Type.Optional(oneOf(Object.keys(eventTypes) as EventType[])),
  orderId: Type.Optional(Id),
  status: Type.Optional(Status),
})
