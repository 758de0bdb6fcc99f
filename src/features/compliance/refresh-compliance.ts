import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { addDays } from '#kernel/local-date.ts'
import type { Clock } from '#platform/clock.ts'
import { isUnavailable } from '#platform/db/errors.ts'
import type { Database } from '#platform/db/pool.ts'
import type { Log } from '#platform/log.ts'

/** What one round did: cells counted anew, and whether those were all. `held-elsewhere`: another worker is at it. */
export type ComplianceRound = { readonly cells: number; readonly drained: boolean } | 'held-elsewhere'

/** Ours: cells in one transaction, which also ends after two seconds: one of hundreds of cases takes some 15 ms. */
const mostCells = 300
/** How often the loop looks, in milliseconds: with the round itself, how stale figures are. */
const pollMs = 3000
/** Pauses after failures, in milliseconds, doubling from the first to the last. */
const backOffMs = { first: 500, last: 10_000 }
/** The advisory lock of whoever counts; any number that nothing else in the database takes. */
const complianceLock = 7_075_191_047

/**
 * Counts what was written since the last round: at most `mostCells` touched cells anew, in one transaction
 * (`portal_refresh_compliance`), by one worker at a time. Writers never wait for it.
 * @param database as the worker uses it
 */
export const refreshCompliance = async (
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  most: number = mostCells,
): Promise<ComplianceRound> => {
  const { rows } = await sql<{ cells: number | null; drained: boolean | null }>`
    select cells, drained from portal_refresh_compliance(${most}, ${clock.now()}::timestamptz, ${complianceLock})`.execute(
    database.kysely,
  )
  const [round] = rows
  return round?.cells == null ? 'held-elsewhere' : { cells: round.cells, drained: round.drained === true }
}

/** How far the figures are behind: up to when every write is counted, and how many cells were named to be counted, with repetitions. */
export const complianceBacklog = async (
  database: Database,
): Promise<{ readonly freshAsOf: Instant | null; readonly touched: number }> => {
  const { rows } = await sql<{ freshAsOf: Instant | null; touched: string }>`
    select fresh_as_of, touched from portal_compliance_backlog()`.execute(database.kysely)
  const [row] = rows
  return { freshAsOf: row?.freshAsOf ?? null, touched: Number(row?.touched ?? 0) }
}

/** Counts until nothing is left that was written before. @returns the number of cells */
export const drainCompliance = async (given: {
  readonly database: Database
  readonly clock: Clock
  readonly signal?: AbortSignal
}): Promise<number> => {
  let cells = 0
  while (!given.signal?.aborted) {
    const round = await refreshCompliance(given)
    if (round === 'held-elsewhere') await sleep(100)
    else {
      cells += round.cells
      if (round.drained) break
    }
  }
  return cells
}

/**
 * Counts everything anew, for new definitions: a supplier and a month at a time, each in transactions of its own, so that it can be
 * stopped and begun again. What the worker counts meanwhile is counted all the same.
 * @param options.counted hears of each month
 */
export const rebuildCompliance = async (options: {
  database: Database
  clock: Clock
  signal?: AbortSignal
  counted?: (month: { supplierId: string; from: LocalDate; cells: number }) => void
}): Promise<number> => {
  const { database } = options
  const { rows } = await sql<{ supplierId: string; fromDay: LocalDate | null; toDay: LocalDate | null }>`
    select supplier_id, from_day, to_day from portal_compliance_extent() order by supplier_id`.execute(database.kysely)
  let all = 0
  for (const { supplierId, fromDay, toDay } of rows) {
    if (fromDay === null || toDay === null) continue
    for (let from = fromDay; from <= toDay && !options.signal?.aborted; ) {
      const month = `${from.slice(0, 7)}-01` as LocalDate
      const next = `${addDays(month, 31).slice(0, 7)}-01` as LocalDate
      await sql`select portal_touch_compliance(${supplierId}::uuid, ${month}::date, ${addDays(next, -1)}::date)`.execute(
        database.kysely,
      )
      const cells = await drainCompliance(options)
      options.counted?.({ supplierId, from: month, cells })
      all += cells
      from = next
    }
  }
  return all
}

/**
 * Keeps the read models fresh until the signal aborts: at once while much is left, else every few seconds. Survives outages of
 * the database. Any number of workers may run it.
 * @param options.counted hears of each round that counted something
 * @returns a promise that resolves when the round under way at the abort has ended
 */
export const runCompliance = async (options: {
  database: Database
  clock: Clock
  log: Log
  signal: AbortSignal
  counted?: (round: { cells: number; drained: boolean }) => void
}): Promise<void> => {
  const { log, signal } = options
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined)
  for (let failures = 0; !signal.aborted; ) {
    try {
      const round = await refreshCompliance(options)
      if (failures > 0) log.info({ failures }, 'compliance is counted again')
      failures = 0
      if (round !== 'held-elsewhere' && round.cells > 0) options.counted?.(round)
      if (round === 'held-elsewhere' || round.drained) await pause(pollMs)
    } catch (error) {
      failures += 1
      const because = isUnavailable(error) ? 'the database is away' : 'a round failed'
      if (failures === 1 || failures % 12 === 0) log.error({ err: error, failures }, `compliance waits: ${because}`)
      await pause(Math.min(backOffMs.last, backOffMs.first * 2 ** Math.min(failures - 1, 10)))
    }
  }
}
