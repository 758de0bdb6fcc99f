import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absence, runningOrder } from './support.ts'

let portal: TestPortal
const nord = () => portal.as('supplier-nord')
const weekdays = (month: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${month}-${String(from + index).padStart(2, '0')}`)

beforeAll(async () => {
  portal = await testPortal({ now: '2026-05-22T10:00:00.000Z' })
})

const countOf = async (text: string, values: unknown[]): Promise<number> => {
  const rows = await portal.sql<{ count: string }>(text, values)
  return Number(rows[0]?.count)
}

describe('§ 6: one registration per citizen and day, whoever comes at once', () => {
  test('of fifty simultaneous posts one is created, the others name it, and one event is written', async () => {
    const date = '2026-04-15'
    const answers = await Promise.all(Array.from({ length: 50 }, () => nord().post('/v1/absences', absence({ date }))))
    const created = answers.filter((answer) => answer.status === 201)
    expect(created).toHaveLength(1)
    const id = created[0]?.body.id
    for (const answer of answers.filter((candidate) => candidate.status !== 201)) {
      expect([answer.status, answer.body.code, answer.body.existing]).toEqual([
        409,
        'absence-already-registered',
        { id, url: `/v1/absences/${id}` },
      ])
    }
    expect(
      await countOf('select count(*) from absences where order_id = $1 and date = $2', [
        demo.orders.activityReady.id,
        date,
      ]),
    ).toBe(1)
    expect(await countOf(`select count(*) from events where data->>'absenceId' = $1`, [id])).toBe(1)
    expect(await countOf(`select count(*) from refusals where rule = 'absence-already-registered'`, [])).toBe(49)
  })

  test('batches that overlap, in opposite orders, register each day once and end', async () => {
    const orders = [demo.orders.activityReady, demo.orders.sicknessBenefit, demo.orders.dragoer]
    const items = orders.flatMap((order) =>
      weekdays('2026-03', 2, 27).map((date) => absence({ orderId: order.id, activityId: order.activityId, date })),
    )
    const batches = [items, [...items].reverse(), items.slice(20), [...items.slice(0, 50)].reverse()]
    const answers = await Promise.all(batches.map((batch) => nord().post('/v1/absences/batch', { items: batch })))
    for (const answer of answers) expect(answer.status).toBe(200)
    const results = answers.flatMap((answer) => answer.body.results as { status: number; problem?: { code: string } }[])
    const planned = orders.length * 20
    expect(results.filter((result) => result.status === 201)).toHaveLength(planned)
    for (const result of results.filter((candidate) => candidate.status !== 201)) {
      expect(['absence-already-registered', 'nothing-planned-that-day']).toContain(result.problem?.code)
    }
    expect(
      await countOf(
        `select count(*) from events e join absences a on a.id = (e.data->>'absenceId')::uuid where a.date < '2026-04-01'`,
        [],
      ),
    ).toBe(planned)
  })

  test('withdrawals, replacements and registrations of one day, all at once, leave one live registration or none', async () => {
    const order = await runningOrder((client) => portal.as(client), {
      cpr: '6412852225',
      targetGroup: 'education-benefit',
      plan: { '2026-03-02': 60, '2026-03-12': 120 },
    })
    const mine = (changes: Record<string, unknown> = {}) =>
      absence({ orderId: order.id, activityId: order.activityId, ...changes })
    let id = (await nord().post('/v1/absences', mine())).body.id as string
    for (let round = 0; round < 8; round++) {
      const answers = await Promise.all([
        nord().post(`/v1/absences/${id}/withdrawal`, { reason: 'Fejl', registeredBy: { name: 'Liv' } }),
        nord().post('/v1/absences', mine({ absentMinutes: 30, reason: 'late-arrival', replaces: id })),
        nord().post('/v1/absences', mine({ absentMinutes: 60, reason: 'left-early', replaces: id })),
        nord().post('/v1/absences', mine()),
      ])
      for (const answer of answers) expect([200, 201, 409]).toContain(answer.status)
      const live = await portal.sql<{ id: string }>(
        'select id from absences where citizen_id = $1 and date = $2 and withdrawn_at is null',
        [order.citizenId, '2026-03-12'],
      )
      expect(live.length).toBeLessThanOrEqual(1)
      const told = await portal.sql<{ registered: string; withdrawn: string }>(
        `select count(*) filter (where type = 'absence.registered') as registered, count(*) filter (where type = 'absence.withdrawn') as withdrawn
           from events where order_id = $1 and type like 'absence.%'`,
        [order.id],
      )
      expect(Number(told[0]?.registered) - Number(told[0]?.withdrawn)).toBe(live.length)
      id = live[0]?.id ?? ((await nord().post('/v1/absences', mine())).body.id as string)
    }
  })
})

describe('Idempotency-Key on absences', () => {
  test('a repeat gives the first answer byte for byte and writes nothing; another body is refused', async () => {
    const body = absence({ date: '2026-04-16' })
    const first = await nord().post('/v1/absences', body, { idempotencyKey: 'day-16' })
    const second = await nord().post('/v1/absences', body, { idempotencyKey: 'day-16' })
    expect([second.status, second.text, second.headers['idempotency-replayed'], second.headers['location']]).toEqual([
      201,
      first.text,
      'true',
      first.headers['location'],
    ])
    const other = await nord().post('/v1/absences', absence({ date: '2026-04-17' }), { idempotencyKey: 'day-16' })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused'])
    const syd = await portal.as('supplier-syd').post('/v1/absences', body, { idempotencyKey: 'day-16' })
    expect(syd.body.code).toBe('not-found')
  })

  test('twenty at once under one key: one is written, the others replay it or are told that it runs', async () => {
    const body = absence({ date: '2026-04-20' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => nord().post('/v1/absences', body, { idempotencyKey: 'race' })),
    )
    const ids = new Set(answers.filter((answer) => answer.status === 201).map((answer) => answer.body.id))
    expect(ids.size).toBe(1)
    for (const answer of answers) {
      if (answer.status !== 201) expect([answer.status, answer.body.code]).toEqual([409, 'request-in-progress'])
    }
  })

  test('a refused call may be tried again under its key', async () => {
    portal.clock.set('2026-04-20T10:00:00.000Z')
    const body = absence({ date: '2026-04-21' })
    const early = await nord().post('/v1/absences', body, { idempotencyKey: 'too-early' })
    expect(early.body.code).toBe('absence-date-in-future')
    portal.clock.set('2026-05-22T10:00:00.000Z')
    expect((await nord().post('/v1/absences', body, { idempotencyKey: 'too-early' })).status).toBe(201)
  })

  test('a batch keeps its answer too, also one of which a part was registered by another first', async () => {
    const items = [
      absence({ date: '2026-04-22' }),
      absence({ date: '2026-04-22' }),
      { orderId: 'x' },
      absence({ date: '2026-04-23', reason: 'own-sickness' }),
    ]
    const first = await nord().post('/v1/absences/batch', { items }, { idempotencyKey: 'batch' })
    expect(
      first.body.results.map((result: { index: number; status: number; problem?: { code: string } }) => [
        result.index,
        result.status,
        result.problem?.code,
      ]),
    ).toEqual([
      [0, 201, undefined],
      [1, 409, 'absence-already-registered'],
      [2, 400, 'invalid-request'],
      [3, 422, 'sick-leave-not-in-portal'],
    ])
    const second = await nord().post('/v1/absences/batch', { items }, { idempotencyKey: 'batch' })
    expect([second.text, second.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
    const records = await portal.sql<{ rule: string }>(
      `select rule from refusals where request_id = $1 order by rule`,
      [first.headers['x-request-id']],
    )
    expect(records.map((record) => record.rule)).toEqual(['absence-already-registered', 'sick-leave-not-in-portal'])
  })

  test('a batch in which nothing was registered keeps nothing', async () => {
    const items = [absence({ date: '2026-04-22' })]
    await nord().post('/v1/absences/batch', { items }, { idempotencyKey: 'nothing' })
    const again = await nord().post('/v1/absences/batch', { items }, { idempotencyKey: 'nothing' })
    expect(again.headers['idempotency-replayed']).toBeUndefined()
  })
})

describe('a batch of a thousand', () => {
  test('is one transaction with a result for each item; a thousand and one are refused', async () => {
    const items = Array.from({ length: 1000 }, (_, index) =>
      absence({ date: index % 2 === 0 ? '2026-05-04' : '2026-05-05', absentMinutes: 1 + (index % 120) }),
    )
    const answer = await nord().post('/v1/absences/batch', { items })
    expect(answer.body.results).toHaveLength(1000)
    expect(answer.body.results.filter((result: { status: number }) => result.status === 201)).toHaveLength(2)
    const ids = answer.body.results.flatMap((result: { absence?: { id: string } }) => result.absence?.id ?? [])
    const written = await portal.sql<{ transactions: string }>(
      `select count(distinct xmin::text) as transactions from absences where id = any ($1::uuid[])`,
      [ids],
    )
    expect(Number(written[0]?.transactions)).toBe(1)
    const tooMany = await nord().post('/v1/absences/batch', { items: [...items, absence()] })
    expect([tooMany.status, tooMany.body.code]).toEqual([400, 'invalid-request'])
    const none = await nord().post('/v1/absences/batch', { items: [] })
    expect(none.status).toBe(400)
  })
})
