import { randomBytes } from 'node:crypto'
import process from 'node:process'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { localDate } from '#kernel/local-date.ts'
import { migrateToLatest } from '#platform/db/migrations.ts'
import { seedDemoWorld } from '#src/dev/demo-world/seed-demo-world.ts'
import { type Login, type TestServer, urlOf } from './provided-server.ts'
import { testKeyring } from './test-keyring.ts'
import { startServer } from './test-server.ts'

/** The day on which the demo world of the tests was seeded. */
const today = localDate('2026-03-13')

const makeLogins = async (admin: pg.Client, server: TestServer): Promise<void> => {
  const { owner, application } = server
  await admin.query(`create role ${owner.role} login password '${owner.password}'`)
  await admin.query(`create role ${application.role} login password '${application.password}'`)
  for (const group of ['portal_application', 'portal_worker']) {
    // Groups belong to the cluster: an earlier or a parallel run may have made them.
    await admin.query(`do $$ begin
      if not exists (select from pg_roles where rolname = '${group}') then create role ${group} nologin; end if;
    exception when duplicate_object or unique_violation then null; end $$`)
    await admin.query(`grant ${group} to ${owner.role} with admin option`)
  }
  // An administrator who is no superuser needs the owner's rights to make databases for it and to drop them.
  await admin.query(`grant ${owner.role}, ${application.role} to current_user`)
}

const makeTemplate = async (admin: pg.Client, server: TestServer): Promise<void> => {
  await admin.query(`create database ${server.template} owner ${server.owner.role}`)
  const ownerUrl = urlOf(server.adminUrl, server.template, server.owner)
  await migrateToLatest(ownerUrl, server.application.role)
  await seedDemoWorld({ ownerUrl, keyring: testKeyring, today })
  // Nobody may be connected to a template while it is copied, autovacuum included.
  await admin.query(`alter database ${server.template} with allow_connections false`)
}

const removeAll = async (server: TestServer): Promise<void> => {
  const admin = new pg.Client({ connectionString: server.adminUrl })
  await admin.connect()
  try {
    const left = await admin.query<{ name: string }>(
      `select datname as name from pg_database where starts_with(datname, $1)`,
      [server.template],
    )
    for (const { name } of left.rows) await admin.query(`drop database if exists ${name} with (force)`)
    // Its memberships were granted by the owner, who cannot go before them.
    await admin.query(`drop role ${server.application.role}`)
    await admin.query(`drop role ${server.owner.role}`)
  } finally {
    await admin.end()
  }
}

/** Starts or finds the database server of the run, and makes the template on it. Vitest calls what is returned at the end. */
const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const running = await startServer(process.env)
  const run = randomBytes(5).toString('hex')
  const login = (role: string): Login => ({ role, password: randomBytes(16).toString('hex') })
  const server: TestServer = {
    adminUrl: running.adminUrl,
    template: `portal_test_${run}`,
    owner: login(`portal_test_${run}_owner`),
    application: login(`portal_test_${run}_app`),
  }
  const stop = async (): Promise<void> => {
    try {
      // A server of this run's own goes with everything on it.
      if (process.env['DATABASE_URL']) await removeAll(server)
    } finally {
      await running.stop()
    }
  }
  const admin = new pg.Client({ connectionString: server.adminUrl })
  try {
    await admin.connect()
    await makeLogins(admin, server)
    await makeTemplate(admin, server)
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  } finally {
    await admin.end()
  }
  project.provide('testServer', server)
  return stop
}

export default setup
