import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'

/** Ours: feeds per statement and entries of each, so that none runs long or holds many locks. */
const feedsAtOnce = 10
const entriesOfEach = 1000

/**
 * Deletes from the feeds what was written before `before`, and raises the floor of each feed in the same statement: a
 * reader sees both or neither. Only from the beginning of a feed on, up to its first event that is kept. The events
 * themselves stay. Several workers may do it at once.
 * @param database acts as the worker
 * @param before real time, also in a sandbox: an event's age is that of its id (UUID v7), so that setting the sandbox's clock
 *   empties no feed
 * @param signal ends it between two batches
 * @returns how many entries were deleted
 */
export const purgeFeed = async (database: Database, before: Instant, signal?: AbortSignal): Promise<number> => {
  let deleted = 0
  while (signal?.aborted !== true) {
    const { rows } = await sql<{ entries: number }>`
      with old_feeds as (
        select o.id from organisations o cross join lateral (
            select f.event_id from event_feed f where f.organisation_id = o.id order by f.sequence limit 1) as oldest
          join events e on e.id = oldest.event_id
         where uuid_extract_timestamp(e.id) < ${before}::timestamptz
         order by o.id limit ${feedsAtOnce}
      ), beginnings as (
        select f.organisation_id, f.sequence, bool_and(uuid_extract_timestamp(f.event_id) < ${before}::timestamptz)
                 over (partition by f.organisation_id order by f.sequence) as old
          from old_feeds o cross join lateral (
            select * from event_feed f where f.organisation_id = o.id order by f.sequence limit ${entriesOfEach}) as f
      ), gone as (
        delete from event_feed f using beginnings b
         where b.old and f.organisation_id = b.organisation_id and f.sequence = b.sequence
        returning f.organisation_id, f.sequence
      ), raised as (
        insert into event_feed_floors (organisation_id, sequence)
        select g.organisation_id, max(g.sequence) from gone g group by g.organisation_id order by g.organisation_id
        on conflict (organisation_id) do update set sequence = greatest(event_feed_floors.sequence, excluded.sequence)
      )
      select count(*) as entries from gone`.execute(database.kysely)
    const entries = rows[0]?.entries ?? 0
    if (entries === 0) break
    deleted += entries
  }
  return deleted
}
