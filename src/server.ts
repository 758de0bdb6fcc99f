import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { tokenVerifier } from './platform/auth/access-token.ts'
import { issuerKeys } from './platform/auth/issuer-keys.ts'
import { systemClock } from './platform/clock.ts'
import { openDatabase } from './platform/db/pool.ts'
import { unsafeRole } from './platform/db/role-check.ts'
import { createLog } from './platform/log.ts'
import { createMetrics, measurePool, serveMetrics } from './platform/metrics.ts'
import { followSandboxClock, sandboxClock } from './platform/sandbox-clock.ts'
import { stopInPhases } from './platform/shutdown.ts'
import { createOutbound } from './platform/webhooks/outbound.ts'

const configuration = async () => {
  const config = readConfig(process.env)
  if (config.production) return config
  const { developmentConfig } = await import('./dev/development.ts')
  return (await developmentConfig(config)).config
}

const serve = async (): Promise<void> => {
  const config = await configuration()
  const { databaseUrl, keyring } = config
  if (databaseUrl === null || keyring === null) throw new ConfigError('DATABASE_URL and CPR_KEYS are missing')
  const log = createLog(config.logLevel, 'server')
  const database = openDatabase({
    url: databaseUrl,
    poolSize: config.databasePoolSize,
    name: 'udbudsportal-server',
    onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
  })
  const unsafe = await unsafeRole(database).catch(() => undefined)
  if (unsafe !== undefined) {
    throw new ConfigError(
      `DATABASE_URL logs in as a role that row-level security does not hold (${unsafe}). Use the application's own role, and DATABASE_OWNER_URL for migrations.`,
    )
  }
  const issuer = config.oidcIssuer ?? `${config.publicUrl}/dev/oauth`
  const monotonicMs = () => performance.now()
  let accepting = true
  const metrics = createMetrics()
  measurePool(database, metrics)
  const settable = config.sandbox ? sandboxClock(database, systemClock) : undefined
  await settable?.refresh().catch(() => undefined)
  const following = new AbortController()
  const outbound = createOutbound({ allow: config.outboundAllow, keepInsideAnswers: !config.production })
  const app = await buildApp({
    database,
    clock: settable ?? systemClock,
    ...(settable ? { sandboxClock: settable } : {}),
    keyring,
    publicUrl: config.publicUrl,
    complaintsMailbox: config.complaintsMailbox,
    finalReportReading: config.finalReportReading,
    peopleSignIn: { issuer, clientId: config.auditorClientId, clientSecret: config.auditorClientSecret },
    outboundAllow: config.outboundAllow,
    outbound,
    accepting: () => accepting,
    log,
    metrics,
    rateLimit: config.rateLimit,
    monotonicMs,
    maxEventLoopDelayMs: 5000,
    verifyToken: tokenVerifier({
      issuer,
      audience: config.oidcAudience,
      keys: issuerKeys({
        issuer,
        monotonicMs,
        warn: (error) => log.warn({ err: error }, "the issuer's keys could not be fetched"),
      }),
      nowMs: Date.now,
    }),
    ...(config.oidcIssuer === null ? { issuer: await developmentIssuer(config) } : {}),
  })
  if (settable) void followSandboxClock(settable, following.signal)
  const metricsServer = await serveMetrics(metrics, config.host, config.metricsPort)
  await app.listen({ host: config.host, port: config.port })
  log.info({ port: config.port, publicUrl: config.publicUrl, issuer }, 'server ready')

  stopInPhases(log, [
    {
      name: 'not ready',
      run: async () => {
        accepting = false
        // A sample's receiver may take its time; its caller is told to ask another server.
        await outbound.close()
        await sleep(config.shutdownDelayMs)
      },
    },
    { name: 'requests', run: () => app.close() },
    {
      name: 'connections',
      run: async () => {
        following.abort()
        metricsServer.close()
        await database.close()
      },
    },
  ])
}

const developmentIssuer = async (config: Awaited<ReturnType<typeof configuration>>) => {
  const { createDevelopmentIssuer } = await import('./dev/issuer/development-issuer.ts')
  return createDevelopmentIssuer({
    publicUrl: config.publicUrl,
    audience: config.oidcAudience,
    dataDir: config.dataDir,
  })
}

serve().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`)
  process.exit(1)
})
