import { execFileSync } from 'node:child_process'
import process from 'node:process'

/** Whether a process with that id runs, of whatever user. */
export const isAlive = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Whether the process runs and its command line speaks of `script`. Process ids are given out again, in containers
 * quickly: a number in a file is not enough. Where `ps` is missing, being alive has to do.
 */
export const runsScript = (pid: number, script: string): boolean => {
  if (!isAlive(pid)) return false
  try {
    const line = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return line.includes(script)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}
