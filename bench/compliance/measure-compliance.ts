import { loadavg } from 'node:os'
import { localDateAt } from '#kernel/instant.ts'
import { systemClock } from '#platform/clock.ts'
import type { Cleanup } from '../cleanup.ts'
import { type BenchDatabase, startDatabase } from '../database.ts'
import { startWorker } from '../events/worker-process.ts'
import { type Numbering, numberAbsences } from '../numbering.ts'
import type { BenchOptions } from '../options.ts'
import { rounded } from '../quantiles.ts'
import { startServer } from '../server-process.ts'
import { loadWorld, type World } from '../world.ts'
import type { ComplianceFigures } from './compliance-figures.ts'
import { drain, measureFreshness, recountMonth } from './freshness.ts'
import { type KeptHistory, keepHistory, keptHistory, migrationsHash } from './kept-history.ts'
import { loadHistory } from './load-history.ts'
import { compareWriting, prepareWriting } from './writing.ts'
import { askYear } from './year-queries.ts'

/** Citizens whose absences are registered, on both databases. */
const writingCitizens = 20_000
type Options = Pick<BenchOptions, 'orders' | 'suppliers' | 'keep' | 'seconds' | 'poolSize' | 'concurrency' | 'set'>

/** Citizens to write absences of, in a history that may be kept: then after those of earlier runs. */
const loadedNumbering = async (
  database: BenchDatabase,
  kept: KeptHistory,
  folder: string | undefined,
  cleanup: Cleanup,
): Promise<{ readonly world: World; readonly numbering: Numbering }> => {
  const world = kept.written?.world ?? (await loadWorld(database.adminUrl, writingCitizens))
  const numbering = numberAbsences(world, kept.written?.given)
  if (folder !== undefined) {
    const keep = (): void => keepHistory(folder, { ...kept, written: { world, given: numbering.given } })
    keep()
    cleanup.later(keep)
  }
  return { world, numbering }
}

/** Measures on a database that holds the history; what is written comes after what is read. */
const measureLoaded = async (
  database: BenchDatabase,
  kept: KeptHistory,
  options: Options,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<ComplianceFigures> => {
  const { history } = kept
  const today = localDateAt(systemClock.now())
  const load = (): number => rounded(loadavg()[0] ?? Number.NaN)
  const reader = await startServer({ environment: database.environment })
  cleanup.later(() => reader.stop())
  const before = load()
  const queries = []
  for (const client of ['auditor-koebenhavn', 'auditor-dragoer']) {
    const token = await reader.token(client)
    queries.push(...(await askYear({ reader, client, token, postmaster: database.postmaster, today, tell })))
  }
  const after = load()
  await reader.stop()
  tell("counting a supplier's month again …")
  const recount = await recountMonth(database, today)

  tell('absences on the loaded database and on an empty one …')
  const { world, numbering } = await loadedNumbering(database, kept, options.keep, cleanup)
  const loaded = await prepareWriting(database, numbering, options, cleanup)
  const other = await startDatabase(cleanup, options.set)
  const sameDays = numberAbsences(await loadWorld(other.adminUrl, writingCitizens, world.days))
  const empty = await prepareWriting(other, sameDays, options, cleanup)
  const writing = await compareWriting(loaded, empty, options)
  await empty.server.stop()

  tell('freshness: counting what was written …')
  tell(`${await drain(database)} cells`)
  await database.tidy()
  const worker = await startWorker({ environment: database.environment, nodeOptions: [], cleanup })
  tell('freshness …')
  const freshness = await measureFreshness(loaded.server, loaded.numbering)
  await worker.stop()
  await loaded.server.stop()
  return {
    history,
    recount,
    queries,
    writing,
    freshness,
    load: [before, after],
  }
}

/** Loads so many orders over four years, or takes those that are kept. */
const prepareHistory = async (
  options: Options,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<{ readonly database: BenchDatabase; readonly kept: KeptHistory }> => {
  const { orders, suppliers, keep } = options
  const migrations = migrationsHash()
  const found = keep === undefined ? undefined : keptHistory(keep, { orders, suppliers, migrations })
  const folder = keep === undefined ? undefined : { path: keep, keys: found?.keys }
  const database = await startDatabase(cleanup, options.set, folder)
  if (found) {
    tell(`the history of ${found.today} that ${keep} keeps`)
    return { database, kept: found }
  }
  const today = localDateAt(systemClock.now())
  const history = await loadHistory(database.adminUrl, { orders, suppliers, today }, tell)
  const keys = database.environment['CPR_KEYS'] ?? ''
  const kept = { orders, suppliers, today, migrations, keys, history, written: null }
  if (keep !== undefined) keepHistory(keep, kept)
  return { database, kept }
}

/** Loads so many orders over four years and measures what compliance answers, and what it costs those who write. */
export const measureCompliance = async (
  options: Options,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<ComplianceFigures> => {
  const { database, kept } = await prepareHistory(options, cleanup, tell)
  return measureLoaded(database, kept, options, cleanup, tell)
}
