import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Instant } from '#kernel/instant.ts'
import { openDatabase } from '#platform/db/pool.ts'
import { createLog } from '#platform/log.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { deadlineRound, runDeadlines } from '#src/worker-deadlines.ts'
import { portalWithoutDuties, preparedDuty } from '#test/support/prepared-duty.ts'
import { afterwards, type TestDatabase } from '#test/support/test-database.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { until } from '#test/support/until.ts'

const { orders, organisations } = demo
const silent = createLog('silent', 'test')
const parties = [organisations.supplierNord.id, organisations.jobcenterMusvaagevej.id]

/** What a worker is given, as of `now`. */
const worker = (database: TestDatabase['database'], now: string, dueSoonWorkingDays = 2) => ({
  database,
  clock: { now: () => now as Instant },
  log: silent,
  finalReportReading: 'five-whole-days-between' as const,
  dueSoonWorkingDays,
})

/** One round of one worker at noon of a date, or at an instant. */
const round = (portal: TestPortal, at: string, ahead?: number) =>
  deadlineRound(worker(portal.workerDatabase, at.length === 10 ? `${at}T11:00:00.000Z` : at, ahead))

type Told = { type: string; recipients: string[]; data: Record<string, unknown>; path: string; at: Date }
const toldOf = (portal: TestPortal, id: string) =>
  portal.sql<Told>(
    `select type, recipients, data, path from events where data->>'obligationId' = $1 order by position`,
    [id],
  )
const typesOf = async (portal: TestPortal, id: string) => (await toldOf(portal, id)).map(({ type }) => type)

describe('obligation.due-soon', () => {
  test('is told two working days ahead, around Easter too, and then not again', async () => {
    const portal = await portalWithoutDuties()
    // Two working days before the Tuesday after Easter is the Tuesday before it.
    const id = await preparedDuty(portal, { dueOn: '2026-04-07' })
    await round(portal, '2026-03-30')
    await round(portal, '2026-03-30T21:59:59.999Z')
    expect(await typesOf(portal, id)).toEqual([])
    expect(await round(portal, '2026-03-30T22:00:00.000Z')).toEqual({ ended: 0, dueSoon: 1, overdue: 0, failed: false })
    expect(await round(portal, '2026-04-02')).toEqual({ ended: 0, dueSoon: 0, overdue: 0, failed: false })
    expect(await toldOf(portal, id)).toEqual([
      {
        type: 'obligation.due-soon',
        recipients: parties,
        data: { orderId: orders.activityReady.id, obligationId: id, kind: 'interim-report', dueOn: '2026-04-07' },
        path: `/v1/obligations/${id}`,
      },
    ])
  })

  test('follows the setting and the closing days', async () => {
    const portal = await portalWithoutDuties()
    const id = await preparedDuty(portal, { dueOn: '2026-03-18' })
    await round(portal, '2026-03-13', 2)
    expect(await typesOf(portal, id)).toEqual([])
    await round(portal, '2026-03-16', 0)
    expect(await typesOf(portal, id)).toEqual([])
    await portal.sql(
      `insert into closing_days (id, date, label_da, label_en, valid_from) values (uuidv7(), '2026-03-17', 'Lukket', 'Closed', '2026-01-01')`,
    )
    await round(portal, '2026-03-13', 2)
    expect(await typesOf(portal, id)).toEqual(['obligation.due-soon'])
  })
})

