import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './processes.ts'

/** A lock file without a process id belongs to someone who is about to write it, unless it is as old as this. */
const writingMilliseconds = 10_000

const contentOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const ageOf = (path: string): number => {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return 0
  }
}

const isStale = (path: string): boolean => {
  const content = contentOf(path)
  if (content === null) return false
  if (content === '') return ageOf(path) > writingMilliseconds
  return !isAlive(Number(content))
}

const tryTake = (path: string): boolean => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes a lock whose holder died. Only one process at a time may do so: without the inner folder, two that saw the
 * same dead holder would remove each other's new locks.
 */
const removeStale = (path: string): void => {
  const inner = `${path}.removal`
  try {
    mkdirSync(inner)
  } catch {
    if (ageOf(inner) > writingMilliseconds) rmSync(inner, { recursive: true, force: true })
    return
  }
  try {
    if (isStale(path)) rmSync(path, { force: true })
  } finally {
    rmSync(inner, { recursive: true, force: true })
  }
}

/**
 * Runs `work` while holding the lock file `path`, which names this process. The lock of a process that died is taken
 * over. Within one process the lock is not re-entrant.
 * @param waitMilliseconds how long to wait for another holder
 * @throws Error that names the lock file, when another process holds it for longer than that
 */
export const withLock = async <T>(path: string, work: () => T | Promise<T>, waitMilliseconds = 120_000): Promise<T> => {
  mkdirSync(dirname(path), { recursive: true })
  for (const started = performance.now(); !tryTake(path); ) {
    if (isStale(path)) removeStale(path)
    else if (performance.now() - started > waitMilliseconds) {
      throw new Error(`process ${contentOf(path)} holds ${path}; if nothing of the portal runs, delete that file`)
    } else await sleep(25)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/**
 * The text kept in the file `path`; `make` gives it once, whoever asks first. The file is readable for its owner alone
 * and appears complete or not at all, so processes that start together agree.
 */
export const keepFile = async (path: string, make: () => string | Promise<string>): Promise<string> =>
  contentOf(path) ??
  withLock(`${path}.lock`, async () => {
    const there = contentOf(path)
    if (there !== null) return there
    const text = await make()
    const half = `${path}.${process.pid}`
    writeFileSync(half, text, { mode: 0o600 })
    renameSync(half, path)
    return text
  })
