import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import { type Keyring, seal } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'

/** An endpoint as callers see it, with its version. */
export type WebhookEndpoint = {
  readonly id: string
  readonly url: string
  readonly eventTypes: readonly string[]
  readonly description: string | null
  readonly createdAt: Instant
  readonly version: number
}

/** What a sealed secret is bound to: it opens for its own endpoint alone. */
export const secretContext = (endpointId: string): string => `webhook-endpoint:${endpointId}`

const members = ['id', 'url', 'eventTypes', 'description', 'createdAt', 'version'] as const

/**
 * Counts the organisation's live endpoints. Holds off other creations of the organisation until the transaction ends,
 * so that together they cannot pass the limit.
 */
export const countEndpointsExclusively = async (trx: Trx, organisationId: string): Promise<number> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhook-endpoints:${organisationId}`}, 0))`.execute(trx)
  const { live } = await trx
    .selectFrom('webhookEndpoints')
    .select((select) => select.fn.countAll<number>().as('live'))
    .where('organisationId', '=', organisationId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return live
}

/** Writes a new endpoint, with its secret sealed. */
export const insertEndpoint = async (
  trx: Trx,
  keyring: Keyring,
  endpoint: Omit<WebhookEndpoint, 'version'> & { organisationId: string; secret: string },
): Promise<void> => {
  const sealed = seal(keyring, endpoint.secret, secretContext(endpoint.id))
  await trx
    .insertInto('webhookEndpoints')
    .values({
      id: endpoint.id,
      organisationId: endpoint.organisationId,
      url: endpoint.url,
      eventTypes: [...endpoint.eventTypes],
      description: endpoint.description,
      secretCipher: sealed.cipher,
      secretKey: sealed.key,
      createdAt: endpoint.createdAt,
    })
    .execute()
}

/** The organisation's live endpoint; undefined when it has none of that id. */
export const findEndpoint = (trx: Trx, organisationId: string, id: string): Promise<WebhookEndpoint | undefined> =>
  trx
    .selectFrom('webhookEndpoints')
    .select(members)
    .where('organisationId', '=', organisationId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()

/** The organisation's live endpoints in the order of their making; at most `limit` after the id `after`. */
export const listEndpoints = (
  trx: Trx,
  organisationId: string,
  page: { after: string | undefined; limit: number },
): Promise<WebhookEndpoint[]> => {
  let query = trx
    .selectFrom('webhookEndpoints')
    .select(members)
    .where('organisationId', '=', organisationId)
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .limit(page.limit)
  if (page.after !== undefined) query = query.where('id', '>', page.after)
  return query.execute()
}

/**
 * Takes an endpoint out of use and gives up its open deliveries; what was delivered to it stays on record.
 * @returns false when the organisation has no live endpoint of that id
 */
export const deleteEndpoint = async (trx: Trx, organisationId: string, id: string, now: Instant): Promise<boolean> => {
  const { numUpdatedRows } = await trx
    .updateTable('webhookEndpoints')
    .set({ deletedAt: now, version: sql`version + 1` })
    .where('organisationId', '=', organisationId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await trx
    .updateTable('webhookDeliveries')
    .set({ status: 'failed', lastError: 'endpoint-deleted' })
    .where('endpointId', '=', id)
    .where('status', '=', 'pending')
    .execute()
  return true
}
