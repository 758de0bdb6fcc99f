import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { systemClock } from '#platform/clock.ts'
import { sandboxClock } from '#platform/sandbox-clock.ts'
import { ConfigError, readConfig } from '#src/config.ts'
import { startWorker } from '#test/features/webhooks/worker-process.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import { type TestDatabase, testDatabase } from '#test/support/test-database.ts'
import { type PortalOverrides, testPortal } from '#test/support/test-portal.ts'
import { until } from '#test/support/until.ts'

/** A portal on a sandbox's clock. */
const sandbox = async (on?: TestDatabase) => {
  const database = on ?? (await testDatabase())
  const clock = sandboxClock(database.database, systemClock)
  const portal = await testPortal({ on: database, clock, sandboxClock: clock } as PortalOverrides)
  const put = (now: string) => portal.anonymous.put('/sandbox/clock', { now })
  return { portal, clock, put, database }
}

const minutesFrom = (a: string, b: string): number => Math.abs(Date.parse(a) - Date.parse(b)) / 60_000

describe('the sandbox clock', () => {
  test('is the real time until it is set, then goes on from there, forwards and backwards', async () => {
    const { portal, put } = await sandbox()
    const before = await portal.anonymous.get('/sandbox/clock')
    expect(before.status).toBe(200)
    expect(minutesFrom(before.body.now, new Date().toISOString())).toBeLessThan(5)
    for (const now of ['2026-04-07T09:00:00.000Z', '2031-01-01T00:00:00+01:00', '2018-03-05T10:00:00Z']) {
      const answer = await put(now)
      expect([answer.status, Object.keys(answer.body)]).toEqual([200, ['now']])
      const read = await portal.anonymous.get('/sandbox/clock')
      expect(minutesFrom(read.body.now, now)).toBeLessThan(5)
      expect(read.body.now >= new Date(now).toISOString()).toBe(true)
    }
  })

  test('is what deadlines follow and what the answers’ Date says, at once; tokens live in real time', async () => {
    const { portal, put } = await sandbox()
    const id = await preparedDuty(portal, { dueOn: '2026-04-07' })
    const supplier = portal.as('supplier-nord')
    await put('2026-04-07T21:00:00Z')
    expect((await supplier.get(`/v1/obligations/${id}`)).body.status).toBe('open')
    await put('2026-04-07T22:00:00Z')
    const overdue = await supplier.get(`/v1/obligations/${id}`)
    expect(overdue.body.status).toBe('overdue')
    expect(minutesFrom(overdue.headers['date'] ?? '', '2026-04-07T22:00:00Z')).toBeLessThan(5)
    await put('2026-04-01T10:00:00Z')
    expect((await supplier.get(`/v1/obligations/${id}`)).body.status).toBe('open')
    await put('2059-04-01T10:00:00Z')
    expect((await supplier.get('/v1/me')).status).toBe(200)
  })

  test('is the same for every server on the database', async () => {
    const one = await sandbox()
    const two = await sandbox(one.database)
    await one.put('2026-04-07T09:00:00Z')
    await two.clock.refresh()
    const read = await two.portal.anonymous.get('/sandbox/clock')
    expect(minutesFrom(read.body.now, '2026-04-07T09:00:00Z')).toBeLessThan(5)
    const restarted = await sandbox(one.database)
    await restarted.clock.refresh()
    expect(minutesFrom(restarted.clock.now(), '2026-04-07T09:00:00Z')).toBeLessThan(5)
  })

  test('a body that is no time, or one beyond the calendar, is a fault', async () => {
    const { portal, put } = await sandbox()
    for (const now of [
      'tomorrow',
      '2026-04-07',
      '2026-04-07T09:00:00',
      '2009-12-31T10:00:00Z',
      '2060-01-01T10:00:00Z',
    ]) {
      const answer = await put(now)
      expect([now, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([now, 400, '/now'])
    }
    const unknown = await portal.anonymous.put('/sandbox/clock', { now: '2026-04-07T09:00:00Z', zone: 'x' })
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([400, '/zone'])
    const wrong = await portal.anonymous.delete('/sandbox/clock')
    expect([wrong.status, wrong.headers['allow']]).toEqual([405, expect.stringContaining('PUT')])
  })

  test('is not there where the portal is no sandbox', async () => {
    const portal = await testPortal()
    for (const answer of [
      await portal.anonymous.get('/sandbox/clock'),
      await portal.anonymous.put('/sandbox/clock', { now: '2026-04-07T09:00:00Z' }),
      await portal.as('administrator').get('/sandbox/clock'),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not-found'])
    }
  })

  test('is refused by the settings in production', () => {
    expect(() => readConfig({ NODE_ENV: 'production', PORTAL_SANDBOX: 'true' })).toThrow(
      /PORTAL_SANDBOX must not be true/,
    )
    expect(readConfig({ PORTAL_SANDBOX: 'true' }).sandbox).toBe(true)
    expect(readConfig({}).sandbox).toBe(false)
  })
})

describe('the settings of deadlines', () => {
  test('have defaults, are read, and are refused when they are none', () => {
    expect(readConfig({})).toMatchObject({ finalReportReading: 'five-whole-days-between', dueSoonWorkingDays: 2 })
    expect(readConfig({ FINAL_REPORT_READING: 'fifth-working-day', DUE_SOON_WORKING_DAYS: '0' })).toMatchObject({
      finalReportReading: 'fifth-working-day',
      dueSoonWorkingDays: 0,
    })
    expect(() => readConfig({ FINAL_REPORT_READING: 'fifth' })).toThrow(ConfigError)
    expect(() => readConfig({ DUE_SOON_WORKING_DAYS: 'two' })).toThrow(ConfigError)
  })
})

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => done(port))
    })
  })

describe('two workers in a sandbox', () => {
  test('tell at once what a clock moved forward makes due, once, into the feeds', { timeout: 120_000 }, async () => {
    const { portal, put } = await sandbox()
    await put('2026-03-02T09:00:00Z')
    const id = await preparedDuty(portal, { dueOn: '2026-03-16' })
    const metricsPort = await freePort()
    const settings = { PORTAL_SANDBOX: 'true', LOG_LEVEL: 'debug' }
    const workers = [
      startWorker(portal.applicationUrl, { ...settings, WORKER_METRICS_PORT: String(metricsPort), HOST: '127.0.0.1' }),
      startWorker(portal.applicationUrl, settings),
    ]
    await Promise.all(workers.map((worker) => worker.ready()))
    const feed = async (client: string): Promise<string[]> => {
      const { body } = await portal.as(client).get('/v1/events', { query: { limit: 500 } })
      return body.items
        .filter((event: { data: { obligationId?: string } }) => event.data.obligationId === id)
        .map((event: { type: string }) => event.type)
    }
    expect(await feed('supplier-nord')).toEqual([])
    await put('2026-03-13T09:00:00Z')
    await until(async () => (await feed('supplier-nord')).length === 1)
    await put('2026-03-17T09:00:00Z')
    await until(async () => (await feed('supplier-nord')).length === 2)
    // Time enough for the other worker to look again.
    await sleep(600)
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      expect(await feed(client)).toEqual(['obligation.due-soon', 'obligation.overdue'])
    }
    expect(await feed('supplier-syd')).toEqual([])
    const figures = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    expect(figures).toMatch(/^obligations_open \d+$/m)
    expect(figures).toMatch(/^obligations_overdue [1-9]\d*$/m)
    expect(figures).toMatch(/^deadline_job_last_success_timestamp_seconds [1-9]/m)
    expect(await Promise.all(workers.map((worker) => worker.end('SIGTERM')))).toEqual([0, 0])
  })
})
