import { sql } from 'kysely'
import type { Database } from '#platform/db/pool.ts'

/** Ours: rows per statement, so that none runs long or holds many locks. */
const batchSize = 5000

/**
 * Deletes stored answers older than 48 hours (callers are promised 24 or more). Several workers may do it at once.
 * @param database acts as the worker
 * @param signal ends it between two batches
 * @returns how many were deleted
 */
export const purgeIdempotencyKeys = async (database: Database, signal: AbortSignal): Promise<number> => {
  let deleted = 0
  while (!signal.aborted) {
    const { numAffectedRows = 0n } = await sql`
      delete from idempotency_keys where (client_id, key_digest) in (
        select client_id, key_digest from idempotency_keys
         where created_at < now() - interval '48 hours' limit ${batchSize})`.execute(database.kysely)
    deleted += Number(numAffectedRows)
    if (numAffectedRows < batchSize) break
  }
  return deleted
}
