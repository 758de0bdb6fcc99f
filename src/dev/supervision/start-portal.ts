import { join, relative } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { localDateAt } from '#kernel/instant.ts'
import { systemClock } from '#platform/clock.ts'
import { type Config, readConfig } from '#src/config.ts'
import { type Development, developmentConfig, prepareDatabase } from '../development.ts'
import { freePort } from '../embedded/embedded-database.ts'
import { checkoutRoot } from '../embedded/server-files.ts'
import { issuerPath } from '../issuer/development-issuer.ts'
import { firstSteps, freePlannedDay } from './first-steps.ts'
import { isPortTaken } from './ports.ts'
import { sandboxSetting, setClockToRealTime } from './sandbox-settings.ts'
import { claimFolder, releaseFolder, writeRecord } from './start-record.ts'
import { type SupervisedChild, superviseChild } from './supervised-child.ts'

const startupMilliseconds = 60_000
/** The worker says that it is ready; one that lives and says nothing for this long is taken to be. */
const workerMilliseconds = 15_000
const stopMilliseconds = 30_000

/** Why the start failed, for people; printed without a stack. */
class StartFailure extends Error {
  override readonly name = 'StartFailure'
}

const tell = (line: string): void => console.log(line)

const checkPorts = async (config: Config): Promise<void> => {
  for (const [setting, port] of [
    ['PORT', config.port],
    ['METRICS_PORT', config.metricsPort],
    ['WORKER_METRICS_PORT', config.workerMetricsPort],
  ] as const) {
    if (await isPortTaken(port)) {
      throw new StartFailure(
        `Port ${port} is taken by another program. Stop that one, or choose another port: ${setting}=${port + 1} npm start`,
      )
    }
  }
}

const died = (child: SupervisedChild): StartFailure =>
  new StartFailure(
    `The ${child.name} ${child.startupFailure()} while starting. Its log is ${child.logPath}; it ends:\n\n${child.logTail()}`,
  )

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).status === 200
  } catch {
    return false
  }
}

const untilReady = async (config: Config, server: SupervisedChild, worker: SupervisedChild): Promise<void> => {
  const host = ['localhost', '::', '0.0.0.0'].includes(config.host) ? '127.0.0.1' : config.host
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/health/ready`
  const started = performance.now()
  const waited = (): number => performance.now() - started
  const workerReady = (): boolean => worker.hasLogged('worker ready') || waited() > workerMilliseconds
  for (let serverReady = false; !serverReady || !workerReady(); await sleep(100)) {
    for (const child of [server, worker]) if (child.startupFailure() !== undefined) throw died(child)
    serverReady ||= await isReady(url)
    if (!serverReady && waited() > startupMilliseconds) {
      throw new StartFailure(
        `The server is not ready after ${startupMilliseconds / 1000} s; its log is ${server.logPath}`,
      )
    }
  }
}

const welcome = async (development: Development, logs: readonly string[]): Promise<string> => {
  const { config } = development
  const { publicUrl } = config
  const here = (path: string): string => relative(process.cwd(), path) || path
  const own = config.oidcIssuer === null
  const day = own ? await freePlannedDay(config.databaseOwnerUrl, localDateAt(systemClock.now())) : null
  return [
    '',
    'Udbudsportal runs.',
    '',
    `  API      ${publicUrl}/v1`,
    `  Docs     ${publicUrl}/docs`,
    own
      ? `  Tokens   ${publicUrl}${issuerPath}/token (every demo client has the secret "demo")`
      : `  Tokens   of ${config.oidcIssuer}`,
    `  Auditor  ${publicUrl}/auditor${config.oidcIssuer === null ? ' (sign in as karla or dines, password "demo")' : ''}`,
    ...(config.sandbox
      ? [`  Clock    PUT ${publicUrl}/sandbox/clock {"now": "2026-04-07T09:00:00Z"} sets it; this start set it right`]
      : []),
    `  Logs     ${logs.map(here).join(', ')}`,
    '',
    ...(own ? ['Paste into another terminal:', '', firstSteps(publicUrl, day), ''] : []),
    'Ctrl-C stops it.',
  ].join('\n')
}

/**
 * Runs the whole portal for development until it is told to stop: database, migrations, demo world, server and worker.
 * Ends the process: 0 after SIGINT, SIGTERM or SIGHUP, 1 when something does not start.
 * @param options.server and options.worker scripts, relative to the checkout
 * @param options.watch whether the children restart when their source changes
 */
export const startPortal = async (options: { server: string; worker: string; watch: boolean }): Promise<void> => {
  const children: SupervisedChild[] = []
  let developing: Promise<Development> | undefined
  let claimed: string | undefined
  let stopping: Promise<never> | undefined

  const stop = async (code: number): Promise<never> => {
    await Promise.all(children.map((child) => child.stop(stopMilliseconds)))
    const development = await developing?.catch(() => undefined)
    await development?.database?.stop()
    if (claimed !== undefined) releaseFolder(claimed)
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping) tell('\nStopping …')
      stopping ??= stop(0)
    })
  }

  const run = async (): Promise<void> => {
    if (process.env['NODE_ENV'] === 'production') {
      throw new StartFailure('npm start is for development, and NODE_ENV is production: see the README for that.')
    }
    const port = process.env['PORT'] === '0' ? String(await freePort()) : process.env['PORT']
    const sandbox = sandboxSetting(process.env)
    const config = readConfig({ ...process.env, PORT: port, PORTAL_SANDBOX: sandbox })
    // The folder first: claiming it stops what a killed start left behind, on these ports.
    await claimFolder(config.dataDir)
    claimed = config.dataDir
    await checkPorts(config)
    if (config.databaseUrl === null) tell(`Starting the database in ${join(config.dataDir, 'postgres')} …`)
    developing = developmentConfig(config, { prepare: false })
    const development = await developing
    const { dataDir } = development.config
    const migrations = await prepareDatabase(development.config)
    await setClockToRealTime(development.config.databaseOwnerUrl)
    if (migrations.length > 0) tell(`Migrated: ${migrations.join(', ')}`)
    if (stopping) return
    tell('Starting server and worker …')
    for (const [name, script] of [
      ['server', options.server],
      ['worker', options.worker],
    ] as const) {
      children.push(
        superviseChild({
          name,
          script,
          cwd: checkoutRoot,
          environment: {
            ...process.env,
            ...development.environment,
            PORT: String(config.port),
            PUBLIC_URL: config.publicUrl,
            PORTAL_SANDBOX: sandbox,
          },
          logPath: join(dataDir, `${name}.log`),
          watch: options.watch,
          tell,
          changed: () =>
            writeRecord(
              dataDir,
              children.flatMap((child) => child.pid() ?? []),
            ),
        }),
      )
    }
    const [server, worker] = children
    if (!server || !worker) return
    writeRecord(
      dataDir,
      children.flatMap((child) => child.pid() ?? []),
    )
    await untilReady(config, server, worker)
    for (const child of children) child.startupIsOver()
    if (!stopping) tell(await welcome(development, [server.logPath, worker.logPath]))
  }

  try {
    await run()
  } catch (error) {
    // Ctrl-C ends initdb as well, and its failure is noticed before the signal is.
    await sleep(50)
    if (stopping) return
    console.error(error instanceof Error ? error.message : String(error))
    stopping = stop(1)
  }
}
