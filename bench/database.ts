import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { localDateAt } from '#kernel/instant.ts'
import { systemClock } from '#platform/clock.ts'
import { generateKeyring, parseKeyring } from '#platform/crypto/keyring.ts'
import { migrateToLatest } from '#platform/db/migrations.ts'
import { seedDemoWorld } from '#src/dev/demo-world/seed-demo-world.ts'
import { embeddedRoles, ensureDatabase, startEmbedded } from '#src/dev/embedded/embedded-database.ts'
import type { Cleanup } from './cleanup.ts'

/** As a production database: nothing that a power cut would lose. Memory for the data of the run. */
export const databaseSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '4GB',
} as const

/** A migrated database with the demo world in it, on a server of this run alone. */
export type BenchDatabase = {
  readonly folder: string
  readonly applicationUrl: string
  readonly adminUrl: string
  /** The server's process. */
  readonly postmaster: number
  /** What the portal's processes need to use it. */
  readonly environment: Readonly<Record<string, string>>
  /** Writes everything out, so that a phase does not pay for the one before. */
  checkpoint(): Promise<void>
  /** From now on vacuum and analyse run when they are asked to, and not by themselves. */
  holdVacuum(): Promise<void>
  /** Vacuums and analyses what was written to since. */
  tidy(): Promise<void>
  /** Milliseconds of a transaction that writes one row and nobody else's. */
  commitMilliseconds(): Promise<number>
  count(table: 'absences'): Promise<number>
}

/** A folder that is kept, and the keys that its data was written with; made when undefined. */
export type KeptFolder = { readonly path: string; readonly keys: string | undefined }

/**
 * Starts PostgreSQL, migrated and with the demo world in it: in a folder of its own below the folder for temporary files, or in
 * one that is kept. A kept one with keys is taken as it is.
 * @param roleSettings settings of the application's role, as names and values that need no quoting
 */
export const startDatabase = async (
  cleanup: Cleanup,
  roleSettings: Readonly<Record<string, string>>,
  kept?: KeptFolder,
): Promise<BenchDatabase> => {
  const folder = kept?.path ?? mkdtempSync(join(tmpdir(), 'udbudsportal-bench-'))
  if (kept) mkdirSync(folder, { recursive: true })
  else cleanup.later(() => rmSync(folder, { recursive: true, force: true }))
  // PostgreSQL runs as another user when this process is root.
  chmodSync(folder, 0o755)
  const data = join(folder, 'postgres')
  const server = await startEmbedded(data, databaseSettings)
  cleanup.later(() => server.stop())
  const { ownerUrl, applicationUrl } = await ensureDatabase(server.adminUrl, 'portal')
  const keys = kept?.keys ?? generateKeyring()
  if (kept?.keys === undefined) {
    await migrateToLatest(ownerUrl, embeddedRoles.application)
    await seedDemoWorld({ ownerUrl, keyring: parseKeyring(keys), today: localDateAt(systemClock.now()) })
  }
  const adminUrl = new URL('/portal', server.adminUrl).href
  const asAdmin = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: adminUrl })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  await asAdmin(async (client) => {
    // What an earlier run on a kept folder left set.
    await client.query(`alter role ${embeddedRoles.application} reset all`)
    await client.query('alter system reset autovacuum')
    await client.query('select pg_reload_conf()')
    for (const [name, value] of Object.entries(roleSettings))
      await client.query(`alter role ${embeddedRoles.application} set ${name} = '${value}'`)
  })
  return {
    folder,
    applicationUrl,
    adminUrl,
    postmaster: Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]),
    environment: { DATABASE_URL: applicationUrl, CPR_KEYS: keys, DATA_DIR: folder },
    checkpoint: () => asAdmin(async (client) => void (await client.query('checkpoint'))),
    holdVacuum: () =>
      asAdmin(async (client) => {
        await client.query('alter system set autovacuum = off')
        await client.query('select pg_reload_conf()')
      }),
    tidy: () =>
      asAdmin(async (client) => {
        const { rows } = await client.query<{ name: string }>(
          `select relid::regclass::text as name from pg_stat_user_tables
            where n_mod_since_analyze > 0 or coalesce(last_analyze, last_autoanalyze) is null`,
        )
        if (rows.length > 0) await client.query(`vacuum analyze ${rows.map(({ name }) => name).join(', ')}`)
      }),
    commitMilliseconds: () =>
      asAdmin(async (client) => {
        await client.query('create table if not exists public.bench_commit (n integer)')
        const started = performance.now()
        for (let commit = 0; commit < 200; commit++) await client.query('insert into bench_commit values (1)')
        const milliseconds = (performance.now() - started) / 200
        await client.query('drop table bench_commit')
        return milliseconds
      }),
    count: (table) =>
      asAdmin(async (client) => {
        const found = await client.query<{ count: string }>(`select count(*) from ${table}`)
        return Number(found.rows[0]?.count)
      }),
  }
}
