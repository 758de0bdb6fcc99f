import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { readConfig } from '#src/config.ts'
import { embeddedRoles, runningEmbedded } from './embedded/embedded-database.ts'
import { withLock } from './folder-lock.ts'
import { runningStart, stopOrphans } from './supervision/start-record.ts'

const removed = ['postgres', 'postgres.half', 'postgres.log', 'start.pid'].concat(
  ['server.log', 'worker.log'].flatMap((log) => [log, `${log}.old`]),
)

/** Whether a portal process that was started alone is connected. */
const isInUse = async (adminUrl: string): Promise<boolean> => {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    const sessions = await admin.query('select from pg_stat_activity where usename = $1', [embeddedRoles.application])
    return sessions.rowCount !== 0
  } finally {
    await admin.end()
  }
}

/**
 * Removes the embedded database and the logs of DATA_DIR; the keys stay. Stops a database that runs on its own.
 * @returns what was done, a line each
 * @throws Error in production, and while the portal runs
 */
const reset = async (): Promise<string[]> => {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error('npm run reset is for development, and NODE_ENV is production.')
  }
  const config = readConfig(process.env)
  const dataDir = resolve(config.dataDir)
  const pid = runningStart(dataDir)
  if (pid !== undefined) throw new Error(`The portal runs on ${dataDir} (process ${pid}); stop it first.`)
  if (!existsSync(dataDir)) return [`There is nothing in ${dataDir}.`]
  const done: string[] = []
  if ((await stopOrphans(dataDir)) > 0) done.push('Stopped a server or worker that was left running.')
  return withLock(join(dataDir, 'database.lock'), async () => {
    const database = await runningEmbedded(join(dataDir, 'postgres'))
    if (database) {
      if (await isInUse(database.adminUrl)) {
        throw new Error(`A server or worker uses the database in ${dataDir}; stop it first.`)
      }
      await database.stop()
      done.push('Stopped the database that was left running.')
    }
    for (const name of removed) {
      const path = join(dataDir, name)
      if (!existsSync(path)) continue
      rmSync(path, { recursive: true, force: true })
      done.push(`Removed ${path}`)
    }
    return done.length > 0 ? done : [`There was nothing to remove in ${dataDir}.`]
  })
}

try {
  for (const line of await reset()) console.log(line)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
