import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { isUnavailable } from '#platform/db/errors.ts'
import type { Database } from '#platform/db/pool.ts'
import type { Log } from '#platform/log.ts'
import { type CheckpointMemory, checkpointMemory } from './checkpoint-memory.ts'
import { SigningRefused, signCheckpoint } from './checkpoints.ts'
import type { SigningKey } from './signing-key.ts'

/** Ours: rows of each table per round; a backlog is worked off in rounds that end soon. */
const batchSize = 1000
/** How often an idle sealer looks, in milliseconds: how long a row stands without its link, at most. */
const pollMs = 500
/** Pauses after failures, in milliseconds, doubling from the first to the last. */
const backOffMs = { first: 250, last: 5000 }
/** Ours: a checkpoint when so many links are new, or when something is and so many milliseconds have gone. */
const checkpointAfter = { links: 10_000, ms: 60_000 }

/** The advisory lock of whoever seals; any number that nothing else in the database takes. */
export const sealerLock = 7_075_191_045

/**
 * Adds committed rows of the change log, the look-ups and the refusals to the audit chain, in one statement. One worker
 * at a time; one that is lost holds nothing. What commits late gets a later number.
 * @returns how many rows were sealed; `held-elsewhere` while another worker is at it
 */
export const sealAudit = async (database: Database): Promise<number | 'held-elsewhere'> => {
  const { rows } = await sql<{ sealed: number | null }>`
    select sealed from portal_seal_audit(${batchSize}, ${sealerLock})`.execute(database.kysely)
  return rows[0]?.sealed ?? 'held-elsewhere'
}

/**
 * Seals the audit log until the signal aborts, and signs a checkpoint of it now and then, which is also written to the
 * log: whoever keeps the logs elsewhere has it out of the database's reach. A chain that does not go on from the last
 * checkpoint is not signed any more, which is said each minute until somebody has looked. Survives outages. Any number of
 * workers may run it; without a key nothing is signed.
 * @param options.now the real time, not a sandbox's
 * @param options.sealed hears of each round that did something
 */
export const runSealer = async (options: {
  database: Database
  log: Log
  signal: AbortSignal
  key: SigningKey | null
  now: () => string
  monotonicMs: () => number
  sealed?: (rows: number) => void
  /** What was signed last; by default the process's own memory. */
  memory?: CheckpointMemory
  /** Hears, whenever a checkpoint is due, whether it was refused. */
  refused?: (was: boolean) => void
}): Promise<void> => {
  const { database, log, signal, key, monotonicMs } = options
  const memory = options.memory ?? (key && checkpointMemory(database, key, null))
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)
  let unsigned = 0
  let signedAt = monotonicMs() - checkpointAfter.ms
  let failures = 0
  const sign = async (): Promise<void> => {
    const late = monotonicMs() - signedAt >= checkpointAfter.ms
    if (!key || !memory || !(late || unsigned >= checkpointAfter.links)) return
    try {
      const checkpoint = await signCheckpoint(database, key, options.now(), await memory.newest())
      options.refused?.(false)
      if (checkpoint) {
        log.info({ checkpoint }, 'audit checkpoint')
        await memory.keep(checkpoint)
      }
    } catch (error) {
      if (!(error instanceof SigningRefused)) throw error
      options.refused?.(true)
      log.fatal({ err: error }, 'no checkpoint of the audit log is signed until somebody has looked')
    }
    signedAt = monotonicMs()
    unsigned = 0
  }
  while (!signal.aborted) {
    try {
      const rows = await sealAudit(database)
      if (failures > 0) log.info({ failures }, 'the sealer goes on')
      failures = 0
      const did = rows === 'held-elsewhere' ? 0 : rows
      unsigned += did
      if (did > 0) options.sealed?.(did)
      await sign()
      if (did < batchSize) await pause(pollMs)
    } catch (error) {
      failures += 1
      const because = isUnavailable(error) ? 'the database is away' : 'a round failed'
      // The first failure and then each that comes after the longest pause, about one in a minute.
      if (failures === 1 || failures % 12 === 0) log.error({ err: error, failures }, `the sealer waits: ${because}`)
      await pause(Math.min(backOffMs.last, backOffMs.first * 2 ** Math.min(failures - 1, 10)))
    }
  }
}

/** How far the sealer is behind: rows of the three tables that have no link yet. */
export const sealerBacklog = async (database: Database): Promise<number> => {
  const { rows } = await sql<{ unsealed: number }>`select portal_unsealed() as unsealed`.execute(database.kysely)
  return rows[0]?.unsealed ?? 0
}
