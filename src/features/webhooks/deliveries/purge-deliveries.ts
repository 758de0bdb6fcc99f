import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'

/** Ours: deliveries per statement, so that none runs long or holds many locks. */
const batchSize = 2000

/**
 * Deletes settled deliveries on which nothing has happened since `before`, with what is recorded of their attempts. Open
 * ones stay, however old; a later replay makes anew what it needs. Several workers may do it at once.
 * @param database acts as the worker
 * @param before real time, whatever a sandbox's clock shows
 * @param signal ends it between two batches
 * @returns how many were deleted
 */
export const purgeDeliveries = async (database: Database, before: Instant, signal?: AbortSignal): Promise<number> => {
  let deleted = 0
  // Ids begin with the time of their making in milliseconds (UUID v7), so the primary key leads to the oldest.
  while (!signal?.aborted) {
    const { numAffectedRows = 0n } = await sql`
      delete from webhook_deliveries where id in (
        select d.id from webhook_deliveries d
         where d.id < (lpad(to_hex(floor(extract(epoch from ${before}::timestamptz) * 1000)::bigint), 12, '0')
                       || '70008000000000000000')::uuid
           and d.status <> 'pending' and coalesce(d.last_attempt_at, d.created_at) < ${before}::timestamptz
         order by d.id limit ${batchSize} for update skip locked)`.execute(database.kysely)
    deleted += Number(numAffectedRows)
    if (numAffectedRows < batchSize) break
  }
  return deleted
}
