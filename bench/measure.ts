import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '#platform/db/pool.ts'
import { type BatchResult, batchSize, postBatches } from './batches.ts'
import type { Cleanup } from './cleanup.ts'
import { type CpuTime, cpuMillisecondsEach, cpuTime } from './cpu-time.ts'
import type { BenchDatabase } from './database.ts'
import { prepareDirect } from './direct-sql.ts'
import { type ImportFigures, measureImports } from './imports.ts'
import { type Numbering, numberAbsences } from './numbering.ts'
import type { BenchOptions } from './options.ts'
import { type ReadResult, readDirectly, readProtocols, recordAttendance } from './protocol-reads.ts'
import { rounded } from './quantiles.ts'
import { countRoundTrips } from './round-trips.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { postSingleAbsences, type SingleResult } from './single-absences.ts'
import type { World } from './world.ts'

type WithCpu<T> = T & { readonly cpuMillisecondsEach: CpuTime | null }

/** Reading the month's protocol of one citizen after another, and the same loads without HTTP. */
export type ProtocolFigures = {
  readonly protocols: WithCpu<ReadResult>
  readonly protocolsDirect: WithCpu<ReadResult>
  readonly protocolRatio: number
}

/** The figures of one run. */
export type Figures = ProtocolFigures & {
  readonly commitMilliseconds: number
  readonly single: WithCpu<SingleResult>
  readonly direct: WithCpu<SingleResult>
  /** Requests per second over transactions per second of the same SQL without HTTP. */
  readonly ratio: number
  readonly batches: WithCpu<BatchResult>
  readonly batchesAtOnce: WithCpu<BatchResult>
  readonly roundTrips: number
  readonly imports: ImportFigures
}

/** Batches at a time in the second batch phase. */
export const batchConnections = 4
const warmUpSeconds = 3
/** Enough that the direct run does not run out; what is left over is thrown away. */
const directPerSecond = 4000

type Phase = <T>(name: string, absences: (result: T) => number, run: () => Promise<T>) => Promise<WithCpu<T>>

const phases =
  (database: BenchDatabase, server: ServerProcess, tell: (line: string) => void): Phase =>
  async (name, absences, run) => {
    tell(`${name} …`)
    await database.checkpoint()
    const before = cpuTime(server.pid, database.postmaster)
    const result = await run()
    const after = cpuTime(server.pid, database.postmaster)
    return { ...result, cpuMillisecondsEach: cpuMillisecondsEach(before, after, absences(result)) }
  }

const openPool = (database: BenchDatabase, options: BenchOptions, cleanup: Cleanup): Database => {
  const pool = openDatabase({
    url: database.applicationUrl,
    poolSize: options.poolSize,
    name: 'udbudsportal-bench',
    // What breaks under a statement fails the statement; an idle connection that breaks as the database stops does not matter.
    onError: () => undefined,
  })
  cleanup.later(() => pool.close())
  return pool
}

const prepareDirectRun = async (
  database: BenchDatabase,
  options: BenchOptions,
  numbering: Numbering,
  cleanup: Cleanup,
) => {
  const pool = openPool(database, options, cleanup)
  return prepareDirect(pool, numbering, directPerSecond * (options.seconds + warmUpSeconds))
}

/** The protocol's phases: every planned day gets its attendance first. */
const measureProtocols = async (given: {
  readonly database: BenchDatabase
  readonly options: BenchOptions
  readonly world: World
  readonly server: ServerProcess
  readonly phase: Phase
  readonly cleanup: Cleanup
  readonly tell: (line: string) => void
}): Promise<ProtocolFigures> => {
  const { database, options, world, server } = given
  const { concurrency: connections, seconds } = options
  given.tell('protocols: recording attendance …')
  await recordAttendance(database.adminUrl)
  const reading = { url: server.url, token: await server.token('supplier-nord'), world, connections }
  await readProtocols({ ...reading, seconds: warmUpSeconds })
  const reads = (result: ReadResult): number => result.reads
  const protocols = await given.phase('protocols', reads, () => readProtocols({ ...reading, seconds }))
  const pool = openPool(database, options, given.cleanup)
  await readDirectly(pool, { world, connections, seconds: warmUpSeconds })
  const protocolsDirect = await given.phase('protocols without HTTP', reads, () =>
    readDirectly(pool, { world, connections, seconds }),
  )
  return {
    protocols,
    protocolsDirect,
    protocolRatio: rounded(protocols.perSecond / protocolsDirect.perSecond, 2),
  }
}

