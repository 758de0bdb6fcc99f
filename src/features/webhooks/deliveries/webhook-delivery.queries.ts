import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'

/** A delivery as callers see it. */
export type WebhookDelivery = {
  readonly id: string
  readonly endpointId: string
  /** Without `evt_`, as everywhere in the database. */
  readonly eventId: string
  readonly eventType: string
  readonly orderId: string | null
  readonly sequence: number
  readonly status: string
  readonly dueAt: Instant | null
  readonly attempts: number
  readonly lastAttemptAt: Instant | null
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly deliveredAt: Instant | null
  readonly createdAt: Instant
}

/** One attempt, as callers see it. */
export type WebhookAttempt = {
  readonly number: number
  readonly at: Instant
  readonly status: number | null
  readonly error: string | null
  readonly milliseconds: number
  readonly answerStart: string | null
}

const deliveries = (trx: Trx, organisationId: string) =>
  trx
    .selectFrom('webhookDeliveries as d')
    .innerJoin('events as e', 'e.id', 'd.eventId')
    .select(['d.id', 'd.endpointId', 'd.eventId', 'd.eventType', 'e.orderId', 'd.sequence', 'd.status'])
    .select(['d.dueAt', 'd.attempts', 'd.lastAttemptAt', 'd.lastStatus', 'd.lastError', 'd.deliveredAt', 'd.createdAt'])
    .where('d.organisationId', '=', organisationId)

/** The organisation's delivery; undefined when it has none of that id. */
export const findDelivery = (trx: Trx, organisationId: string, id: string): Promise<WebhookDelivery | undefined> =>
  deliveries(trx, organisationId).where('d.id', '=', id).executeTakeFirst()

/** What the attempts of the organisation's delivery came to, the newest last. */
export const listAttempts = (trx: Trx, organisationId: string, deliveryId: string): Promise<WebhookAttempt[]> =>
  trx
    .selectFrom('webhookAttempts')
    .select(['number', 'at', 'status', 'error', 'milliseconds', 'answerStart'])
    .where('organisationId', '=', organisationId)
    .where('deliveryId', '=', deliveryId)
    .orderBy('number')
    .execute()

/** What a list of deliveries is narrowed to; `eventId` without `evt_`. */
export type DeliveryFilters = {
  readonly endpointId: string | undefined
  readonly eventId: string | undefined
  readonly eventType: string | undefined
  readonly orderId: string | undefined
  readonly status: string | undefined
}

/** The organisation's deliveries, oldest first: at most `limit` after the id `after` that fit the filters. */
export const listDeliveries = (
  trx: Trx,
  organisationId: string,
  filters: DeliveryFilters,
  page: { after: string | undefined; limit: number },
): Promise<WebhookDelivery[]> => {
  let query = deliveries(trx, organisationId).orderBy('d.id').limit(page.limit)
  if (page.after !== undefined) query = query.where('d.id', '>', page.after)
  if (filters.endpointId !== undefined) query = query.where('d.endpointId', '=', filters.endpointId)
  if (filters.eventId !== undefined) query = query.where('d.eventId', '=', filters.eventId)
  if (filters.eventType !== undefined) query = query.where('d.eventType', '=', filters.eventType)
  if (filters.orderId !== undefined) query = query.where('e.orderId', '=', filters.orderId)
  if (filters.status !== undefined) query = query.where('d.status', '=', filters.status)
  return query.execute()
}
