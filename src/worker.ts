import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError, readConfig } from './config.ts'
import { runCompliance } from './features/compliance/refresh-compliance.ts'
import { runDispatcher } from './features/webhooks/dispatch/dispatcher.ts'
import type { PumpDeps } from './features/webhooks/dispatch/pump-endpoint.ts'
import { checkpointMemory } from './platform/audit/checkpoint-memory.ts'
import { runSealer } from './platform/audit/sealer.ts'
import { parseSigningKey, type SigningKey } from './platform/audit/signing-key.ts'
import { systemClock } from './platform/clock.ts'
import { missingMigrations } from './platform/db/migrations.ts'
import { type Database, openDatabase } from './platform/db/pool.ts'
import { createLog } from './platform/log.ts'
import { createMetrics, measurePool, serveMetrics } from './platform/metrics.ts'
import { runSequencer } from './platform/outbox/sequencer.ts'
import { sandboxClock } from './platform/sandbox-clock.ts'
import { stopInPhases } from './platform/shutdown.ts'
import { createOutbound } from './platform/webhooks/outbound.ts'
import { type DeadlineOptions, runDeadlines } from './worker-deadlines.ts'
import { runImports } from './worker-imports.ts'
import { type WorkerMetrics, workerMetrics } from './worker-metrics.ts'
import { purgeHourly } from './worker-purges.ts'

/** What running deliveries get to end, below the deadline of the whole stop; most take less than a second. */
const finishMs = 12_000

const configuration = async () => {
  const config = readConfig(process.env)
  if (config.production && config.auditSigningKey === null) {
    throw new ConfigError('AUDIT_SIGNING_KEY is missing; the worker needs it when NODE_ENV=production')
  }
  if (config.production || (config.databaseUrl !== null && config.keyring !== null)) return config
  const { developmentConfig } = await import('./dev/development.ts')
  return (await developmentConfig(config)).config
}

/** Runs `step` until it succeeds or the signal aborts. @returns whether it succeeded */
const persist = async (
  signal: AbortSignal,
  step: () => Promise<void>,
  failed: (error: unknown) => void,
): Promise<boolean> => {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await step()
      return true
    } catch (error) {
      // The first is told and then each tenth, which is about one in a minute.
      if (failures % 10 === 0) failed(error)
      await sleep(Math.min(5000, 250 * 2 ** Math.min(failures, 10)), undefined, { signal }).catch(() => undefined)
    }
  }
  return false
}

const demandMigrations = async (database: Database): Promise<void> => {
  const missing = await missingMigrations(database)
  if (missing.length > 0) throw new Error(`migrations are missing: ${missing.join(', ')}`)
}

/** Waits until the database is ready for this version, and then begins all work. @returns how to end it */
const beginWork = async (
  deps: PumpDeps,
  deadlines: DeadlineOptions,
  application: Database,
  metrics: WorkerMetrics,
  retentionDays: number,
  signing: { readonly key: SigningKey | null; readonly checkpointFile: string | null },
  signal: AbortSignal,
): Promise<{ end(): Promise<unknown> }> => {
  const { database, log } = deps
  const { key, checkpointFile } = signing
  const nothing = { end: () => Promise.resolve() }
  const waiting = (error: unknown): void => log.warn({ err: error }, 'waiting for the migrated database')
  if (!(await persist(signal, () => demandMigrations(database), waiting))) return nothing
  const dispatcher = runDispatcher(deps)
  const sequenced = ({ events, deliveries }: { events: number; deliveries: number }): void => {
    metrics.sequenced(events)
    if (deliveries > 0) dispatcher.wake()
  }
  const loops = [
    runSequencer({ database, log, signal, sequenced }),
    purgeHourly({ database, clock: deps.clock, retentionDays, log, signal }),
    runSealer({
      database,
      log,
      signal,
      key,
      ...(key ? { memory: checkpointMemory(database, key, checkpointFile) } : {}),
      now: deps.clock.now,
      monotonicMs: deps.monotonicMs,
      sealed: metrics.sealed,
      refused: metrics.refused,
    }),
    runCompliance({ database, clock: deadlines.clock, log, signal, counted: metrics.counted }),
    runDeadlines({ ...deadlines, database, log, signal, ran: metrics.deadlines }),
    runImports({ worker: database, application, clock: deadlines.clock, log, signal, ran: metrics.imported }),
  ]
  return { end: () => Promise.all([dispatcher.stop(finishMs), ...loops]) }
}

const run = async (): Promise<void> => {
  const config = await configuration()
  const { databaseUrl, keyring, publicUrl } = config
  if (databaseUrl === null || keyring === null) throw new ConfigError('DATABASE_URL and CPR_KEYS are missing')
  const log = createLog(config.logLevel, 'worker')
  const database = openDatabase({
    url: databaseUrl,
    poolSize: config.databasePoolSize,
    name: 'udbudsportal-worker',
    role: 'portal_worker',
    onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
  })
  // Imports write in their supplier's name, behind its walls; one connection does all of it.
  const application = openDatabase({
    url: databaseUrl,
    poolSize: 2,
    name: 'udbudsportal-worker-imports',
    // A full file is written by a few large statements.
    statementMs: 120_000,
    onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
  })
  const outbound = createOutbound({ allow: config.outboundAllow, keepInsideAnswers: !config.production })
  const registry = createMetrics()
  measurePool(database, registry)
  const settable = config.sandbox ? sandboxClock(database, systemClock) : undefined
  const clock = settable ?? systemClock
  const metrics = workerMetrics(registry, database, clock)
  const metricsServer = await serveMetrics(registry, config.host, config.workerMetricsPort)

  const key = config.auditSigningKey === null ? null : await parseSigningKey(config.auditSigningKey)
  const stopping = new AbortController()
  const monotonicMs = () => performance.now()
  const deps = {
    database,
    outbound,
    keyring,
    publicUrl,
    clock: systemClock,
    log,
    monotonicMs,
    attempted: metrics.delivery,
  }
  const deadlines = {
    clock,
    finalReportReading: config.finalReportReading,
    dueSoonWorkingDays: config.dueSoonWorkingDays,
    ...(settable ? { sandboxClock: settable } : {}),
  }
  const signing = { key, checkpointFile: config.auditCheckpointFile }
  const begun = beginWork(deps, deadlines, application, metrics, config.eventRetentionDays, signing, stopping.signal)
  stopInPhases(log, [
    {
      name: 'taking work',
      run: async () => {
        stopping.abort()
        await (await begun).end()
      },
    },
    {
      name: 'connections',
      run: async () => {
        metricsServer.close()
        await outbound.close()
        await application.close()
        await database.close()
      },
    },
  ])
  await begun
  if (!stopping.signal.aborted) log.info({ metricsPort: config.workerMetricsPort }, 'worker ready')
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`)
  process.exit(1)
})
