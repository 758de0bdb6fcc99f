import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { withLock } from '../folder-lock.ts'
import { runsScript } from '../processes.ts'

const pathIn = (dataDir: string): string => join(dataDir, 'start.pid')

/** The process ids in `start.pid`: first the one that started, then its children's. */
const readRecord = (dataDir: string): number[] => {
  try {
    return readFileSync(pathIn(dataDir), 'utf8').trim().split('\n').map(Number)
  } catch {
    return []
  }
}

/** The process id of the `npm start` that runs on this folder; undefined when none does. */
export const runningStart = (dataDir: string): number | undefined => {
  const [pid] = readRecord(dataDir)
  return pid !== undefined && pid !== process.pid && runsScript(pid, 'start.ts') ? pid : undefined
}

/** The server and worker that a killed `npm start` left behind. */
const orphans = (dataDir: string): number[] =>
  runningStart(dataDir) === undefined
    ? readRecord(dataDir)
        .slice(1)
        .filter((pid) => runsScript(pid, 'server.ts') || runsScript(pid, 'worker.ts'))
    : []

const signalTo = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended in the meantime.
  }
}

/**
 * Stops the server and worker that a killed `npm start` left behind: SIGTERM, and after 30 seconds SIGKILL.
 * @returns how many there were
 */
export const stopOrphans = async (dataDir: string): Promise<number> => {
  const found = orphans(dataDir)
  for (const pid of found) signalTo(pid, 'SIGTERM')
  for (const started = performance.now(); orphans(dataDir).length > 0; await sleep(50)) {
    if (performance.now() - started < 30_000) continue
    for (const pid of orphans(dataDir)) signalTo(pid, 'SIGKILL')
  }
  return found.length
}

/** Writes this process and its children into `start.pid`. */
export const writeRecord = (dataDir: string, children: readonly number[]): void =>
  writeFileSync(pathIn(dataDir), `${[process.pid, ...children].join('\n')}\n`)

/**
 * Claims the folder for this `npm start`.
 * @throws Error that names the process when another one runs on it
 */
export const claimFolder = (dataDir: string): Promise<void> =>
  withLock(join(dataDir, 'start.lock'), async () => {
    const other = runningStart(dataDir)
    if (other !== undefined) {
      throw new Error(
        `the portal runs already on ${dataDir} (process ${other}); stop that one, or give another DATA_DIR`,
      )
    }
    await stopOrphans(dataDir)
    writeRecord(dataDir, [])
  })

/** Gives the folder back. */
export const releaseFolder = (dataDir: string): void => rmSync(pathIn(dataDir), { force: true })
