import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'

/** A delivery as callers see it. */
export type WebhookDelivery = {
  readonly id: string
  readonly endpointId: string
  readonly eventId: string
  readonly eventType: string
  readonly sequence: number | null
  readonly status: string
  readonly attempts: number
  readonly lastAttemptAt: Instant | null
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly deliveredAt: Instant | null
  readonly createdAt: Instant
}

const deliveries = (trx: Trx, organisationId: string) =>
  trx
    .selectFrom('webhookDeliveries as d')
    .innerJoin('events as e', 'e.id', 'd.eventId')
    .select(['d.id', 'd.endpointId', 'd.eventId', 'e.type as eventType', 'e.sequence', 'd.status', 'd.attempts'])
    .select(['d.lastAttemptAt', 'd.lastStatus', 'd.lastError', 'd.deliveredAt', 'd.createdAt'])
    .where('d.organisationId', '=', organisationId)

/** The organisation's delivery; undefined when it has none of that id. */
export const findDelivery = (trx: Trx, organisationId: string, id: string): Promise<WebhookDelivery | undefined> =>
  deliveries(trx, organisationId).where('d.id', '=', id).executeTakeFirst()

/** The organisation's deliveries, oldest first: at most `limit` after the id `after` that fit the filters. */
export const listDeliveries = (
  trx: Trx,
  organisationId: string,
  filters: {
    endpointId: string | undefined
    /** Without `evt_`. */
    eventId: string | undefined
    status: string | undefined
    after: string | undefined
    limit: number
  },
): Promise<WebhookDelivery[]> => {
  let query = deliveries(trx, organisationId).orderBy('d.id').limit(filters.limit)
  if (filters.after !== undefined) query = query.where('d.id', '>', filters.after)
  if (filters.endpointId !== undefined) query = query.where('d.endpointId', '=', filters.endpointId)
  if (filters.eventId !== undefined) query = query.where('d.eventId', '=', filters.eventId)
  if (filters.status !== undefined) query = query.where('d.status', '=', filters.status)
  return query.execute()
}
