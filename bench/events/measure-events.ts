import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openDatabase } from '#platform/db/pool.ts'
import { sequencerLock } from '#platform/outbox/sequencer.ts'
import type { Cleanup } from '../cleanup.ts'
import { databaseSeconds, secondsOf } from '../cpu-time.ts'
import type { BenchDatabase } from '../database.ts'
import type { BenchOptions } from '../options.ts'
import { quantile, rounded } from '../quantiles.ts'
import { type ServerProcess, startServer } from '../server-process.ts'
import { loadWorld } from '../world.ts'
import { postBarely } from './bare-posts.ts'
import type { EventFigures, WorkerFigures } from './event-figures.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { type ReceiverProcess, startReceivers, type Taken } from './receiver-process.ts'
import { startWorker, type WorkerProcess } from './worker-process.ts'
import { type EventWriter, eventWriter, type Spread } from './written-events.ts'

const receiverCount = 10
/** Orders that the events are of. */
export const orders = 500
const spread: Spread = { orders }
const oneOrder: Spread = { orders: 1 }
/** A run without a delivery for so long has lost something. */
const patienceMs = 60_000

type Bench = {
  readonly database: BenchDatabase
  readonly options: BenchOptions
  readonly admin: pg.Client
  readonly receivers: ReceiverProcess
  readonly writer: EventWriter
  readonly workers: readonly WorkerProcess[]
}

/** Whether the database has an event without a number, and a delivery that is not done. */
const openWork = async (admin: pg.Client): Promise<{ unsequenced: boolean; undelivered: boolean }> => {
  const { rows } = await admin.query<{ unsequenced: boolean; undelivered: boolean }>(
    `select exists (select from events where sequence is null) as unsequenced,
            exists (select from webhook_deliveries where status = 'pending') as undelivered`,
  )
  return rows[0] ?? { unsequenced: true, undelivered: true }
}

/** Waits until nothing is open. @throws Error when that takes too long, with what is */
const untilQuiet = async (admin: pg.Client): Promise<void> => {
  const since = monotonicMs()
  for (let quiet = 0; quiet < 3; await sleep(100)) {
    const { unsequenced, undelivered } = await openWork(admin)
    quiet = unsequenced || undelivered ? 0 : quiet + 1
    if (monotonicMs() - since < patienceMs) continue
    const { rows } = await admin.query(
      `select attempts, last_status, last_error, count(*) from webhook_deliveries where status = 'pending' group by 1, 2, 3`,
    )
    throw new Error(`deliveries stay open: ${JSON.stringify({ unsequenced, rows })}`)
  }
}

/** Waits until so many events came, once for each receiver. @throws Error when nothing comes any more */
const untilArrived = async (receivers: ReceiverProcess, count: number): Promise<void> => {
  for (let counted = 0, since = monotonicMs(); ; await sleep(25)) {
    const { count: now } = await receivers.count()
    if (now >= count) return
    if (now > counted) since = monotonicMs()
    if (monotonicMs() - since > patienceMs) throw new Error(`${now} of ${count} deliveries came, and then no more`)
    counted = now
  }
}

/** Writes events while nobody may number them. @returns lets them go; resolves with when that was, by `monotonicMs` */
const heldBacklog = async (bench: Bench, count: number, of: Spread): Promise<() => Promise<number>> => {
  await bench.admin.query('select pg_advisory_lock($1)', [sequencerLock])
  await bench.writer.backlog(count, of)
  await bench.database.checkpoint()
  return async () => {
    const at = monotonicMs()
    await bench.admin.query('select pg_advisory_unlock($1)', [sequencerLock])
    return at
  }
}

const cpuSeconds = ({ database, workers, receivers }: Bench) => ({
  workers: workers.reduce((sum, { pid }) => sum + secondsOf(pid), 0),
  database: databaseSeconds(database.postmaster),
  receivers: secondsOf(receivers.pid),
})

/** Works a backlog off and nothing else. */
const workOff = async (bench: Bench, count: number, of: Spread): Promise<WorkerFigures['backlog']> => {
  const release = await heldBacklog(bench, count, of)
  const before = cpuSeconds(bench)
  const began = await release()
  let sequencedMs = 0
  const sequenced = (async () => {
    while ((await openWork(bench.admin)).unsequenced) await sleep(20)
    sequencedMs = monotonicMs() - began
  })()
  await untilArrived(bench.receivers, count * receiverCount)
  await sequenced
  const { last } = await bench.receivers.count()
  await untilQuiet(bench.admin)
  const after = cpuSeconds(bench)
  const { duplicates, outOfOrder } = await bench.receivers.take()
  const each = (from: number | undefined, to: number | undefined): number =>
    rounded((((to ?? 0) - (from ?? 0)) * 1000) / (count * receiverCount), 3)
  const seconds = (last - began) / 1000
  return {
    events: count,
    seconds: rounded(seconds, 2),
    eventsPerSecond: rounded(count / seconds),
    deliveriesPerSecond: rounded((count * receiverCount) / seconds, 0),
    sequencedPerSecond: rounded((count * 1000) / sequencedMs, 0),
    duplicates,
    outOfOrder,
    cpuMillisecondsEach:
      before.database === undefined
        ? null
        : {
            workers: each(before.workers, after.workers),
            database: each(before.database, after.database),
            receivers: each(before.receivers, after.receivers),
          },
  }
}

