import process from 'node:process'
import { commandSettings } from './command-settings.ts'
import { ConfigError } from './config.ts'
import { rebuildCompliance } from './features/compliance/refresh-compliance.ts'
import { systemClock } from './platform/clock.ts'
import { openDatabase } from './platform/db/pool.ts'

/**
 * `npm run compliance:rebuild`: counts everything anew, a supplier's month at a time, while the portal runs. Needed after a
 * change of what the figures count.
 */
const main = async (): Promise<void> => {
  const { config, end } = await commandSettings()
  const { databaseUrl } = config
  if (databaseUrl === null) throw new ConfigError('DATABASE_URL is missing')
  const database = openDatabase({
    url: databaseUrl,
    poolSize: 1,
    name: 'udbudsportal-compliance-rebuild',
    role: 'portal_worker',
    statementMs: 120_000,
    onError: () => undefined,
  })
  try {
    const cells = await rebuildCompliance({ database, clock: systemClock })
    process.stdout.write(`${cells} cells were counted\n`)
  } finally {
    await database.close()
    await end()
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
