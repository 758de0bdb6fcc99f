import { describe, expect, test } from 'vitest'
import { openDatabase } from '#platform/db/pool.ts'
import { tcpProxy, throughProxy } from '#test/support/tcp-proxy.ts'
import { afterwards, type TestDatabase, testDatabase } from '#test/support/test-database.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { plainTrial, trialRoutes } from '#test/support/trial-route.ts'

const direct = await testDatabase()

const cuttable = async (): Promise<{ on: TestDatabase; proxy: Awaited<ReturnType<typeof tcpProxy>> }> => {
  const { hostname, port } = new URL(direct.applicationUrl)
  const proxy = await tcpProxy(hostname, Number(port || 5432))
  const database = openDatabase({
    url: throughProxy(direct.applicationUrl, proxy),
    poolSize: 4,
    name: 'test-cut',
    onError: () => undefined,
  })
  afterwards(() => database.close())
  return { on: { ...direct, database }, proxy }
}

describe('an error of ours', () => {
  test('is 500 with nothing of what happened, which is in the log under the request id', async () => {
    const trial = plainTrial()
    const portal = await testPortal({ on: direct, routes: trialRoutes(trial) })
    trial.before = () => {
      throw Object.assign(new Error('select * from secrets failed for 0101701234'), {
        detail: 'Key (cpr)=(0101701234)',
      })
    }
    const answer = await portal
      .as('supplier-nord')
      .post('/v1/trials', { text: 'a' }, { headers: { 'x-request-id': 'r1' } })
    expect([answer.status, answer.body.code]).toEqual([500, 'internal-error'])
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type'])
    expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(/secrets|0101701234|trial-route|at /)
    const log = portal.logLines.join('')
    expect(log).toContain('select * from secrets')
    expect(log).toContain('"reqId":"r1"')
    expect(log).not.toContain('0101701234')
    expect((await portal.as('supplier-nord').get('/v1/me')).status).toBe(200)
  })

  test('of the database shows neither query nor values, not in the log either', async () => {
    const trial = plainTrial()
    const portal = await testPortal({ on: direct, routes: trialRoutes(trial) })
    trial.before = async () => {
      await direct.database.pool.query(`select 'top secret value'::integer`)
    }
    const answer = await portal.as('supplier-nord').post('/v1/trials', { text: 'a' })
    expect([answer.status, answer.body.code]).toEqual([500, 'internal-error'])
    expect(answer.text).not.toContain('top secret value')
  })
})

describe('without its database', () => {
  test('the portal answers 503 with Retry-After, is alive but not ready, and recovers by itself', async () => {
    const { on, proxy } = await cuttable()
    const portal = await testPortal({ on, routes: trialRoutes(plainTrial()) })
    const supplier = portal.as('supplier-nord')
    expect((await supplier.post('/v1/trials', { text: 'a' })).status).toBe(201)
    await proxy.cut()
    for (const answer of [
      await supplier.post('/v1/trials', { text: 'a' }),
      await supplier.get('/v1/organisations'),
      await portal.as('supplier-syd').get('/v1/me'),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([503, 'temporarily-unavailable'])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await portal.anonymous.get('/health/live')).status).toBe(200)
    const ready = await portal.anonymous.get('/health/ready')
    expect([ready.status, ready.body]).toEqual([503, { status: 'not-ready', because: 'database-unavailable' }])
    await proxy.restore()
    await expect.poll(async () => (await supplier.post('/v1/trials', { text: 'a' })).status).toBe(201)
    expect((await portal.anonymous.get('/health/ready')).status).toBe(200)
  })

  test('a connection that breaks in the middle of a write is 503, and the write is not there', async () => {
    const { on, proxy } = await cuttable()
    const trial = plainTrial()
    const portal = await testPortal({ on, routes: trialRoutes(trial) })
    const count = async () => (await direct.sql('select from change_log')).length
    const before = await count()
    trial.before = () => proxy.cut()
    const answer = await portal.as('supplier-nord').post('/v1/trials', { text: 'a' })
    expect([answer.status, answer.body.code]).toEqual([503, 'temporarily-unavailable'])
    expect(await count()).toBe(before)
  })

  test('sessions that the database ends, as when it restarts, are 503 or unnoticed', async () => {
    const portal = await testPortal({ on: direct, routes: trialRoutes(plainTrial()) })
    const supplier = portal.as('supplier-nord')
    await Promise.all(Array.from({ length: 8 }, () => supplier.post('/v1/trials', { text: 'a' })))
    await direct.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test-server'`,
    )
    const answers = await Promise.all(Array.from({ length: 8 }, () => supplier.post('/v1/trials', { text: 'a' })))
    for (const { status } of answers) expect([201, 503]).toContain(status)
    await expect.poll(async () => (await supplier.post('/v1/trials', { text: 'a' })).status).toBe(201)
  })

  test('a statement that runs into the time-out is 503', async () => {
    const trial = plainTrial()
    const portal = await testPortal({ on: direct, routes: trialRoutes(trial) })
    trial.before = async () => {
      await direct.database.pool.query(`do $$ begin raise query_canceled; end $$`)
    }
    const answer = await portal.as('supplier-nord').post('/v1/trials', { text: 'a' })
    expect([answer.status, answer.body.code]).toEqual([503, 'temporarily-unavailable'])
  })
})

describe('readiness', () => {
  test('is red while a migration is missing, and while the process stops', async () => {
    const on = await testDatabase()
    let accepting = true
    const portal = await testPortal({ on, accepting: () => accepting })
    const ready = () => portal.anonymous.get('/health/ready')
    expect((await ready()).status).toBe(200)
    accepting = false
    const stopping = await ready()
    expect([stopping.status, stopping.body.because]).toEqual([503, 'shutting-down'])
    expect(stopping.headers['retry-after']).toBe('2')
    accepting = true
    await on.sql(`delete from kysely_migration where name = '0006-webhooks'`)
    const behind = await ready()
    expect([behind.status, behind.body]).toEqual([
      503,
      { status: 'not-ready', because: 'migrations-missing', missing: ['0006-webhooks'] },
    ])
    await on.sql('drop table kysely_migration')
    expect((await ready()).body.because).toBe('migrations-missing')
  })
})
