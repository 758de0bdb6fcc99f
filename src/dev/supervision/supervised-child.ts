import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** A child process that is started again when it dies, once it is known to have started. */
export type SupervisedChild = {
  readonly name: string
  readonly logPath: string
  /** undefined while it is down. */
  pid(): number | undefined
  /** How it ended, when it died before `startupIsOver`; undefined while it has not. */
  startupFailure(): string | undefined
  /** From now on a death means a restart. */
  startupIsOver(): void
  /** Whether its log of this run has the text. */
  hasLogged(text: string): boolean
  /** The end of its log of this run. */
  logTail(): string
  /** SIGTERM, and SIGKILL when it has not ended after that many milliseconds; no restart follows. */
  stop(patienceMilliseconds: number): Promise<void>
}

const firstPause = 500
const longestPause = 30_000
/** A child that lived this long had started well: the next pause is the first again. */
const settledMilliseconds = 60_000

/**
 * Starts `script` with this process's node. Its output goes to the file `logPath`; the run before is kept as `….old`.
 * @param options.tell hears of deaths and restarts, one line each
 * @param options.changed is called when the process id changed
 */
export const superviseChild = (options: {
  name: string
  script: string
  cwd: string
  environment: Readonly<Record<string, string | undefined>>
  logPath: string
  watch: boolean
  tell: (line: string) => void
  changed: () => void
}): SupervisedChild => {
  const { name, logPath } = options
  let child: ChildProcess | undefined
  let failure: string | undefined
  let restarts = false
  let stopping = false
  let pause = firstPause
  let timer: NodeJS.Timeout | undefined

  const start = (): void => {
    // The file itself, not a pipe: when this process is killed, the child can still write.
    const log = openSync(logPath, 'a')
    const started = performance.now()
    const current = spawn(process.execPath, [...(options.watch ? ['--watch'] : []), options.script], {
      cwd: options.cwd,
      env: options.environment,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    child = current
    let ended = false
    const end = (how: string): void => {
      if (ended) return
      ended = true
      child = undefined
      if (stopping) return
      options.changed()
      if (!restarts) {
        failure = how
        return
      }
      if (performance.now() - started > settledMilliseconds) pause = firstPause
      options.tell(`The ${name} ${how}; it is started again in ${pause / 1000} s. Its log: ${logPath}`)
      timer = setTimeout(start, pause)
      pause = Math.min(pause * 2, longestPause)
    }
    current.once('error', (error) => end(`could not be run (${error.message})`))
    current.once('exit', (code, signal) => end(signal ? `was ended by ${signal}` : `ended with code ${code}`))
    options.changed()
  }

  const log = (): string => (existsSync(logPath) ? readFileSync(logPath, 'utf8') : '')
  if (existsSync(logPath)) renameSync(logPath, `${logPath}.old`)
  start()
  return {
    name,
    logPath,
    pid: () => child?.pid,
    startupFailure: () => failure,
    startupIsOver: () => {
      restarts = true
    },
    hasLogged: (text) => log().includes(text),
    logTail: () => log().slice(-2000),
    stop: async (patienceMilliseconds) => {
      stopping = true
      clearTimeout(timer)
      child?.kill('SIGTERM')
      for (const started = performance.now(); child; await sleep(20)) {
        if (performance.now() - started > patienceMilliseconds) child.kill('SIGKILL')
      }
    },
  }
}
