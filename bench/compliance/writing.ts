import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleanup } from '../cleanup.ts'
import { type CpuTime, cpuMillisecondsEach, cpuTime } from '../cpu-time.ts'
import type { BenchDatabase } from '../database.ts'
import type { Numbering } from '../numbering.ts'
import type { BenchOptions } from '../options.ts'
import { quantile, rounded } from '../quantiles.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { postSingleAbsences } from '../single-absences.ts'
import type { WritingComparison, WritingFigures } from './compliance-figures.ts'

/** Rounds of writing, in turns on the one and the other database. */
const rounds = 7
const warmUpSeconds = 5

type Options = Pick<BenchOptions, 'seconds' | 'poolSize' | 'concurrency'>

/** A database that absences are written to, with its server. */
export type Written = {
  readonly database: BenchDatabase
  readonly server: ServerProcess
  readonly numbering: Numbering
}

/** Starts the server that writes to a database. */
export const prepareWriting = async (
  database: BenchDatabase,
  numbering: Numbering,
  { poolSize }: Options,
  cleanup: Cleanup,
): Promise<Written> => {
  const environment = { ...database.environment, DATABASE_POOL_SIZE: String(poolSize) }
  const server = await startServer({ environment })
  cleanup.later(() => server.stop())
  return { database, server, numbering }
}

const writeFor = async (to: Written, connections: number, seconds: number): Promise<WritingFigures> => {
  const { database, server, numbering } = to
  await database.tidy()
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

/**
 * Writes absences to the loaded and to the empty database in turns, each round as long as the other's and after a warm-up of
 * both. What vacuum and analyse have to do is done before each round and never during one: a small table that grows is analysed
 * again and again, a large one hardly ever, and that would be told as a cost of small databases.
 */
export const compareWriting = async (
  loaded: Written,
  empty: Written,
  { concurrency, seconds }: Options,
): Promise<WritingComparison> => {
  for (const { database } of [loaded, empty]) await database.holdVacuum()
  for (const to of [loaded, empty]) await writeFor(to, concurrency, warmUpSeconds)
  const [onLoaded, onEmpty]: [WritingFigures[], WritingFigures[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    onLoaded.push(await writeFor(loaded, concurrency, seconds))
    onEmpty.push(await writeFor(empty, concurrency, seconds))
  }
  const [one, other] = [medianOf(onLoaded), medianOf(onEmpty)]
  const [cpu, otherCpu] = [one.cpuMillisecondsEach, other.cpuMillisecondsEach]
  const ratio = (of: number, to: number): number => rounded(of / to, 2)
  return {
    rounds,
    loaded: one,
    empty: other,
    ratio: {
      time: ratio(other.perSecond, one.perSecond),
      p50: ratio(one.p50, other.p50),
      cpu: cpu && otherCpu && ratio(cpu.server + cpu.database, otherCpu.server + otherCpu.database),
      databaseCpu: cpu && otherCpu && ratio(cpu.database, otherCpu.database),
    },
    timeByRound: onLoaded.map(({ perSecond }, round) => ratio(onEmpty[round]?.perSecond ?? Number.NaN, perSecond)),
  }
}
