import process from 'node:process'
import { type Config, readConfig } from './config.ts'

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
