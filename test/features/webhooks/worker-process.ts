import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Keyring } from '#platform/crypto/keyring.ts'
import { afterwards } from '#test/support/test-database.ts'
import { testKeyring } from '#test/support/test-keyring.ts'
import { until } from '#test/support/until.ts'

/** A worker in a process of its own. */
export type WorkerProcess = {
  readonly log: () => string
  ready(): Promise<void>
  /** Its exit code, once it ended by itself. */
  readonly ended: Promise<number | null>
  /** Ends it with the signal; resolves with its exit code, null when the signal took it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

const root = fileURLToPath(new URL('../../../', import.meta.url))

const textOf = ({ current, encryption, lookup }: Keyring): string =>
  JSON.stringify({
    current,
    encryption: Object.fromEntries([...encryption].map(([id, key]) => [id, key.toString('base64')])),
    lookup: lookup.toString('base64'),
  })

/** Starts src/worker.ts on the database; what still runs when the test ends is killed. */
export const startWorker = (databaseUrl: string, environment: Record<string, string> = {}): WorkerProcess => {
  const child: ChildProcess = spawn(process.execPath, ['src/worker.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      CPR_KEYS: textOf(testKeyring),
      PUBLIC_URL: 'http://portal.test',
      WORKER_METRICS_PORT: '0',
      OUTBOUND_ALLOW: '127.0.0.0/8',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const exited = new Promise<number | null>((done) => child.once('exit', done))
  afterwards(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return {
    log: () => log,
    ended: exited,
    ready: async () => {
      await until(() => {
        if (child.exitCode !== null) throw new Error(`the worker ended:\n${log}`)
        return log.includes('worker ready')
      })
    },
    end: (signal) => {
      child.kill(signal)
      return exited
    },
  }
}