/** The protocol's phases alone, on a loaded world; `tell` hears which one runs. */
export const measureProtocolsAlone = async (
  database: BenchDatabase,
  world: World,
  options: BenchOptions,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<ProtocolFigures> => {
  const environment = { ...database.environment, DATABASE_POOL_SIZE: String(options.poolSize) }
  const server = await startServer({ environment })
  cleanup.later(() => server.stop())
  return measureProtocols({ database, options, world, server, phase: phases(database, server, tell), cleanup, tell })
}

/** Runs every phase on a loaded world and gives the figures; `tell` hears which phase runs. */
export const measure = async (
  database: BenchDatabase,
  world: World,
  options: BenchOptions,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<Figures & { readonly profileFolder: string | null }> => {
  const { concurrency, seconds, poolSize } = options
  const numbering = numberAbsences(world)
  const { environment } = database
  const roundTrips = await countRoundTrips({ environment, databaseUrl: database.applicationUrl, numbering, cleanup })

  const profileFolder = options.profile ? join(database.folder, 'profile') : null
  if (profileFolder) mkdirSync(profileFolder)
  const server = await startServer({
    environment: { ...environment, DATABASE_POOL_SIZE: String(poolSize) },
    nodeOptions: profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [],
  })
  cleanup.later(() => server.stop())
  const posting = { url: server.url, token: await server.token('supplier-nord'), numbering }
  const phase = phases(database, server, tell)
  const single = { ...posting, connections: concurrency, seconds }

  tell('warm-up …')
  await postSingleAbsences({ ...single, seconds: warmUpSeconds })
  // What was under way at the end of the warm-up is still being written.
  await sleep(1000)
  const registeredBefore = await database.count('absences')
  const singles = await phase(
    'single absences',
    (result) => result.absences,
    () => postSingleAbsences(single),
  )
  const registered = (await database.count('absences')) - registeredBefore
  // Those that were under way at the end may have been registered without their answer being read.
  if (registered < singles.absences || registered > singles.absences + concurrency)
    throw new Error(`${singles.absences} answers said 201, but ${registered} absences were registered`)
  if (profileFolder) await server.stop()

  tell('direct SQL: preparing its values …')
  const runDirectly = await prepareDirectRun(database, options, numbering, cleanup)
  await runDirectly(concurrency, warmUpSeconds)
  const direct = await phase(
    'direct SQL',
    (result) => result.absences,
    () => runDirectly(concurrency, seconds),
  )

  const batching = profileFolder
    ? await startServer({ environment: { ...environment, DATABASE_POOL_SIZE: String(poolSize) } })
    : server
  if (batching !== server) cleanup.later(() => batching.stop())
  const batchPhase = phases(database, batching, tell)
  const batch = { ...posting, url: batching.url, token: await batching.token('supplier-nord'), seconds }
  const rows = (result: BatchResult): number => result.batches * batchSize
  await postBatches({ ...batch, connections: 2, seconds: 1 })
  const batches = await batchPhase('batches, one at a time', rows, () => postBatches({ ...batch, connections: 1 }))
  const batchesAtOnce = await batchPhase(`batches, ${batchConnections} at a time`, rows, () =>
    postBatches({ ...batch, connections: batchConnections }),
  )
  tell('imports …')
  await database.checkpoint()
  const imports = await measureImports(openPool(database, options, cleanup), database.applicationUrl, world)
  const protocolPhases = { database, options, world, server: batching, phase: batchPhase, cleanup, tell }
  const protocols = await measureProtocols(protocolPhases)
  return {
    ...protocols,
    commitMilliseconds: rounded(await database.commitMilliseconds(), 2),
    single: singles,
    direct,
    ratio: rounded(singles.perSecond / direct.perSecond, 2),
    batches,
    batchesAtOnce,
    roundTrips,
    imports,
    profileFolder,
  }
}
