import process from 'node:process'
import { type Config, ConfigError, readConfig } from './config.ts'
import { type Database, openDatabase } from './platform/db/pool.ts'

/**
 * The settings of a command that works beside the portal: those of the environment and, outside production without
 * DATABASE_URL, the development's with its embedded database, which is started where it does not run.
 * @returns the settings, and what ends a database that was started for the command alone
 * @throws ConfigError naming each malformed setting
 */
export const commandSettings = async (): Promise<{ config: Config; end(): Promise<void> }> => {
  const given = readConfig(process.env, 'migration')
  if (given.production || given.databaseUrl !== null) return { config: given, end: async () => undefined }
  const { developmentConfig } = await import('./dev/development.ts')
  const { config, database } = await developmentConfig(given, { prepare: false })
  return {
    config,
    end: async () => {
      if (database?.reused === false) await database.stop()
    },
  }
}

/**
 * Runs a command on the database in the worker's role, over one connection, and closes what was opened for it.
 * @param options.name what the command is called in PostgreSQL, after `udbudsportal-`
 * @param options.statementMs how long a statement may take, where it is longer than the portal's own
 * @throws ConfigError without DATABASE_URL in production, or naming each malformed setting
 */
export const asWorker = async (
  options: { readonly name: string; readonly statementMs?: number },
  work: (database: Database, config: Config) => Promise<void>,
): Promise<void> => {
  const { config, end } = await commandSettings()
  if (config.databaseUrl === null) throw new ConfigError('DATABASE_URL is missing')
  const database = openDatabase({
    url: config.databaseUrl,
    poolSize: 1,
    role: 'portal_worker',
    ...options,
    name: `udbudsportal-${options.name}`,
    onError: () => undefined,
  })
  try {
    await work(database, config)
  } finally {
    await database.close()
    await end()
  }
}
