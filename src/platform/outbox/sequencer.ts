import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { fromKysely, type PgBoss } from 'pg-boss'
import { isUnavailable } from '#platform/db/errors.ts'
import type { Database } from '#platform/db/pool.ts'
import { enqueueWebhooks } from '#platform/jobs/webhook-jobs.ts'
import type { Log } from '#platform/log.ts'

/** What one round did. `held-elsewhere`: another worker is at it. */
export type SequencingRound = { readonly events: number; readonly deliveries: number } | 'held-elsewhere'

/** Ours: events per transaction; a backlog is worked off in rounds that others can come between. */
const batchSize = 500
/** How often an idle sequencer looks, in milliseconds: what an event waits for at most, with half of it on average. */
const pollMs = 150
/** Pauses after failures, in milliseconds, doubling from the first to the last. */
const backOffMs = { first: 250, last: 5000 }

/** The advisory lock of whoever sequences; any number that nothing else in the database takes. */
export const sequencerLock = 7_075_191_044

type Row = { events: number; deliveries: { id: string; endpoint: string }[] }

/**
 * Gives the next numbers to committed events, in the order in which they were written, and hands them to their
 * recipients' feeds and webhook endpoints: all in one transaction, by one worker at a time. A reader of the feed can
 * therefore never see a number and later find a lower one.
 * @returns how much was done; 0 events when there was nothing to do
 */
export const sequenceEvents = (database: Database, boss: PgBoss): Promise<SequencingRound> =>
  database.kysely.transaction().execute(async (trx) => {
    // A statement of its own: the next one must read with a snapshot from after the lock.
    const { rows: locks } = await sql<{
      taken: boolean
    }>`select pg_try_advisory_xact_lock(${sequencerLock}) as taken`.execute(trx)
    if (locks[0]?.taken !== true) return 'held-elsewhere'
    const { rows } = await sql<Row>`
      with picked as (
        select id, type, recipients, row_number() over (order by position) as place
          from (select id, type, recipients, position from events
                 where sequence is null order by position limit ${batchSize}) as waiting
      ), counter as (
        update event_sequence set last = last + (select count(*) from picked)
         where exists (select from picked) returning last
      ), numbered as (
        select p.id, p.type, c.last - (select count(*) from picked) + p.place as sequence, p.recipients
          from picked p cross join counter c
      ), sequenced as (
        update events e set sequence = n.sequence from numbered n where e.id = n.id
      ), told as (
        -- An organisation that is not there must not keep everybody else's events back.
        select distinct n.id, n.type, n.sequence, o.id as organisation_id
          from numbered n cross join lateral unnest(n.recipients) as r (id) join organisations o on o.id = r.id
      ), fed as (
        insert into event_feed (organisation_id, sequence, event_id) select organisation_id, sequence, id from told
      ), delivered as (
        insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, status)
        select uuidv7(), w.id, t.organisation_id, t.id, 'pending'
          from told t join webhook_endpoints w
            on w.organisation_id = t.organisation_id and w.deleted_at is null
           and (t.type = any (w.event_types) or '*' = any (w.event_types))
         order by t.sequence
        returning id, endpoint_id
      )
      select (select count(*) from numbered) as events,
             (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'endpoint', endpoint_id) order by id), '[]')
                from delivered) as deliveries`.execute(trx)
    const { events, deliveries } = rows[0] ?? { events: 0, deliveries: [] }
    await enqueueWebhooks(
      boss,
      fromKysely(trx.withoutPlugins()),
      deliveries.map(({ id, endpoint }) => ({ deliveryId: id, attempt: 0, endpointId: endpoint })),
    )
    return { events, deliveries: deliveries.length }
  })

const somethingWaits = async (database: Database): Promise<boolean> => {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from events where sequence is null) as waits`.execute(database.kysely)
  return rows[0]?.waits === true
}

/**
 * Sequences events until the signal aborts: at once while there is work, else at the next look. Survives outages of the
 * database. Any number of workers may run it.
 * @param options.sequenced hears of each round that did something
 * @returns a promise that resolves when the round under way at the abort has ended
 */
export const runSequencer = async (options: {
  database: Database
  boss: PgBoss
  log: Log
  signal: AbortSignal
  sequenced?: (round: { events: number; deliveries: number }) => void
}): Promise<void> => {
  const { database, boss, log, signal } = options
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)
  let failures = 0
  while (!signal.aborted) {
    try {
      const round = (await somethingWaits(database)) ? await sequenceEvents(database, boss) : null
      if (failures > 0) log.info({ failures }, 'the sequencer goes on')
      failures = 0
      if (round === null || round === 'held-elsewhere' || round.events === 0) await pause(pollMs)
      else options.sequenced?.(round)
    } catch (error) {
      failures += 1
      const because = isUnavailable(error) ? 'the database is away' : 'a round failed'
      // The first failure and then each that comes after the longest pause, about one in a minute.
      if (failures === 1 || failures % 12 === 0) log.error({ err: error, failures }, `the sequencer waits: ${because}`)
      await pause(Math.min(backOffMs.last, backOffMs.first * 2 ** Math.min(failures - 1, 10)))
    }
  }
}

/** How far the sequencer is behind: events without a number, and the age of the oldest in seconds (0 without any). */
export const sequencerBacklog = async (database: Database): Promise<{ events: number; oldestSeconds: number }> => {
  // The age is that of the id (UUID v7), which is real time also where a sandbox has a clock of its own.
  const { rows } = await sql<{ events: number; oldestSeconds: number }>`
    select count(*) as events,
           coalesce(extract(epoch from now() - min(uuid_extract_timestamp(id)))::float8, 0) as oldest_seconds
      from events where sequence is null`.execute(database.kysely)
  return rows[0] ?? { events: 0, oldestSeconds: 0 }
}
