import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { localDateAt } from '#kernel/instant.ts'
import { systemClock } from '#platform/clock.ts'
import type { Cleanup } from '../cleanup.ts'
import { type CpuTime, cpuMillisecondsEach, cpuTime } from '../cpu-time.ts'
import { type BenchDatabase, startDatabase } from '../database.ts'
import { startWorker } from '../events/worker-process.ts'
import { type Numbering, numberAbsences } from '../numbering.ts'
import type { BenchOptions } from '../options.ts'
import { quantile, rounded } from '../quantiles.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { postSingleAbsences } from '../single-absences.ts'
import { loadWorld } from '../world.ts'
import type { ComplianceFigures, WritingFigures } from './compliance-figures.ts'
import { drain, measureFreshness, recountMonth } from './freshness.ts'
import { type LoadedHistory, loadHistory } from './load-history.ts'
import { askYear } from './year-queries.ts'

/** Citizens whose absences are registered, on both databases. */
const writingCitizens = 20_000
/** Rounds of writing, in turns on the one and the other database. */
const rounds = 5
const warmUpSeconds = 2

type Options = Pick<BenchOptions, 'orders' | 'suppliers' | 'seconds' | 'poolSize' | 'concurrency' | 'set'>

type Written = {
  readonly database: BenchDatabase
  readonly server: ServerProcess
  readonly numbering: Numbering
  readonly rounds: WritingFigures[]
}

const prepareWriting = async (database: BenchDatabase, options: Options, cleanup: Cleanup): Promise<Written> => {
  const numbering = numberAbsences(await loadWorld(database.adminUrl, writingCitizens))
  const environment = { ...database.environment, DATABASE_POOL_SIZE: String(options.poolSize) }
  const server = await startServer({ environment })
  cleanup.later(() => server.stop())
  return { database, server, numbering, rounds: [] }
}

const writeFor = async (to: Written, connections: number, seconds: number): Promise<WritingFigures> => {
  const { database, server, numbering } = to
  await database.checkpoint()
  const token = await server.token('supplier-nord')
  const before = cpuTime(server.pid, database.postmaster)
  const { absences, ...result } = await postSingleAbsences({ url: server.url, token, numbering, connections, seconds })
  const after = cpuTime(server.pid, database.postmaster)
  // What was under way at the end is still being written.
  await sleep(500)
  return { ...result, cpuMillisecondsEach: cpuMillisecondsEach(before, after, absences) }
}

const median = (values: readonly number[]): number => rounded(quantile(values, 0.5), 3)

const medianOf = (all: readonly WritingFigures[]): WritingFigures => {
  const cpu = all.flatMap(({ cpuMillisecondsEach: each }) => each ?? [])
  const of = (who: keyof CpuTime): number => median(cpu.map((each) => each[who]))
  return {
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    p50: median(all.map(({ p50 }) => p50)),
    p99: median(all.map(({ p99 }) => p99)),
    cpuMillisecondsEach:
      cpu.length === 0 ? null : { server: of('server'), database: of('database'), bench: of('bench') },
  }
}

/** Measures on a database that holds the history; what is written comes after what is read. */
export const measureLoaded = async (
  database: BenchDatabase,
  history: LoadedHistory,
  options: Options,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<ComplianceFigures> => {
  const today = localDateAt(systemClock.now())
  const load = (): number => rounded(loadavg()[0] ?? Number.NaN)
  const reader = await startServer({ environment: database.environment })
  cleanup.later(() => reader.stop())
  const before = load()
  const queries = []
  for (const client of ['auditor-koebenhavn', 'auditor-dragoer']) {
    const token = await reader.token(client)
    queries.push(...(await askYear({ url: reader.url, client, token, postmaster: database.postmaster, today, tell })))
  }
  const after = load()
  await reader.stop()
  tell("counting a supplier's month again …")
  const recount = await recountMonth(database, today)

  tell('absences on the loaded database and on an empty one …')
  const loaded = await prepareWriting(database, options, cleanup)
  const empty = await prepareWriting(await startDatabase(cleanup, options.set), options, cleanup)
  for (const to of [loaded, empty]) await writeFor(to, options.concurrency, warmUpSeconds)
  for (let round = 0; round < rounds; round++) {
    // The first of a round is not always the same.
    for (const to of round % 2 === 0 ? [loaded, empty] : [empty, loaded])
      to.rounds.push(await writeFor(to, options.concurrency, options.seconds))
  }
  const [writingLoaded, writingEmpty] = [medianOf(loaded.rounds), medianOf(empty.rounds)]
  await empty.server.stop()
  const cpuOf = ({ cpuMillisecondsEach: each }: WritingFigures): number => (each ? each.server + each.database : 0)

  tell('freshness: counting what was written …')
  tell(`${await drain(database)} cells`)
  const worker = await startWorker({ environment: database.environment, nodeOptions: [], cleanup })
  tell('freshness …')
  const freshness = await measureFreshness(loaded.server, loaded.numbering)
  await worker.stop()
  await loaded.server.stop()
  return {
    history,
    recount,
    queries,
    writingLoaded,
    writingEmpty,
    writingRatio: {
      time: rounded(writingEmpty.perSecond / writingLoaded.perSecond, 2),
      cpu: writingLoaded.cpuMillisecondsEach ? rounded(cpuOf(writingLoaded) / cpuOf(writingEmpty), 2) : null,
    },
    freshness,
    load: [before, after],
  }
}

/** Loads so many orders over four years and measures what compliance answers, and what it costs those who write. */
export const measureCompliance = async (
  database: BenchDatabase,
  options: Options,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<ComplianceFigures> => {
  const today = localDateAt(systemClock.now())
  const { orders, suppliers } = options
  const history = await loadHistory(database.adminUrl, { orders, suppliers, today }, tell)
  return measureLoaded(database, history, options, cleanup, tell)
}
