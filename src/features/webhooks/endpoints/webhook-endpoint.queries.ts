import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import { type Keyring, seal } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { SealedSecret } from '../dispatch/dispatch.queries.ts'
import { lockQueue } from '../lock-queue.ts'

/** What an endpoint asked for. Each filter null for all; identifiers in small letters. */
export type EndpointTerms = {
  readonly url: string
  readonly eventTypes: readonly string[]
  readonly jobcenterIds: readonly string[] | null
  readonly targetGroups: readonly string[] | null
  readonly orderIds: readonly string[] | null
  readonly inOrder: boolean
  readonly description: string | null
}

/** An endpoint as callers see it, with its version. */
export type WebhookEndpoint = EndpointTerms & {
  readonly id: string
  readonly status: 'active' | 'paused'
  readonly pausedBecause: 'owner' | 'gone' | 'failing' | null
  readonly pausedAt: Instant | null
  /** Real time. May have passed. */
  readonly previousSecretUntil: Instant | null
  readonly createdAt: Instant
  readonly version: number
}

/** What a sealed secret is bound to: it opens for its own endpoint alone. */
export const secretContext = (endpointId: string): string => `webhook-endpoint:${endpointId}`

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

const columnsOf = ({ eventTypes, jobcenterIds, targetGroups, orderIds, ...terms }: EndpointTerms) => ({
  ...terms,
  eventTypes: [...eventTypes],
  jobcenterIds: jobcenterIds && [...jobcenterIds],
  targetGroups: targetGroups && [...targetGroups],
  orderIds: orderIds && [...orderIds],
})

/** Writes a new endpoint with its empty queue, the secret sealed. */
export const insertEndpoint = async (
  trx: Trx,
  keyring: Keyring,
  {
    secret,
    organisationId,
    id,
    createdAt,
    ...terms
  }: EndpointTerms & {
    id: string
    createdAt: Instant
    organisationId: string
    secret: string
  },
): Promise<void> => {
  const sealed = seal(keyring, secret, secretContext(id))
  await trx
    .insertInto('webhookEndpoints')
    .values({
      ...columnsOf(terms),
      id,
      organisationId,
      secretCipher: sealed.cipher,
      secretKey: sealed.key,
      createdAt,
    })
    .execute()
  await trx.insertInto('webhookQueues').values({ endpointId: id, organisationId }).execute()
}

const liveEndpoints = (trx: Trx, organisationId: string) =>
  trx
    .selectFrom('webhookEndpoints')
    .select(['id', 'url', 'eventTypes', 'jobcenterIds', 'targetGroups', 'orderIds', 'inOrder', 'description'])
    .select((eb) => eb.ref('status').$castTo<WebhookEndpoint['status']>().as('status'))
    .select((eb) => eb.ref('pausedBecause').$castTo<WebhookEndpoint['pausedBecause']>().as('pausedBecause'))
    .select(['pausedAt', 'previousSecretUntil', 'createdAt', 'version'])
    .where('organisationId', '=', organisationId)
    .where('deletedAt', 'is', null)

/** The organisation's live endpoint; undefined when it has none of that id. */
export const findEndpoint = (trx: Trx, organisationId: string, id: string): Promise<WebhookEndpoint | undefined> =>
  liveEndpoints(trx, organisationId).where('id', '=', id).executeTakeFirst()

/**
 * The same, its queue and itself locked until the transaction ends: first the queue, as everybody does who has to do with
 * its deliveries.
 */