describe('obligation.overdue', () => {
  test('is told once its day has ended in Copenhagen, once', async () => {
    const portal = await portalWithoutDuties()
    const id = await preparedDuty(portal, { dueOn: '2026-03-16' })
    await round(portal, '2026-03-16T22:59:59.999Z')
    expect(await typesOf(portal, id)).toEqual(['obligation.due-soon'])
    await round(portal, '2026-03-16T23:00:00.000Z')
    await round(portal, '2026-03-18')
    expect(await typesOf(portal, id)).toEqual(['obligation.due-soon', 'obligation.overdue'])
    expect((await toldOf(portal, id))[1]?.recipients).toEqual(parties)
  })

  test('is told after downtime over the date, both tellings in their order', async () => {
    const portal = await portalWithoutDuties()
    const id = await preparedDuty(portal, { dueOn: '2026-03-16' })
    expect(await round(portal, '2026-04-20')).toEqual({ ended: 0, dueSoon: 1, overdue: 1, failed: false })
    expect(await typesOf(portal, id)).toEqual(['obligation.due-soon', 'obligation.overdue'])
    const feed = await portal.as('supplier-nord').get('/v1/obligations', { query: { status: 'open' } })
    expect(feed.status).toBe(200)
  })

  test('of what is met or waived nothing is told', async () => {
    const portal = await portalWithoutDuties()
    const met = await preparedDuty(portal, { metAt: '2026-03-13T10:00:00.000Z' })
    const late = await preparedDuty(portal, { dueOn: '2026-03-02', metAt: '2026-03-13T10:00:00.000Z' })
    const waived = await preparedDuty(portal, { waivedAt: '2026-03-13T10:00:00.000Z' })
    expect(await round(portal, '2026-04-20')).toMatchObject({ dueSoon: 0, overdue: 0 })
    for (const id of [met, late, waived]) expect(await typesOf(portal, id)).toEqual([])
  })

  test('after an extension both are told again for the new date', async () => {
    const portal = await testPortal({ now: '2026-03-17T11:00:00.000Z' })
    const id = await preparedDuty(portal, { dueOn: '2026-03-16' })
    await round(portal, '2026-03-17')
    const answer = await portal.as('jobcenter-musvaagevej').post(`/v1/obligations/${id}/extension`, {
      dueOn: '2026-03-27',
      reason: 'Aftalt',
      agreedBy: { name: 'Sally Sagsbehandler' },
    })
    expect(answer.status, answer.text).toBe(200)
    await round(portal, '2026-03-17')
    expect(await typesOf(portal, id)).toHaveLength(2)
    await round(portal, '2026-03-25')
    await round(portal, '2026-03-30')
    const told = (await toldOf(portal, id)).map(({ type, data }) => [type, data['dueOn']])
    expect(told).toEqual([
      ['obligation.due-soon', '2026-03-16'],
      ['obligation.overdue', '2026-03-16'],
      ['obligation.due-soon', '2026-03-27'],
      ['obligation.overdue', '2026-03-27'],
    ])
  })
})

