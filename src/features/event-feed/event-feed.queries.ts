import { type RawBuilder, sql } from 'kysely'
import type { Database } from '#platform/db/pool.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { SequencedEvent } from '#platform/outbox/event-document.ts'

/** What a reader wants of its events; each as it stood when the event got its number. Ids in any case of letters. */
export type FeedFilters = {
  readonly types: readonly string[] | undefined
  readonly jobcenterId: string | undefined
  readonly targetGroup: string | undefined
  readonly orderId: string | undefined
}

/** A stretch of an organisation's feed. */
type FeedStretch = {
  /** Up to which number the feed has been emptied; 0 when nothing was ever deleted. */
  readonly floor: number
  /** The last number that was looked at, also where the filters left it out; null when there was nothing to look at. */
  readonly reached: number | null
  /** Whether there may be entries behind `reached`. */
  readonly more: boolean
  /** What fits, in the order of the numbers. */
  readonly events: readonly SequencedEvent[]
}

const conditions = (filters: FeedFilters): RawBuilder<unknown> => {
  const wanted: RawBuilder<unknown>[] = []
  if (filters.types !== undefined) wanted.push(sql`and e.type = any (${filters.types}::text[])`)
  if (filters.jobcenterId !== undefined) wanted.push(sql`and e.jobcenter_id = ${filters.jobcenterId}::uuid`)
  if (filters.targetGroup !== undefined) wanted.push(sql`and e.target_group = ${filters.targetGroup}`)
  if (filters.orderId !== undefined) wanted.push(sql`and e.order_id = ${filters.orderId}::uuid`)
  return wanted.length === 0 ? sql`` : sql.join(wanted, sql` `)
}

const detours = ['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']

/**
 * Looks at no more than `scan` entries of the organisation's feed after the number `after`, and gives at most `limit` events
 * that fit. One statement, so what it sees has no gaps (numbers become visible in their order) and its floor is of the
 * same moment as its events.
 */
export const feedStretch = async (
  trx: Trx,
  organisationId: string,
  asked: { after: number; filters: FeedFilters; limit: number; scan: number },
): Promise<FeedStretch> => {
  const { after, limit, scan } = asked
  type Row = { floor: number; stop: number | null; newest: number | null } & (SequencedEvent | { id: null })
  // Along the feed's key and from each entry to its event, whatever the statistics say: on a feed of a million entries that
  // was just filled, other plans read all of it for one page (350 ms against 3).
  await sql`select set_config(name, 'off', true) from unnest(${detours}::text[]) as name`.execute(trx)
  const { rows } = await sql<Row>`
    with bounds as (
      select coalesce((select l.sequence from event_feed_floors l where l.organisation_id = ${organisationId}), 0) as floor,
             (select f.sequence from event_feed f where f.organisation_id = ${organisationId} and f.sequence > ${after}
               order by f.sequence offset ${scan - 1} limit 1) as stop,
             (select max(f.sequence) from event_feed f where f.organisation_id = ${organisationId}) as newest
    )
    select b.floor, b.stop, b.newest, found.*
      from bounds b left join lateral (
        select e.id, e.type, e.occurred_at, f.sequence, e.data, e.path
          from event_feed f join events e on e.id = f.event_id
         where f.organisation_id = ${organisationId} and f.sequence > ${after}
           and f.sequence <= coalesce(b.stop, b.newest) ${conditions(asked.filters)}
         order by f.sequence limit ${limit}) as found on true
     order by found.sequence`.execute(trx)
  const [first] = rows
  if (!first) throw new Error('a stretch of the feed without its bounds')
  const events = rows.flatMap((row) => (row.id === null ? [] : [row]))
  const last = events.length === limit ? events.at(-1) : undefined
  return {
    floor: first.floor,
    reached: last?.sequence ?? first.stop ?? first.newest,
    more: last !== undefined || first.stop !== null,
    events,
  }
}

/**
 * The last number given, and the newest number in the feed of each organisation: undefined when nothing was numbered since
 * `known` was the last, null for a feed that is empty.
 * @param known null to be told in any case
 */
export const newestInFeeds = async (
  database: Database,
  known: number | null,
  organisationIds: readonly string[],
): Promise<{ last: number; newest: ReadonlyMap<string, number | null> | undefined }> => {
  const { rows } = await sql<{ last: number; newest: (string | number | null)[] | null }>`
    select last, newest from portal_newest_in_feeds(${known}, ${organisationIds}::uuid[])`.execute(database.kysely)
  const [row] = rows
  if (!row) throw new Error('there is no last number')
  const numbers = row.newest?.map((number) => (number === null ? null : Number(number)))
  return {
    last: row.last,
    newest: numbers && new Map(organisationIds.map((id, place) => [id, numbers[place] ?? null])),
  }
}
