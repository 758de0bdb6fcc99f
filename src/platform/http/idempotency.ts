import { sql } from 'kysely'
import type { Database } from '#platform/db/pool.ts'
import { inTransaction, type Statement, type Trx } from '#platform/db/transaction.ts'
import { HttpProblem, invalid } from './problems/problem.ts'
import type { Answer, PortalRequest } from './route.ts'

/** The caller's key, what it stands for, and the number of its advisory lock. */
export type IdempotencyKey = { readonly digest: string; readonly fingerprint: Buffer; readonly lock: string }

/**
 * Reads `Idempotency-Key`. The fingerprint covers method, path and body as parsed, so white space does not matter.
 * @throws HttpProblem `invalid-request` for an empty or overlong key
 */
export const idempotencyKeyOf = (request: PortalRequest): IdempotencyKey | null => {
  const key = request.header('idempotency-key')
  if (key === undefined) return null
  if (key.length < 1 || key.length > 255) {
    throw invalid('Idempotency-Key', 'wrong-length', { da: '1 til 255 tegn.', en: '1 to 255 characters.' })
  }
  // Keyed, and never the key itself: the body of an order has a CPR number in it and everything else of it stands in the
  // database, so a bare hash would give the number away; and a caller may have put anything into its key.
  const keyed = (use: string, text: string): Buffer => request.keyedHash(`idempotency ${use}\n${text}`)
  const fingerprint = keyed('request', `${request.method} ${request.url}\n${JSON.stringify(request.body) ?? ''}`)
  const digest = keyed('key', key).toString('base64url')
  const lock = keyed('lock', `${request.caller.clientId}\n${key}`).readBigInt64BE(0).toString()
  return { digest, fingerprint, lock }
}

export type StoredAnswer = { status: number; headers: Record<string, string>; body: string; fingerprint: Buffer }

/** For the pipelined path: takes the key, or fails so that nothing behind it in the pipeline runs or waits. */
export const takeKey: Statement = { name: 'idempotency-take', text: 'select portal_take_key($1, $2, $3)' }

/**
 * What the key says before the work: a stored answer to give again, or undefined to go on.
 * @throws HttpProblem `request-in-progress` while another holds the key, `idempotency-key-reused` for another request
 */
const settleKey = (key: IdempotencyKey, taken: boolean, stored: StoredAnswer | undefined): Answer | undefined => {
  if (!taken) throw new HttpProblem('request-in-progress', { headers: { 'retry-after': '1' } })
  if (!stored) return undefined
  if (!stored.fingerprint.equals(key.fingerprint)) throw new HttpProblem('idempotency-key-reused')
  return {
    status: stored.status,
    headers: { ...stored.headers, 'idempotency-replayed': 'true' },
    body: stored.body === '' ? undefined : stored.body,
  }
}

/** The bytes that a replay gives again, and the headers that belong to them. */
export const keptAnswer = (answer: Answer): { status: number; headers: string; body: string } => ({
  status: answer.status,
  headers: JSON.stringify(answer.headers ?? {}),
  // Empty for an answer without a body (204).
  body: answer.body === undefined ? '' : JSON.stringify(answer.keptBody ?? answer.body),
})

const storedAnswer = async (
  trx: Trx,
  request: PortalRequest,
  key: IdempotencyKey,
): Promise<StoredAnswer | undefined> => {
  const stored = await trx
    .selectFrom('idempotencyKeys')
    .select(['status', 'headers', 'body', 'fingerprint'])
    .where('clientId', '=', request.caller.clientId)
    .where('keyDigest', '=', key.digest)
    .executeTakeFirst()
  return stored as StoredAnswer | undefined
}

const settled = async (trx: Trx, request: PortalRequest, key: IdempotencyKey): Promise<Answer | undefined> => {
  const lock = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${key.lock}::bigint) as taken`.execute(
    trx,
  )
  // A statement of its own, so that it reads what was committed before the lock was given.
  return settleKey(key, lock.rows[0]?.taken === true, await storedAnswer(trx, request, key))
}

/**
 * The answer to a request whose `takeKey` failed, from its error.
 * @throws HttpProblem as `settleKey`, or the error itself when it is another
 */
export const answerOfTakenKey = async (
  database: Database,
  request: PortalRequest,
  key: IdempotencyKey,
  error: unknown,
): Promise<Answer> => {
  const { code } = error as { code?: unknown }
  if (code !== 'PI001' && code !== 'PI002') throw error
  const stored = await inTransaction(database, request.caller.organisation.id, (trx) => storedAnswer(trx, request, key))
  const answer = settleKey(key, code === 'PI002', stored)
  if (!answer) throw error
  return answer
}

/** Keeps the answer under the key, in the transaction of what it answers for. */
export const keepAnswer = async (
  trx: Trx,
  request: PortalRequest,
  key: IdempotencyKey,
  answer: Answer,
): Promise<void> => {
  const kept = keptAnswer(answer)
  await trx
    .insertInto('idempotencyKeys')
    .values({
      clientId: request.caller.clientId,
      keyDigest: key.digest,
      organisationId: request.caller.organisation.id,
      fingerprint: key.fingerprint,
      status: kept.status,
      headers: sql`${kept.headers}::jsonb`,
      body: kept.body,
    })
    .execute()
}

/**
 * A write: `work` runs once in a transaction that acts for the caller's organisation, and its answer is stored in the
 * same transaction under the caller's key. Throwing a problem rolls all of it back, the key included.
 */
export const write = (
  database: Database,
  request: PortalRequest,
  work: (trx: Trx) => Promise<Answer>,
): Promise<Answer> => {
  const key = request.method === 'POST' ? idempotencyKeyOf(request) : null
  return inTransaction(database, request.caller.organisation.id, async (trx) => {
    const replay = key && (await settled(trx, request, key))
    if (replay) return replay
    const answer = await work(trx)
    if (key && !answer.unwritten) await keepAnswer(trx, request, key, answer)
    return answer
  })
}

/** A read in a transaction that acts for the caller's organisation. */
export const read = <T>(database: Database, request: PortalRequest, work: (trx: Trx) => Promise<T>): Promise<T> =>
  inTransaction(database, request.caller.organisation.id, work)
