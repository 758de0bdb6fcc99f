import process from 'node:process'
import { migrateToLatest } from '#platform/db/migrations.ts'
import { createLog } from '#platform/log.ts'
import { ConfigError, readConfig } from './config.ts'

/**
 * Brings the database to this version, as DATABASE_OWNER_URL (without it as DATABASE_URL), and grants what the portal
 * needs to the role of DATABASE_URL. Outside production, without DATABASE_URL, the embedded database is meant.
 * @throws ConfigError naming the settings that are wrong; else the driver's or the migration's error
 */
const migrate = async (): Promise<void> => {
  const given = readConfig(process.env, 'migration')
  const log = createLog(given.logLevel, 'migrate')
  const development =
    given.production || given.databaseUrl !== null
      ? null
      : await (await import('./dev/development.ts')).developmentConfig(given, { prepare: false })
  const { databaseUrl, databaseOwnerUrl } = development?.config ?? given
  if (databaseUrl === null) throw new ConfigError('DATABASE_URL is missing')
  const login = decodeURIComponent(new URL(databaseUrl).username)
  if (login === '') throw new ConfigError('DATABASE_URL must name the role that the portal logs in as')
  try {
    const migrations = await migrateToLatest(databaseOwnerUrl ?? databaseUrl, login)
    for (const migration of migrations) log.info({ migration }, 'migrated')
    log.info({ count: migrations.length }, migrations.length > 0 ? 'the database is up to date' : 'nothing to migrate')
  } catch (error) {
    log.fatal({ err: error }, 'the migration failed')
    process.exitCode = 1
  } finally {
    // One that was running already serves somebody else.
    if (development?.database?.reused === false) await development.database.stop()
  }
}

try {
  await migrate()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
