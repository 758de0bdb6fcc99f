import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '#src/dev/embedded/embedded-database.ts'
import { checkoutRoot } from '#src/dev/embedded/server-files.ts'

/** How a process ended, and what it said. */
export type Ended = { readonly code: number | null; readonly output: string }

const environment = (given: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  ...given,
})

const outputOf = (child: ChildProcess): { readonly text: string } => {
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output.text += chunk.toString('utf8')
    })
  }
  return output
}

/**
 * Runs a script of this checkout to its end.
 * @param interruptAt it is sent SIGINT, twice as npm does, once it has said this
 */
export const runScript = (
  script: string,
  env: Readonly<Record<string, string>>,
  interruptAt?: string,
): Promise<Ended> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, [script], { cwd: checkoutRoot, env: environment(env) })
    const output = outputOf(child)
    let interrupted = false
    child.stdout.on('data', () => {
      if (interrupted || interruptAt === undefined || !output.text.includes(interruptAt)) return
      interrupted = true
      child.kill('SIGINT')
      setTimeout(() => child.kill('SIGINT'), 20)
    })
    child.once('error', failed)
    child.once('close', (code) => done({ code, output: output.text }))
  })

/** The whole portal as `npm start` runs it, on ports of its own. */
export type RunningPortal = {
  readonly url: string
  readonly port: number
  /** SIGTERM; resolves when everything has ended. */
  stop(): Promise<Ended>
}

/** Starts the portal on a data folder, with further settings. @throws Error with what it said, when it does not come up */
export const startPortal = async (
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningPortal> => {
  const [port, metricsPort, workerMetricsPort] = [await freePort(), await freePort(), await freePort()]
  const child = spawn(process.execPath, ['src/dev/start.ts'], {
    cwd: checkoutRoot,
    env: environment({
      DATA_DIR: dataDir,
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      WORKER_METRICS_PORT: String(workerMetricsPort),
      LOG_LEVEL: 'debug',
      ...env,
    }),
  })
  const output = outputOf(child)
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, output: output.text })))
  const stop = (): Promise<Ended> => {
    child.kill('SIGTERM')
    return ended
  }
  for (const started = performance.now(); !output.text.includes('Udbudsportal runs.'); await sleep(50)) {
    if (child.exitCode === null && performance.now() - started < 60_000) continue
    await stop()
    throw new Error(`the portal did not start:\n${output.text}`)
  }
  return { url: `http://localhost:${port}`, port, stop }
}