export const lockEndpoint = async (
  trx: Trx,
  organisationId: string,
  id: string,
): Promise<WebhookEndpoint | undefined> => {
  await lockQueue(trx, organisationId, id)
  return liveEndpoints(trx, organisationId).where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The organisation's live endpoints in the order of their making; at most `limit` after the id `after`. */
export const listEndpoints = (
  trx: Trx,
  organisationId: string,
  page: { after: string | undefined; limit: number },
): Promise<WebhookEndpoint[]> => {
  const query = liveEndpoints(trx, organisationId).orderBy('id').limit(page.limit)
  return (page.after === undefined ? query : query.where('id', '>', page.after)).execute()
}

/** Writes what a locked endpoint asks for from now on. */
export const updateTerms = async (trx: Trx, id: string, terms: EndpointTerms): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ ...columnsOf(terms), version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Pauses a locked endpoint for its owner. Its time is real time, as when the portal pauses it. */
export const pauseEndpoint = async (trx: Trx, id: string): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ status: 'paused', pausedBecause: 'owner', pausedAt: sql`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/**
 * Sets a locked endpoint going again: what is first in its lane or in none is due now.
 *
 * Ours: each of these begins its schedule anew. It may have been tried to the end of it while the endpoint was down, and
 * whoever resumes says that it is worth trying.
 */
export const resumeEndpoint = async (trx: Trx, id: string): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ status: 'active', pausedBecause: null, pausedAt: null, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
  await trx.updateTable('webhookQueues').set({ failingSince: null }).where('endpointId', '=', id).execute()
  await sql`
    update webhook_deliveries d set due_at = now(), attempts_before = d.attempts, first_attempt_at = null
     where d.endpoint_id = ${id} and d.status = 'pending'
       and (d.lane is null or not exists (select from webhook_deliveries e
             where e.endpoint_id = d.endpoint_id and e.lane = d.lane and e.status = 'pending' and e.sequence < d.sequence))
  `.execute(trx)
}

/**
 * Puts a new secret before the one that a locked endpoint has, which signs beside it for so many hours of real time; what
 * had gone before signs no more.
 * @returns until when both sign; null for no overlap
 */
export const replaceSecret = async (
  trx: Trx,
  keyring: Keyring,
  given: { id: string; secret: string; overlapHours: number },
): Promise<Instant | null> => {
  const sealed = seal(keyring, given.secret, secretContext(given.id))
  const overlaps = given.overlapHours > 0
  const { previousSecretUntil } = await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({
      secretCipher: sealed.cipher,
      secretKey: sealed.key,
      previousSecretCipher: overlaps ? eb.ref('secretCipher') : null,
      previousSecretKey: overlaps ? eb.ref('secretKey') : null,
      previousSecretUntil: overlaps ? sql<Instant>`now() + ${given.overlapHours} * interval '1 hour'` : null,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', given.id)
    .returning('previousSecretUntil')
    .executeTakeFirstOrThrow()
  return previousSecretUntil
}

/** Where a live endpoint of the organisation is and what signs there, the present secret first; and the real time. */
export const findSigning = async (
  trx: Trx,
  organisationId: string,
  id: string,
): Promise<{ id: string; url: string; secrets: SealedSecret[]; now: Instant } | undefined> => {
  const found = await trx
    .selectFrom('webhookEndpoints')
    .select(['id', 'url', 'secretKey', 'secretCipher', 'previousSecretKey', 'previousSecretCipher'])
    .select([
      sql<Instant>`now()`.as('now'),
      sql<boolean>`coalesce(previous_secret_until > now(), false)`.as('bothSign'),
    ])
    .where('organisationId', '=', organisationId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!found) return undefined
  const { previousSecretKey: key, previousSecretCipher: cipher } = found
  const secrets = [
    { key: found.secretKey, cipher: found.secretCipher },
    ...(found.bothSign && key !== null && cipher !== null ? [{ key, cipher }] : []),
  ]
  return { id: found.id, url: found.url, secrets, now: found.now }
}

/** Takes a locked endpoint out of use and gives up its open deliveries; what was delivered to it stays on record. */
export const deleteEndpoint = async (trx: Trx, id: string, now: Instant): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ deletedAt: now, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
  await trx
    .updateTable('webhookDeliveries')
    .set({ status: 'failed', lastError: 'endpoint-deleted', dueAt: null })
    .where('endpointId', '=', id)
    .where('status', '=', 'pending')
    .execute()
}