describe('several workers', () => {
  test('share a backlog of many batches and tell each duty once', { timeout: 60_000 }, async () => {
    const portal = await portalWithoutDuties()
    const count = 1700
    await portal.sql(
      `insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, residence_municipality,
         target_group, subject, opened_at, opened_because, due_on, due_at, original_due_on)
       select uuidv7(), 'interim-report', id, supplier_id, jobcenter_id, citizen_id, residence_municipality, target_group,
              'n' || n, '2026-03-02T08:00:00Z', 'test', '2026-03-16', '2026-03-16T23:00:00Z', '2026-03-16'
         from orders, generate_series(1, ${count}) as n where id = $1`,
      [orders.activityReady.id],
    )
    const other = openDatabase({
      url: portal.applicationUrl,
      poolSize: 4,
      name: 'another-worker',
      role: 'portal_worker',
      onError: () => undefined,
    })
    afterwards(() => other.close())
    const stop = new AbortController()
    const told = { dueSoon: 0, overdue: 0, failed: 0 }
    const ran = (done: { dueSoon: number; overdue: number; failed: boolean }): void => {
      told.dueSoon += done.dueSoon
      told.overdue += done.overdue
      told.failed += done.failed ? 1 : 0
    }
    const loops = [portal.workerDatabase, portal.workerDatabase, other].map((database) =>
      runDeadlines({ ...worker(database, '2026-04-20T11:00:00.000Z'), signal: stop.signal, ran }),
    )
    await until(() => told.overdue === count)
    // Let whoever would tell one twice do it.
    await Promise.all(
      [portal.workerDatabase, other].map((database) => deadlineRound(worker(database, '2026-04-20T11:00:00.000Z'))),
    )
    stop.abort()
    await Promise.all(loops)
    expect(told).toEqual({ dueSoon: count, overdue: count, failed: 0 })
    const events = await portal.sql<{ type: string; count: string; duties: string }>(
      `select type, count(*), count(distinct data->>'obligationId') as duties from events
        where type like 'obligation.%' group by type order by type`,
    )
    expect(events).toEqual([
      { type: 'obligation.due-soon', count: String(count), duties: String(count) },
      { type: 'obligation.overdue', count: String(count), duties: String(count) },
    ])
    const [disorder] = await portal.sql<{ count: string }>(
      `select count(*) from events s join events o on o.data->>'obligationId' = s.data->>'obligationId'
        where s.type = 'obligation.due-soon' and o.type = 'obligation.overdue' and o.position < s.position`,
    )
    expect(disorder?.count).toBe('0')
  })

  test('a duty that is being met at that moment is not told', async () => {
    const portal = await portalWithoutDuties()
    const id = await preparedDuty(portal)
    const client = await portal.database.pool.connect()
    try {
      await client.query('begin')
      await client.query(`select set_config('portal.organisation', $1, true)`, [organisations.supplierNord.id])
      await client.query(`update obligations set met_at = '2026-03-16T10:00:00Z' where id = $1`, [id])
      expect(await round(portal, '2026-03-20')).toMatchObject({ dueSoon: 0, overdue: 0, failed: false })
      await client.query('commit')
    } finally {
      client.release()
    }
    expect(await round(portal, '2026-03-20')).toMatchObject({ dueSoon: 0, overdue: 0 })
    expect(await typesOf(portal, id)).toEqual([])
  })
})

describe('the job', () => {
  test('goes on after an outage of its database and does what was left', { timeout: 60_000 }, async () => {
    const portal = await portalWithoutDuties()
    const id = await preparedDuty(portal)
    let broken = 3
    const database = {
      ...portal.workerDatabase,
      get kysely() {
        if (broken-- > 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
        return portal.workerDatabase.kysely
      },
    }
    const stop = new AbortController()
    const settable = {
      now: () => '2026-04-20T11:00:00.000Z' as Instant,
      set: async () => undefined,
      refresh: async () => undefined,
    }
    const loop = runDeadlines({
      ...worker(database, '2026-04-20T11:00:00.000Z'),
      sandboxClock: settable,
      signal: stop.signal,
      ran: () => undefined,
    })
    await until(async () => (await typesOf(portal, id)).length === 2)
    stop.abort()
    await loop
    await sleep(0)
    expect(await typesOf(portal, id)).toEqual(['obligation.due-soon', 'obligation.overdue'])
  })

  test('ends a course whose end date has passed, and tells of its final report in time', async () => {
    const portal = await portalWithoutDuties()
    const ended = await round(portal, '2026-05-23')
    expect(ended.failed).toBe(false)
    expect(ended.ended).toBeGreaterThan(0)
    const order = await portal.as('supplier-nord').get(`/v1/orders/${orders.activityReady.id}`)
    expect(order.body).toMatchObject({ status: 'ended' })
    const { body } = await portal.as('supplier-nord').get('/v1/obligations', {
      query: { orderId: orders.activityReady.id, kind: 'final-report' },
    })
    // Ended on Friday 22 May; Whit Monday is no working day.
    expect(body.items.map((item: { dueOn: string }) => item.dueOn)).toEqual(['2026-06-02'])
    expect((await round(portal, '2026-05-23')).ended).toBe(0)
  })
})