const delays = (committed: ReadonlyMap<string, number>, { arrivals }: Taken): WorkerFigures['steady'] => {
  const times = arrivals.flatMap(({ eventId, at }) => {
    const since = committed.get(eventId)
    return since === undefined ? [] : [at - since]
  })
  if (times.length !== committed.size * receiverCount) throw new Error('an event did not come to every receiver')
  return {
    deliveries: times.length,
    p50: rounded(quantile(times, 0.5), 0),
    p99: rounded(quantile(times, 0.99), 0),
  }
}

/** Writes at the steady rate for so many seconds; `before` events come first. */
const steadyLoad = async (bench: Bench, seconds: number, before: number): Promise<WorkerFigures['steady']> => {
  const committed = await bench.writer.steadily(bench.options.rate, spread, sleep(seconds * 1000))
  await untilArrived(bench.receivers, (before + committed.size) * receiverCount)
  const taken = await bench.receivers.take()
  await untilQuiet(bench.admin)
  return delays(committed, taken)
}

/** All phases with the workers that run. */
const measureWith = async (bench: Bench, tell: (line: string) => void): Promise<WorkerFigures> => {
  const { backlog: count, seconds } = bench.options
  const phase = (name: string): void => tell(`events: ${bench.workers.length} worker(s), ${name} …`)
  phase('warm-up')
  await untilQuiet(bench.admin)
  await workOff(bench, Math.min(count, 200), spread)
  phase('backlog')
  const backlog = await workOff(bench, count, spread)
  phase('steady load')
  const steady = await steadyLoad(bench, seconds, 0)
  phase('steady load behind a backlog')
  const release = await heldBacklog(bench, count, spread)
  await release()
  const behindBacklog = await steadyLoad(bench, backlog.seconds, count)
  phase('backlog of one order')
  const ofOneOrder = await workOff(bench, Math.ceil(count / 5), oneOrder)
  return { workers: bench.workers.length, backlog, steady, behindBacklog, ofOneOrder }
}

/** Registers an endpoint for every type of event. A server that is busy otherwise is asked again. @throws Error when refused */
const registerEndpoint = async (server: ServerProcess, token: string, url: string): Promise<void> => {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  }
  const body = JSON.stringify({ url, eventTypes: ['*'] })
  for (let busy = 0; ; busy++) {
    const answer = await fetch(`${server.url}/v1/webhook-endpoints`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (answer.status === 201) return
    if (answer.status !== 503 || busy === 20) throw new Error(`an endpoint was answered with ${answer.status}: ${text}`)
    await sleep(1000)
  }
}

const registerEndpoints = async (database: BenchDatabase, urls: readonly string[]): Promise<void> => {
  const server = await startServer({ environment: database.environment })
  try {
    const token = await server.token('supplier-nord')
    for (const url of urls) await registerEndpoint(server, token, url)
  } finally {
    await server.stop()
  }
}

/**
 * Measures what one worker does with events, and then two, on a database of its own.
 * @returns the figures, and the folder of the first worker's CPU profile when one was asked for
 */
export const measureEvents = async (
  database: BenchDatabase,
  options: BenchOptions,
  cleanup: Cleanup,
  tell: (line: string) => void,
): Promise<EventFigures & { readonly profileFolder: string | null }> => {
  await loadWorld(database.adminUrl, orders)
  const receivers = await startReceivers(receiverCount, cleanup)
  await registerEndpoints(database, receivers.urls)
  const pool = openDatabase({
    url: database.applicationUrl,
    poolSize: 8,
    name: 'udbudsportal-bench',
    onError: () => undefined,
  })
  cleanup.later(() => pool.close())
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  cleanup.later(() => admin.end())
  const workers: WorkerProcess[] = []
  const bench = { database, options, admin, receivers, writer: eventWriter(pool), workers }
  const start = async (nodeOptions: readonly string[]): Promise<void> => {
    workers.push(await startWorker({ environment: database.environment, nodeOptions, cleanup }))
  }
  const profileFolder = options.profile ? join(database.folder, 'worker-profile') : null
  if (profileFolder) mkdirSync(profileFolder)
  const barePostsPerSecond = rounded(await postBarely(receivers.urls, 2), 0)
  await start(profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [])
  const one = await measureWith(bench, tell)
  if (profileFolder) {
    await workers.pop()?.stop()
    return { barePostsPerSecond, rate: options.rate, byWorkers: [one], profileFolder }
  }
  await start([])
  const two = await measureWith(bench, tell)
  return { barePostsPerSecond, rate: options.rate, byWorkers: [one, two], profileFolder }
}
