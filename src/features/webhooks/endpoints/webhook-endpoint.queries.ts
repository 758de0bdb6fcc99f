import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Keyring } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { lockQueue } from '../lock-queue.ts'
import { insertSecret, lastPreviousEnd } from './webhook-secret.queries.ts'

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
  /** The latest end of a previous secret, real time. May have passed. */
  readonly previousSecretUntil: Instant | null
  readonly createdAt: Instant
  readonly version: number
}

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
  await trx
    .insertInto('webhookEndpoints')
    .values({ ...columnsOf(terms), id, organisationId, createdAt })
    .execute()
  await insertSecret(trx, keyring, { id, organisationId, secret, number: 1 })
  await trx.insertInto('webhookQueues').values({ endpointId: id, organisationId }).execute()
}

const liveEndpoints = (trx: Trx, organisationId: string) =>
  trx
    .selectFrom('webhookEndpoints')
    .select(['id', 'url', 'eventTypes', 'jobcenterIds', 'targetGroups', 'orderIds', 'inOrder', 'description'])
    .select((eb) => eb.ref('status').$castTo<WebhookEndpoint['status']>().as('status'))
    .select((eb) => eb.ref('pausedBecause').$castTo<WebhookEndpoint['pausedBecause']>().as('pausedBecause'))
    .select(['pausedAt', 'createdAt', 'version'])
    .select(lastPreviousEnd.as('previousSecretUntil'))
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

/** Pauses a locked endpoint for its owner. Its time is real time, as when the portal pauses it. */
export const pauseEndpoint = async (trx: Trx, id: string): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ status: 'paused', pausedBecause: 'owner', pausedAt: sql`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/**
 * Begins anew what waits at a locked endpoint: its first part is due now and the rest follows as that is settled. What was
 * known of its failures is forgotten, and a result that is still under way pauses nothing.
 *
 * Ours: each delivery begins its schedule anew. It may have been tried to the end of it while the endpoint was down, and
 * whoever resumes, or names another address, says that it is worth trying.
 */
const beginAnew = async (trx: Trx, id: string): Promise<void> => {
  await trx
    .updateTable('webhookQueues')
    .set({
      failingSince: null,
      unansweredSince: null,
      resumedAt: sql`clock_timestamp()`,
      hastenBefore: sql`clock_timestamp()`,
      hastenAll: true,
    })
    .where('endpointId', '=', id)
    .execute()
  await sql`select portal_hasten(${id}, clock_timestamp(), true)`.execute(trx)
}

/** Sets a locked endpoint going again. */
export const resumeEndpoint = async (trx: Trx, id: string): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ status: 'active', pausedBecause: null, pausedAt: null, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
  await beginAnew(trx, id)
}

/** Writes what a locked endpoint asks for from now on. */
export const updateTerms = async (trx: Trx, id: string, terms: EndpointTerms, otherAddress: boolean): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ ...columnsOf(terms), version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
  if (otherAddress) await beginAnew(trx, id)
}

/** Ours: deliveries given up with the deletion itself; a worker gives up what is beyond that, some at a time. */
const givenUpAtOnce = 1000

/** Takes a locked endpoint out of use and gives up its open deliveries; what was delivered to it stays on record. */
export const deleteEndpoint = async (trx: Trx, id: string, now: Instant): Promise<void> => {
  await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ deletedAt: now, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
  await sql`
    update webhook_deliveries set status = 'failed', last_error = 'endpoint-deleted', due_at = null
     where id in (select d.id from webhook_deliveries d where d.endpoint_id = ${id} and d.status = 'pending'
                   limit ${givenUpAtOnce})`.execute(trx)
}
