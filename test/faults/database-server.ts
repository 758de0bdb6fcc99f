import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { localDate } from '#kernel/local-date.ts'
import { migrateToLatest } from '#platform/db/migrations.ts'
import { seedDemoWorld } from '#src/dev/demo-world/seed-demo-world.ts'
import { embeddedRoles, ensureDatabase, startEmbedded } from '#src/dev/embedded/embedded-database.ts'
import { tcpProxy, throughProxy } from '#test/support/tcp-proxy.ts'
import { afterwards } from '#test/support/test-database.ts'
import { testKeyring } from '#test/support/test-keyring.ts'

/** A PostgreSQL of its own that a test may kill, with a migrated and seeded portal in it, behind a relay. */
export type KillableDatabase = {
  /** By the relay: these survive a restart on another port. */
  readonly applicationUrl: string
  readonly ownerUrl: string
  /** Ends every process of the server at once, as a power cut would, and starts it again. */
  kill(): Promise<void>
  /** The connections of now go dead; neither side hears of it. */
  blackHole(): void
  /** SQL as the superuser, directly. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** Waits until the process is gone. */
const gone = async (pid: number): Promise<void> => {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await sleep(10)
  }
}

/** Starts it; it is removed when the test ends. Writes reach the disk as in production. */
export const killableDatabase = async (today: string): Promise<KillableDatabase> => {
  const parent = mkdtempSync(join(tmpdir(), 'udbudsportal-faults-'))
  execFileSync('chmod', ['755', parent])
  const folder = join(parent, 'postgres')
  let server = await startEmbedded(folder)
  afterwards(async () => {
    await server.stop()
    rmSync(parent, { recursive: true, force: true })
  })
  const { ownerUrl, applicationUrl } = await ensureDatabase(server.adminUrl, 'udbudsportal')
  await migrateToLatest(ownerUrl, embeddedRoles.application)
  await seedDemoWorld({ ownerUrl, keyring: testKeyring, today: localDate(today) })
  const relay = await tcpProxy('127.0.0.1', server.port)
  const sql = async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
    const url = new URL(server.adminUrl)
    url.pathname = '/udbudsportal'
    const client = new pg.Client({ connectionString: url.href })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<Row>(text, [...values])).rows
    } finally {
      await client.end()
    }
  }
  return {
    applicationUrl: throughProxy(applicationUrl, relay),
    ownerUrl: throughProxy(ownerUrl, relay),
    kill: async () => {
      const postmaster = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
      const others = await sql<{ pid: number }>('select pid from pg_stat_activity where pid <> pg_backend_pid()')
      const pids = [postmaster, ...others.map((row) => row.pid)]
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It ended by itself meanwhile.
        }
      }
      await Promise.all(pids.map(gone))
      server = await startEmbedded(folder)
      relay.pointTo(server.port)
    },
    blackHole: () => relay.swallow(),
    sql,
  }
}
