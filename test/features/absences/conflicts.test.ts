import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absence, runningOrder } from './support.ts'

let portal: TestPortal
const nord = () => portal.as('supplier-nord')
beforeAll(async () => {
  portal = await testPortal({ now: '2026-05-22T10:00:00.000Z' })
})

const waiting = async (atLeast: number): Promise<void> => {
  for (;;) {
    const rows = await portal.sql(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (rows.length >= atLeast) return
    await sleep(20)
  }
}

describe('a key that is under way', () => {
  test('is told at once, and takes no connection, while the first request waits for a lock', async () => {
    const holder = new pg.Client({ connectionString: portal.adminUrl })
    await holder.connect()
    await holder.query('begin')
    await holder.query('select 1 from orders where id = $1 for update', [demo.orders.activityReady.id])
    const body = absence({ date: '2026-04-01' })
    const first = nord().post('/v1/absences', body, { idempotencyKey: 'waits' })
    await waiting(1)
    const others = await Promise.all(
      Array.from({ length: 20 }, () => nord().post('/v1/absences', body, { idempotencyKey: 'waits' })),
    )
    for (const other of others) expect([other.status, other.body.code]).toEqual([409, 'request-in-progress'])
    expect((await portal.as('k-kassen').get('/v1/events')).status).toBe(200)
    await holder.query('rollback')
    expect((await first).status).toBe(201)

    // A repeat does not need the order either.
    await holder.query('begin')
    await holder.query('select 1 from orders where id = $1 for update', [demo.orders.activityReady.id])
    const repeat = await nord().post('/v1/absences', body, { idempotencyKey: 'waits' })
    expect([repeat.status, repeat.text, repeat.headers['idempotency-replayed']]).toEqual([
      201,
      (await first).text,
      'true',
    ])
    await holder.query('rollback')
    await holder.end()
  })

  test('nothing kept gives away what was sent: digests are keyed', async () => {
    const kept = await portal.sql<{ digest: string }>(`select key_digest as digest from idempotency_keys`)
    const bare = await portal.sql<{ digest: string }>(
      `select rtrim(translate(encode(sha256('waits'), 'base64'), '+/', '-_'), '=') as digest`,
    )
    expect(kept.map((row) => row.digest)).not.toContain(bare[0]?.digest)
    expect(kept.length).toBeGreaterThan(0)
  })
})

test('every refusal of a batch names a registration that there is, also when another batch came first', async () => {
  const dates = Array.from({ length: 15 }, (_, index) => `2026-04-${String(index + 7).padStart(2, '0')}`)
  for (const date of dates) {
    const items = [absence({ date }), absence({ date })]
    const answers = await Promise.all([1, 2, 3].map(() => nord().post('/v1/absences/batch', { items })))
    const results = answers.flatMap((answer) => answer.body.results)
    for (const result of results) {
      if (result.problem?.code !== 'absence-already-registered') continue
      const existing = await nord().get(`/v1/absences/${result.problem.existing.id}`)
      expect([date, existing.status]).toEqual([date, 200])
    }
  }
})

test('§ 7: a day from before the citizen first came is in time on the day the citizen came', async () => {
  portal.clock.set('2026-03-06T10:00:00.000Z')
  const order = await runningOrder((client) => portal.as(client), {
    cpr: '6502852227',
    targetGroup: 'education-benefit',
    plan: { '2026-03-02': 60, '2026-03-06': 60 },
    firstMeeting: null,
  })
  const answer = await nord().post(`/v1/orders/${order.id}/first-meeting`, {
    outcome: 'attended',
    on: '2026-03-06',
    absences: [{ date: '2026-03-02', wholeDay: true, reason: 'no-notice' }],
    registeredBy: { name: 'Liv Leverandør' },
  })
  expect(answer.body.absences).toMatchObject([{ late: false, daysLate: 0 }])
  portal.clock.set('2026-05-22T10:00:00.000Z')
})

test('§ 6: a plan may stay as it is though another order, against which a day was held too, was cancelled', async () => {
  const cpr = '6603852228'
  const as = (client: string) => portal.as(client)
  const one = await runningOrder(as, { cpr, targetGroup: 'education-benefit', plan: { '2026-03-12': 60 } })
  const other = await runningOrder(as, {
    cpr,
    targetGroup: 'rehabilitation',
    plan: { '2026-03-12': 120 },
    firstMeeting: null,
  })
  const taken = await nord().post('/v1/absences', absence({ orderId: one.id, activityId: one.activityId }))
  expect(taken.body.absentMinutes).toBe(180)
  const cancelled = await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${other.id}/cancellation`, {
    cause: 'ordered-in-error',
    registeredBy: { name: 'Dorte Udkast', email: 'dorte@jobcenter.example' },
  })
  expect(cancelled.status).toBe(200)
  const plan = (plannedMinutes: number) => ({
    complete: false,
    days: [{ date: '2026-03-12', activityId: one.activityId, plannedMinutes }],
  })
  expect((await nord().put(`/v1/orders/${one.id}/plan`, plan(60), { ifMatch: '"1"' })).status).toBe(200)
  const smaller = await nord().put(`/v1/orders/${one.id}/plan`, plan(30), { ifMatch: '"2"' })
  expect([smaller.status, smaller.body.code]).toEqual([409, 'plan-conflicts-with-record'])
})
