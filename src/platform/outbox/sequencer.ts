import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { isUnavailable } from '#platform/db/errors.ts'
import type { Database } from '#platform/db/pool.ts'
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

/**
 * Gives the next numbers to committed events, in the order in which they were written, and hands them to their
 * recipients' feeds and webhook endpoints: all in one statement (`portal_sequence_events`), by one worker at a time. A
 * reader of the feed can therefore never see a number and later find a lower one.
 * @returns how much was done; 0 events when there was nothing to do
 */
export const sequenceEvents = async (database: Database): Promise<SequencingRound> => {
  const { rows } = await sql<{ events: number | null; deliveries: number | null }>`
    select events, deliveries from portal_sequence_events(${batchSize}, ${sequencerLock})`.execute(database.kysely)
  const [round] = rows
  return round?.events == null ? 'held-elsewhere' : { events: round.events, deliveries: round.deliveries ?? 0 }
}

const somethingWaits = async (database: Database): Promise<boolean> => {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from events where sequence is null) or exists (select from webhook_backlogs) as waits`.execute(
    database.kysely,
  )
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
  log: Log
  signal: AbortSignal
  sequenced?: (round: { events: number; deliveries: number }) => void
}): Promise<void> => {
  const { database, log, signal } = options
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)
  let failures = 0
  while (!signal.aborted) {
    try {
      const round = (await somethingWaits(database)) ? await sequenceEvents(database) : null
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
