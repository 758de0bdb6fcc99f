import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'

/** CPU seconds by who used them; undefined where the system does not tell (it does on Linux). */
export type CpuTime = { readonly server: number; readonly database: number; readonly bench: number }

/** Linux counts CPU time in hundredths of a second, on every architecture that it runs on. */
const ticksPerSecond = 100

type ProcessStat = { readonly parent: number; readonly seconds: number; readonly endedChildren: number }

const statOf = (pid: number | string): ProcessStat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold blanks; what follows it does not. Fields 4 and 14 to 17 of proc(5).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number) as [number, number, number, number]
    return {
      parent: Number(fields[1]),
      seconds: (user + system) / ticksPerSecond,
      endedChildren: (childUser + childSystem) / ticksPerSecond,
    }
  } catch {
    return undefined
  }
}

/** CPU seconds of a process until now; 0 when it is not there. */
export const secondsOf = (pid: number): number => statOf(pid)?.seconds ?? 0

/** CPU seconds of a database server with all of its processes until now; undefined where the system does not tell. */
export const databaseSeconds = (postmaster: number): number | undefined => {
  if (process.platform !== 'linux') return undefined
  let database = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = statOf(pid)
    if (stat && Number(pid) === postmaster) database += stat.seconds + stat.endedChildren
    if (stat?.parent === postmaster) database += stat.seconds
  }
  return database
}

/** The CPU time until now. */
export const cpuTime = (serverPid: number | undefined, postmaster: number): CpuTime | undefined => {
  const database = databaseSeconds(postmaster)
  if (database === undefined) return undefined
  const { user, system } = process.cpuUsage()
  const server = serverPid === undefined ? 0 : secondsOf(serverPid)
  return { server, database, bench: (user + system) / 1e6 }
}

/** What was used between two looks, in milliseconds for each of `count` absences. */
export const cpuMillisecondsEach = (
  before: CpuTime | undefined,
  after: CpuTime | undefined,
  count: number,
): CpuTime | null => {
  if (!before || !after || count === 0) return null
  const each = (who: keyof CpuTime): number => Number((((after[who] - before[who]) * 1000) / count).toFixed(3))
  return { server: each('server'), database: each('database'), bench: each('bench') }
}
