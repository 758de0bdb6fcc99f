import { readdir } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import type { Database } from './pool.ts'
import { ensureRoles } from './roles.ts'

const folder = fileURLToPath(new URL('../../../migrations/', import.meta.url))

/** The names of the migrations that this version of the code has, in order. */
export const migrationNames = async (): Promise<string[]> =>
  (await readdir(folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort()

const loadMigrations = async (): Promise<Record<string, Migration>> => {
  const migrations: Record<string, Migration> = {}
  for (const name of await migrationNames()) {
    migrations[name] = (await import(pathToFileURL(`${folder}/${name}.ts`).href)) as Migration
  }
  return migrations
}

/**
 * Brings the database to this version, as its owner. Several at once wait for each other (kysely's own lock).
 * @param login the role that the application logs in as
 * @returns the names of the migrations that were run now
 * @throws the first migration's error; what came before it stays
 */
export const migrateToLatest = async (ownerUrl: string, login: string): Promise<string[]> => {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await ensureRoles(owner, login)
    await owner.query(`grant usage on schema public to portal_application, portal_worker`)
  } finally {
    await owner.end()
  }
  const kysely = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: ownerUrl, max: 1 }) }),
  })
  try {
    const migrator = new Migrator({ db: kysely, provider: { getMigrations: loadMigrations } })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw error
    // Readiness asks which migrations the database has, as the application and as the worker.
    await sql`grant select on kysely_migration to portal_application, portal_worker`.execute(kysely)
    return (results ?? []).map((result) => result.migrationName)
  } finally {
    await kysely.destroy()
  }
}

/** The migrations that the database lacks; empty when it is ready for this version. */
export const missingMigrations = async (database: Database): Promise<string[]> => {
  const known = await migrationNames()
  const done = await database.pool
    .query<{ name: string }>('select name from kysely_migration')
    .catch((error: Error & { code?: string }) => {
      if (error.code === '42P01' || error.code === '42501') return { rows: [] }
      throw error
    })
  const names = new Set(done.rows.map((row) => row.name))
  return known.filter((name) => !names.has(name))
}
