import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
  /** Milliseconds of a transaction that writes one row and nobody else's. */
  commitMilliseconds(): Promise<number>
  count(table: 'absences'): Promise<number>
}

/**
 * Starts PostgreSQL in a folder of its own below the folder for temporary files.
 * @param roleSettings settings of the application's role, as names and values that need no quoting
 */
export const startDatabase = async (
  cleanup: Cleanup,
  roleSettings: Readonly<Record<string, string>>,
): Promise<BenchDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'udbudsportal-bench-'))
  cleanup.later(() => rmSync(folder, { recursive: true, force: true }))
  // PostgreSQL runs as another user when this process is root.
  chmodSync(folder, 0o755)
  const data = join(folder, 'postgres')
  const server = await startEmbedded(data, databaseSettings)
  cleanup.later(() => server.stop())
  const { ownerUrl, applicationUrl } = await ensureDatabase(server.adminUrl, 'portal')
  await migrateToLatest(ownerUrl, embeddedRoles.application)
  const keys = generateKeyring()
  await seedDemoWorld({ ownerUrl, keyring: parseKeyring(keys), today: localDateAt(systemClock.now()) })
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
