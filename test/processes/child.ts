import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterwards } from '#test/support/test-database.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A process of the portal with that environment and nothing else; its output goes to `logFile`. */
export const portalProcess = (entry: string, environment: Record<string, string>, logFile: string) => {
  let child: ChildProcess | null = null
  const start = (): void => {
    const log = openSync(logFile, 'a')
    child = spawn(process.execPath, [entry], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', log, log],
    })
  }
  /** Sends the signal and waits until the process is gone. @returns its exit code, null when a signal ended it */
  const end = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> => {
    const running = child
    if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null
    const gone = new Promise<number | null>((done) => running.once('exit', done))
    running.kill(signal)
    return gone
  }
  afterwards(async () => void (await end()))
  start()
  return { end, start, restart: () => end().then(start), exited: () => child?.exitCode ?? null }
}

/** Waits for a condition, generously: what is waited for is a fact, not a speed. */
export const until = async (
  what: string,
  condition: () => Promise<boolean> | boolean,
  forMs = 90_000,
): Promise<void> => {
  for (const began = performance.now(); !(await condition()); await sleep(100)) {
    if (performance.now() - began > forMs) throw new Error(`waited in vain for ${what}`)
  }
}
