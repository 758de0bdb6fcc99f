import { join, resolve } from 'node:path'
import { localDateAt } from '#kernel/instant.ts'
import { generateSigningKey } from '#platform/audit/signing-key.ts'
import { systemClock } from '#platform/clock.ts'
import { generateKeyring, type Keyring, parseKeyring } from '#platform/crypto/keyring.ts'
import { migrateToLatest } from '#platform/db/migrations.ts'
import type { Config } from '#src/config.ts'
import { seedDemoWorld } from './demo-world/seed-demo-world.ts'
import { type EmbeddedServer, ensureDatabase, startEmbedded } from './embedded/embedded-database.ts'
import { keepFile, withLock } from './folder-lock.ts'

/** Settings with nothing missing: what production demands and development fills in. */
export type CompleteConfig = Config & {
  readonly databaseUrl: string
  readonly databaseOwnerUrl: string
  readonly keyring: Keyring
  readonly auditSigningKey: string
}

/** The settings of a development process. */
export type Development = {
  readonly config: CompleteConfig
  /** The embedded database that the settings lead to; null when DATABASE_URL names another. */
  readonly database: EmbeddedServer | null
  /** The filled settings as environment variables, for child processes. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Brings the database to this version of the code and puts the demo world into it. Both leave alone what is there.
 * @returns the names of the migrations that were run now
 */
export const prepareDatabase = async (config: CompleteConfig): Promise<string[]> => {
  const ownerUrl = config.databaseOwnerUrl
  const migrations = await migrateToLatest(ownerUrl, decodeURIComponent(new URL(config.databaseUrl).username))
  await seedDemoWorld({ ownerUrl, keyring: config.keyring, today: localDateAt(systemClock.now()) })
  return migrations
}

/** The text that `parseKeyring` reads. */
const keyringText = ({ current, encryption, lookup }: Keyring): string =>
  JSON.stringify({
    current,
    encryption: Object.fromEntries([...encryption].map(([id, key]) => [id, key.toString('base64')])),
    lookup: lookup.toString('base64'),
  })

/**
 * Fills what the settings leave open outside production: the keys of the CPR numbers are kept in `cpr-keys.json`, that of the audit log in `audit-signing-key`, and,
 * without DATABASE_URL, an embedded PostgreSQL in `postgres`, all in DATA_DIR. Processes that start together wait for
 * each other and share them.
 * @param options.prepare whether an embedded database is also migrated and seeded (default true)
 * @throws Error in production; and when the embedded database does not start, saying what to do
 */
export const developmentConfig = async (
  given: Config,
  options: { readonly prepare?: boolean } = {},
): Promise<Development> => {
  if (given.production) throw new Error('the development settings are not for NODE_ENV=production')
  const dataDir = resolve(given.dataDir)
  const complete = async (databaseUrl: string, databaseOwnerUrl: string, database: EmbeddedServer | null) => {
    const keyring = given.keyring ?? parseKeyring(await keepFile(join(dataDir, 'cpr-keys.json'), generateKeyring))
    const auditSigningKey =
      given.auditSigningKey ?? (await keepFile(join(dataDir, 'audit-signing-key'), generateSigningKey))
    return {
      config: { ...given, dataDir, databaseUrl, databaseOwnerUrl, keyring, auditSigningKey },
      database,
      environment: {
        DATABASE_URL: databaseUrl,
        DATABASE_OWNER_URL: databaseOwnerUrl,
        DATA_DIR: dataDir,
        CPR_KEYS: keyringText(keyring),
        AUDIT_SIGNING_KEY: auditSigningKey,
      },
    }
  }
  if (given.databaseUrl !== null) {
    return complete(given.databaseUrl, given.databaseOwnerUrl ?? given.databaseUrl, null)
  }
  return withLock(join(dataDir, 'database.lock'), async () => {
    const database = await startEmbedded(join(dataDir, 'postgres'))
    const { applicationUrl, ownerUrl } = await ensureDatabase(database.adminUrl, 'portal')
    const development = await complete(applicationUrl, ownerUrl, database)
    if (options.prepare !== false) await prepareDatabase(development.config)
    return development
  })
}
