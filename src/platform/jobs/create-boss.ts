import { PgBoss } from 'pg-boss'
import type { Log } from '#platform/log.ts'
import { webhookQueue, webhookQueueSettings } from './webhook-jobs.ts'

/** Ours: while the database is away every slot fails every second; one line in ten seconds tells as much. */
const quietMs = 10_000

/**
 * pg-boss as the worker runs it: on connections of its own that act as `portal_worker`, over tables that a migration
 * made. It changes no shape of the database: no migration, no index rebuilds. Start it with `startBoss`.
 * @param options.connections most connections that it opens
 */
export const createBoss = (options: { databaseUrl: string; log: Log; connections?: number }): PgBoss => {
  const boss = new PgBoss({
    connectionString: options.databaseUrl,
    options: '-c TimeZone=UTC -c role=portal_worker -c statement_timeout=60000',
    application_name: 'udbudsportal-jobs',
    max: options.connections ?? 4,
    connectionTimeoutMillis: 5000,
    schema: 'pgboss',
    migrate: false,
    createSchema: false,
    reindex: false,
    schedule: false,
    // These two decide how soon a killed worker's job is found.
    superviseIntervalSeconds: 15,
    monitorIntervalSeconds: 15,
    maintenanceIntervalSeconds: 900,
    openTelemetry: { enabled: false },
    instanceName: 'worker',
  })
  let toldAt = Number.NEGATIVE_INFINITY
  boss.on('error', (error) => {
    if (performance.now() - toldAt < quietMs) return
    toldAt = performance.now()
    options.log.warn({ err: error }, 'the job queue had an error')
  })
  boss.on('warning', (warning) => options.log.warn({ warning: warning.message }, 'the job queue warns'))
  return boss
}

/**
 * Starts pg-boss and sees to it that the queues are there with the settings of this version. Safe to repeat.
 * @throws Error when the database is away or its pg-boss tables are of another version; call again
 */
export const startBoss = async (boss: PgBoss): Promise<void> => {
  await boss.start()
  await boss.createQueue(webhookQueue, webhookQueueSettings)
  await boss.updateQueue(webhookQueue, webhookQueueSettings)
}
