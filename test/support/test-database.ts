import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, inject, onTestFinished, TestRunner } from 'vitest'
import { type Database, openDatabase } from '#platform/db/pool.ts'
import { urlOf } from './provided-server.ts'

/** A migrated and seeded database of its own. */
export type TestDatabase = {
  /** As the server uses it. */
  readonly database: Database
  /** As the worker uses it: every connection acts as `portal_worker`. */
  readonly workerDatabase: Database
  readonly ownerUrl: string
  readonly applicationUrl: string
  readonly adminUrl: string
  /** Runs SQL as a superuser, or whatever administrates the server: sees and changes everything. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** Runs when the current test ends, or outside of tests when the file (or describe) does. */
export const afterwards = (work: () => Promise<void>): void => {
  if (TestRunner.getCurrentTest()) onTestFinished(work, 60_000)
  else afterAll(work, 60_000)
}

const asAdmin = async <T>(work: (admin: pg.Client) => Promise<T>): Promise<T> => {
  const admin = new pg.Client({ connectionString: inject('testServer').adminUrl })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

const beingCopied = '55006'

const clone = (name: string): Promise<void> =>
  asAdmin(async (admin) => {
    const { template, owner } = inject('testServer')
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.query(`create database ${name} template ${template} owner ${owner.role}`)
        return
      } catch (error) {
        if ((error as { code?: string }).code !== beingCopied || attempt === 50) throw error
        await sleep(20 + Math.random() * 100)
      }
    }
  })

/**
 * A database cloned from the run's template. Call it while the file is collected (`await testDatabase()` at its top) for
 * one per file, or inside a test for one of its own; it is dropped when that ends.
 */
export const testDatabase = async (): Promise<TestDatabase> => {
  const { adminUrl, template, owner, application } = inject('testServer')
  const name = `${template}_${randomBytes(5).toString('hex')}`
  await clone(name)
  const applicationUrl = urlOf(adminUrl, name, application)
  // Dropping the database under open pools is something that tests do; their connections then break.
  const options = { url: applicationUrl, onError: () => undefined }
  const database = openDatabase({ ...options, name: 'test-server', poolSize: 10 })
  const workerDatabase = openDatabase({ ...options, name: 'test-worker', poolSize: 4, role: 'portal_worker' })
  const superuser = new pg.Pool({ connectionString: urlOf(adminUrl, name), max: 2 })
  superuser.on('error', () => undefined)
  afterwards(async () => {
    await Promise.allSettled([database.close(), workerDatabase.close(), superuser.end()])
    await asAdmin((admin) => admin.query(`drop database if exists ${name} with (force)`))
  })
  return {
    database,
    workerDatabase,
    applicationUrl,
    ownerUrl: urlOf(adminUrl, name, owner),
    adminUrl: urlOf(adminUrl, name),
    sql: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await superuser.query<Row>(text, [...values])).rows,
  }
}
