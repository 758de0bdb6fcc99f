import { spawn } from 'node:child_process'
import process from 'node:process'
import { checkoutRoot } from '#src/dev/embedded/server-files.ts'
import type { Cleanup } from '../cleanup.ts'

/** The portal's worker as a process of its own. */
export type WorkerProcess = {
  readonly pid: number
  /** SIGTERM; resolves when it ended. */
  stop(): Promise<void>
}

/**
 * Starts `src/worker.ts` and waits until it says that it works.
 * @param options.environment DATABASE_URL, CPR_KEYS and what else the run wants
 * @param options.nodeOptions flags for node, such as `--cpu-prof`
 * @throws Error when it ends before that
 */
export const startWorker = async (options: {
  environment: Readonly<Record<string, string>>
  nodeOptions: readonly string[]
  cleanup: Cleanup
}): Promise<WorkerProcess> => {
  const child = spawn(process.execPath, [...options.nodeOptions, 'src/worker.ts'], {
    cwd: checkoutRoot,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PUBLIC_URL: 'http://127.0.0.1:3000',
      WORKER_METRICS_PORT: '0',
      OUTBOUND_ALLOW: '127.0.0.0/8',
      LOG_LEVEL: 'info',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await ended
    clearTimeout(timer)
  }
  options.cleanup.later(stop)
  let said = ''
  const ready = new Promise<boolean>((done) => {
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk: string) => {
      for (const line of chunk.split('\n'))
        if (/"level":"?(warn|error|fatal|40|50|60)\b/.test(line)) console.error(line)
      if (said.length < 100_000) said += chunk
      if (said.includes('worker ready')) done(true)
    })
    void ended.then(() => done(false))
  })
  if (!(await ready)) throw new Error(`a worker ended instead of working:\n${said}`)
  return { pid: child.pid ?? 0, stop }
}
