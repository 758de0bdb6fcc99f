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
  /** Those that sign now, the newest first. */
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
  /** Where it was posted to (null: to the present address): what another one answers pauses nothing. */
  readonly url: string | null
  readonly outcome: 'delivered' | 'retry' | 'failed'
  readonly at: Instant
  readonly milliseconds: number
  readonly status: number | null
  readonly error: string | null
  readonly answer: string | null
  /** Seconds to the next attempt, and whether the receiver asked for so many. */
  readonly delay: number
  readonly rest: boolean
}

/**
 * Claims endpoints that have something due and that no living worker has: those first that waited longest.
 * @param which those that answer, whatever, or those from which no answer came at the last attempts
 * @returns their ids
 */
export const claimQueues = async (
  database: Database,
  worker: string,
  which: 'answering' | 'silent',
  most: number,
): Promise<string[]> => {
  const { rows } = await sql<{ endpointId: string }>`
    update webhook_queues q set claimed_by = ${worker}, claimed_until = now() + ${claimSeconds} * interval '1 second'
      from (select q.endpoint_id from webhook_queues q join webhook_endpoints w on w.id = q.endpoint_id
             where w.status = 'active' and w.deleted_at is null and coalesce(q.claimed_until <= now(), true)
               and (q.unanswered_since is null) = ${which === 'answering'}
               and exists (select from webhook_deliveries d
                            where d.endpoint_id = q.endpoint_id and d.status = 'pending' and d.due_at <= now())
             order by q.claimed_until nulls first limit ${most} for update of q skip locked) as free
     where q.endpoint_id = free.endpoint_id returning q.endpoint_id`.execute(database.kysely)
  return rows.map((row) => row.endpointId)
}

/**
 * Renews the worker's claims on the endpoints that it posts to, and no others: a claim whose answer was lost, or whose
 * release failed, runs out like a dead worker's.
 * @returns the endpoints that it still has
 */
export const renewClaims = async (
  database: Database,
  worker: string,
  endpointIds: readonly string[],
): Promise<string[]> => {
  const { rows } = await sql<{ endpointId: string }>`
    update webhook_queues set claimed_until = now() + ${claimSeconds} * interval '1 second'
     where claimed_by = ${worker} and endpoint_id = any (${[...endpointIds]}::uuid[]) returning endpoint_id`.execute(
    database.kysely,
  )
  return rows.map((row) => row.endpointId)
}

/** Gives up some of what deleted endpoints were still owed. @returns how many deliveries */
export const giveUpDeleted = async (database: Database): Promise<number> => {
  const { numAffectedRows = 0n } = await sql`
    update webhook_deliveries set status = 'failed', last_error = 'endpoint-deleted', due_at = null
     where id in (select d.id from webhook_endpoints w
                    cross join lateral (select d.id from webhook_deliveries d
                      where d.endpoint_id = w.id and d.status = 'pending' limit 1000) as d
                   where w.deleted_at is not null limit 1000)`.execute(database.kysely)
  return Number(numAffectedRows)
}

/** Gives an endpoint back. */
export const releaseClaim = async (database: Database, worker: string, endpointId: string): Promise<void> => {
  await sql`update webhook_queues set claimed_by = null, claimed_until = now()
             where endpoint_id = ${endpointId} and claimed_by = ${worker}`.execute(database.kysely)
}

type DueRow = Omit<DueDelivery, 'secrets'> & {
  readonly secretKeys: readonly string[] | null
  readonly secretCiphers: readonly Buffer[] | null
  readonly failing: boolean
}

/** Key ids and ciphers of secrets, read as two lists, put together. */
export const sealedSecrets = (keys: readonly string[] | null, ciphers: readonly Buffer[] | null): SealedSecret[] =>
  (keys ?? []).flatMap((key, index) => {
    const cipher = ciphers?.[index]
    return cipher ? [{ key, cipher }] : []
  })

/**
 * Prepared under its name, once for each connection: planning it took 0.48 ms and running it 0.06 (`npm run bench`), and
 * the events of one order are loaded one at a time. A plan from when the tables were small goes when they are analysed.
 */
const dueDeliveries = {
  name: 'webhooks-due',
  text: `
    with signing as (
      select array_agg(s.secret_key order by s.number desc) as keys, array_agg(s.secret_cipher order by s.number desc) as ciphers
        from webhook_secrets s where s.endpoint_id = $1 and (s.until is null or s.until > now()))
    select d.id, d.attempts,
           case when d.last_attempt_at < q.resumed_at then d.attempts else d.attempts_before end as "attemptsBefore",
           case when d.last_attempt_at < q.resumed_at then null else d.first_attempt_at end as "firstAttemptAt",
           d.endpoint_id as "endpointId", w.url, g.keys as "secretKeys", g.ciphers as "secretCiphers",
           d.event_id as "eventId", e.type, e.occurred_at as "occurredAt", e.sequence, e.data, e.path,
           coalesce(q.failing_since < now() - interval '1 minute', false) as failing
      from webhook_deliveries d join webhook_endpoints w on w.id = d.endpoint_id
      join webhook_queues q on q.endpoint_id = d.endpoint_id join events e on e.id = d.event_id
      cross join signing g
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
  const due = rows.map(({ secretKeys, secretCiphers, failing: _, ...row }) => ({
    ...row,
    secrets: sealedSecrets(secretKeys, secretCiphers),
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
