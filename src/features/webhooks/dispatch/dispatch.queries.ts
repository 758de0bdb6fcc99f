import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'

/** Ours: how long a worker's claim on an endpoint stands unless renewed, in seconds; a killed worker's endpoints wait so long. */
export const claimSeconds = 15

/** Ours: nothing but failures for so long pauses an endpoint. */
const patience = '5 days'

export type SealedSecret = { readonly key: string; readonly cipher: Buffer }

/** A delivery whose attempt is due, with what is needed to make it. */
export type DueDelivery = {
  readonly id: string
  /** Attempts ever made, and those of them made before it was last set going again. */
  readonly attempts: number
  readonly attemptsBefore: number
  readonly firstAttemptAt: Instant | null
  readonly endpointId: string
  readonly url: string
  /** The present secret first. */
  readonly secrets: readonly SealedSecret[]
  readonly eventId: string
  readonly type: string
  readonly occurredAt: Instant
  readonly sequence: number
  readonly data: unknown
  readonly path: string
}

/** What came of an attempt. `error` is one of the documented words, null when it was delivered. */
export type AttemptResult = {
  readonly id: string
  /** Attempts ever made before this one: a result that is written twice counts once. */
  readonly before: number
  readonly outcome: 'delivered' | 'retry' | 'failed'
  readonly at: Instant
  readonly milliseconds: number
  readonly status: number | null
  readonly error: string | null
  readonly answer: string | null
  /** Seconds to the next attempt. */
  readonly delay: number
}

/**
 * Claims endpoints that have something due and that no living worker has: those first that waited longest.
 * @param which those that answer, or those from which only failures come
 * @returns their ids
 */
export const claimQueues = async (
  database: Database,
  worker: string,
  which: 'healthy' | 'failing',
  most: number,
): Promise<string[]> => {
  const { rows } = await sql<{ endpointId: string }>`
    update webhook_queues q set claimed_by = ${worker}, claimed_until = now() + ${claimSeconds} * interval '1 second'
      from (select q.endpoint_id from webhook_queues q join webhook_endpoints w on w.id = q.endpoint_id
             where w.status = 'active' and w.deleted_at is null and coalesce(q.claimed_until <= now(), true)
               and (q.failing_since is null) = ${which === 'healthy'}
               and exists (select from webhook_deliveries d
                            where d.endpoint_id = q.endpoint_id and d.status = 'pending' and d.due_at <= now())
             order by q.claimed_until nulls first limit ${most} for update of q skip locked) as free
     where q.endpoint_id = free.endpoint_id returning q.endpoint_id`.execute(database.kysely)
  return rows.map((row) => row.endpointId)
}

/** Renews the worker's claims. @returns the endpoints that it still has */
export const renewClaims = async (database: Database, worker: string): Promise<string[]> => {
  const { rows } = await sql<{ endpointId: string }>`
    update webhook_queues set claimed_until = now() + ${claimSeconds} * interval '1 second'
     where claimed_by = ${worker} returning endpoint_id`.execute(database.kysely)
  return rows.map((row) => row.endpointId)
}

/** Gives an endpoint back. */
export const releaseClaim = async (database: Database, worker: string, endpointId: string): Promise<void> => {
  await sql`update webhook_queues set claimed_by = null, claimed_until = now()
             where endpoint_id = ${endpointId} and claimed_by = ${worker}`.execute(database.kysely)
}

type DueRow = Omit<DueDelivery, 'secrets'> & {
  readonly secretKey: string
  readonly secretCipher: Buffer
  readonly previousKey: string | null
  readonly previousCipher: Buffer | null
  readonly failing: boolean
}

/**
 * Prepared under its name, once for each connection: planning it took 0.48 ms and running it 0.06 (`npm run bench`), and
 * the events of one order are loaded one at a time. A plan from when the tables were small goes when they are analysed.
 */
const dueDeliveries = {
  name: 'webhooks-due',
  text: `
    select d.id, d.attempts, d.attempts_before as "attemptsBefore", d.first_attempt_at as "firstAttemptAt",
           d.endpoint_id as "endpointId", w.url, w.secret_key as "secretKey", w.secret_cipher as "secretCipher",
           case when w.previous_secret_until > now() then w.previous_secret_key end as "previousKey",
           case when w.previous_secret_until > now() then w.previous_secret_cipher end as "previousCipher",
           d.event_id as "eventId", e.type, e.occurred_at as "occurredAt", e.sequence, e.data, e.path,
           coalesce(q.failing_since < now() - interval '1 minute', false) as failing
      from webhook_deliveries d join webhook_endpoints w on w.id = d.endpoint_id
      join webhook_queues q on q.endpoint_id = d.endpoint_id join events e on e.id = d.event_id
     where d.endpoint_id = $1 and d.status = 'pending' and d.due_at <= now()
       and d.id <> all ($2::uuid[]) and w.status = 'active' and w.deleted_at is null
     order by d.due_at, d.sequence limit $3`,
}

/**
 * What is due at an endpoint, the longest due first; nothing of one that is paused or deleted.
 * @param holding deliveries that the worker has in hand already
 * @returns `failing`: that nothing but failures came back for a minute or more
 */
export const loadDue = async (
  database: Database,
  endpointId: string,
  holding: readonly string[],
  most: number,
): Promise<{ due: DueDelivery[]; failing: boolean }> => {
  const { rows } = await database.pool.query<DueRow>({ ...dueDeliveries, values: [endpointId, [...holding], most] })
  const due = rows.map(({ secretKey, secretCipher, previousKey, previousCipher, failing: _, ...row }) => ({
    ...row,
    secrets: [
      { key: secretKey, cipher: secretCipher },
      ...(previousKey && previousCipher ? [{ key: previousKey, cipher: previousCipher }] : []),
    ],
  }))
  return { due, failing: rows.some((row) => row.failing) }
}

/**
 * Writes down what attempts at one endpoint came to, each once, in one statement (`portal_settle_deliveries`).
 * @returns whether more can be done at the endpoint at once
 */
export const settleDeliveries = async (
  database: Database,
  endpointId: string,
  results: readonly AttemptResult[],
): Promise<{ written: number; more: boolean }> => {
  const { rows } = await sql<{ written: number; more: boolean }>`
    select written, more from portal_settle_deliveries(${endpointId}, ${JSON.stringify(results)}::jsonb, ${patience}::interval)`.execute(
    database.kysely,
  )
  return rows[0] ?? { written: 0, more: false }
}
