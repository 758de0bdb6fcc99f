import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approved, attend, demoOrders, draft, liv, must, organisations, plan, refusal } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 4: the plan of an order', () => {
  test('the first is made, later ones replace it as a whole; the order says what is left', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-03-16T08:00:00Z' })
    const empty = await nord().get(`/v1/orders/${order.id}/plan`)
    expect([empty.status, empty.body.days]).toEqual([200, []])
    const first = await plan(nord(), order, { '2026-03-03': 240, '2026-03-02': 120 })
    expect([first.status, first.headers['etag']]).toEqual([201, '"1"'])
    expect(first.body).toMatchObject({
      complete: false,
      orderedMinutes: 7200,
      plannedMinutes: 360,
      remainingMinutes: 6840,
    })
    expect(first.body.days.map((day: { date: string }) => day.date)).toEqual(['2026-03-02', '2026-03-03'])
    const second = await plan(nord(), order, { '2026-05-22': 60 }, { ifMatch: '"1"' })
    expect([second.status, second.headers['etag']]).toEqual([200, '"2"'])
    expect(second.body.days).toEqual([{ date: '2026-05-22', activityId: order.activities[0].id, plannedMinutes: 60 }])
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      const read = await as(client).get(`/v1/orders/${order.id}/plan`)
      expect([read.body, read.headers['etag']], client).toEqual([second.body, '"2"'])
    }
    const { body } = await nord().get(`/v1/orders/${order.id}`)
    expect(body).toMatchObject({ plannedMinutes: 60, remainingMinutes: 7140, planComplete: false })
    const history = await portal.sql(
      "select changes from change_log where order_id = $1 and action = 'planned' order by position",
      [order.id],
    )
    expect(history.map((row) => row['changes'])).toMatchObject([
      { plannedMinutes: { from: 0, to: 360 } },
      { plannedMinutes: { from: 360, to: 60 } },
    ])
  })

  test('the ETag of the empty plan is one that the first PUT may send; a wrong one is not', async () => {
    const order = await approved(as)
    const { headers } = await nord().get(`/v1/orders/${order.id}/plan`)
    expect(refusal(await plan(nord(), order, {}, { ifMatch: '"1"' }))).toEqual([412, 'precondition-failed'])
    expect((await plan(nord(), order, {}, { ifMatch: headers['etag'] ?? '' })).status).toBe(201)
  })

  test('428 without If-Match, 412 with an old one; * means whatever stands', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-03-16T08:00:00Z' })
    must(await plan(nord(), order, { '2026-03-02': 60 }))
    expect(refusal(await plan(nord(), order, {}))).toEqual([428, 'if-match-required'])
    const stale = await plan(nord(), order, {}, { ifMatch: '"0"' })
    expect([refusal(stale), stale.headers['etag']]).toEqual([[412, 'precondition-failed'], '"1"'])
    expect(refusal(await plan(nord(), order, {}, { ifMatch: 'W/"1"' }))).toEqual([412, 'precondition-failed'])
    expect((await plan(nord(), order, {}, { ifMatch: '*' })).status).toBe(200)
    expect((await plan(nord(), order, {}, { ifMatch: '"7", "2"' })).status).toBe(200)
  })

  test('of plans with the same If-Match at the same moment one is taken, the others are stale', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-03-16T08:00:00Z' })
    must(await plan(nord(), order, { '2026-03-02': 60 }))
    for (let version = 1; version <= 10; version++) {
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, index) =>
          plan(nord(), order, { '2026-03-03': 10 * (index + 1) }, { ifMatch: `"${version}"` }),
        ),
      )
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412, 412])
      const taken = answers.find((answer) => answer.status === 200)
      expect((await nord().get(`/v1/orders/${order.id}/plan`)).body).toEqual(taken?.body)
    }
  })

  test('of two first plans at the same moment one is made', async () => {
    for (let round = 0; round < 10; round++) {
      const order = await approved(as)
      const answers = await Promise.all([
        plan(nord(), order, { '2026-03-02': 60 }),
        plan(nord(), order, { '2026-03-03': 60 }),
      ])
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, 428])
    }
  })

  test('GET answers 304 while the plan is the same', async () => {
    const { id } = demoOrders.activityReady
    const { headers } = await nord().get(`/v1/orders/${id}/plan`)
    const again = await nord().get(`/v1/orders/${id}/plan`, { headers: { 'if-none-match': headers['etag'] ?? '' } })
    expect([again.status, again.text]).toEqual([304, ''])
  })
})

describe('§ 4: what a plan has to fit', () => {
  test('plan-outside-order: before the start, after the end', async () => {
    const order = await approved(as)
    const answer = await plan(nord(), order, { '2026-03-01': 60, '2026-03-02': 60, '2026-05-23': 60 })
    expect(refusal(answer)).toEqual([422, 'plan-outside-order'])
    expect(answer.body).toMatchObject({ dates: ['2026-03-01', '2026-05-23'], from: '2026-03-02', to: '2026-05-22' })
    expect((await plan(nord(), order, { '2026-03-02': 60, '2026-05-22': 60 })).status).toBe(201)
  })

  test('plan-exceeds-order by one minute; plan-total-differs unless complete is exact', async () => {
    const order = await approved(as, { orderedMinutes: 240 })
    expect(refusal(await plan(nord(), order, { '2026-03-02': 120, '2026-03-03': 121 }))).toEqual([
      422,
      'plan-exceeds-order',
    ])
    const short = await plan(nord(), order, { '2026-03-02': 120, '2026-03-03': 119 }, { complete: true })
    expect([refusal(short), short.body.differenceMinutes]).toEqual([[422, 'plan-total-differs'], -1])
    const exact = await plan(nord(), order, { '2026-03-02': 30, '2026-05-22': 210 }, { complete: true })
    expect([exact.status, exact.body.complete, exact.body.remainingMinutes]).toEqual([201, true, 0])
  })

  test("not-found with the place: another order's activity, and none at all", async () => {
    const order = await approved(as)
    const strange = { id: order.id, activities: [{ id: demoOrders.activityReady.activityId }] }
    const answer = await plan(nord(), strange, { '2026-03-02': 60 })
    expect([refusal(answer), answer.body.errors[0]]).toMatchObject([
      [404, 'not-found'],
      { pointer: '/days/0/activityId', code: 'not-found' },
    ])
    const nowhere = { id: order.id, activities: [{ id: '01890000-0000-7000-8000-00000000dead' }] }
    expect(refusal(await plan(nord(), nowhere, { '2026-03-02': 60 }))).toEqual([404, 'not-found'])
  })

  test('identifiers are the same in capitals', async () => {
    const order = await approved(as, {
      supplierId: organisations.supplierNord.id.toUpperCase(),
      deliveryAddressId: organisations.supplierNord.deliveryAddresses[0].id.toUpperCase(),
    })
    const activityId = order.activities[0].id as string
    const days = [activityId, activityId.toUpperCase()].map((id) => ({
      date: '2026-03-02',
      activityId: id,
      plannedMinutes: 60,
    }))
    const put = (count: number) =>
      nord().put(`/v1/orders/${order.id.toUpperCase()}/plan`, { complete: false, days: days.slice(-count) })
    expect(refusal(await put(2))).toEqual([400, 'invalid-request'])
    expect((await put(1)).body.days).toEqual([{ date: '2026-03-02', activityId, plannedMinutes: 60 }])
  })

  test.each(['proposed', 'rejected'])('activity-not-approved: %s', async (status) => {
    const order = await approved(as)
    await portal.sql('update activities set status = $2 where order_id = $1', [order.id, status])
    const answer = await plan(nord(), order, { '2026-03-02': 60 })
    expect([refusal(answer), answer.body.activityStatus, answer.body.activityId]).toEqual([
      [409, 'activity-not-approved'],
      status,
      order.activities[0].id,
    ])
  })

  test('one entry per date and activity, whole minutes of one day', async () => {
    const order = await approved(as)
    const day = { date: '2026-03-02', activityId: order.activities[0].id, plannedMinutes: 60 }
    const put = (days: unknown[]) => nord().put(`/v1/orders/${order.id}/plan`, { complete: false, days })
    const twice = await put([day, { ...day, date: '2026-03-03' }, day])
    expect([refusal(twice), twice.body.errors[0]]).toMatchObject([
      [400, 'invalid-request'],
      { pointer: '/days/2', code: 'duplicate' },
    ])
    for (const plannedMinutes of [0, -1, 1.5, 1441, '60', null]) {
      const answer = await put([{ ...day, plannedMinutes }])
      expect([refusal(answer), answer.body.errors[0].pointer], String(plannedMinutes)).toEqual([
        [400, 'invalid-request'],
        '/days/0/plannedMinutes',
      ])
    }
    expect(refusal(await put([{ ...day, date: '2026-02-30' }]))).toEqual([400, 'invalid-request'])
    expect((await put([{ ...day, plannedMinutes: 1440 }])).status).toBe(201)
  })

  test('plan-day-too-long: a day over all its activities, the dates listed', async () => {
    const order = await approved(as)
    const other = must(
      await as('jobcenter-musvaagevej').post(`/v1/orders/${order.id}/activities`, {
        ...{ kind: 'coordination', title: 'Læge', place: { kind: 'authority' } },
        ...{ startDate: '2026-03-02', endDate: '2026-05-22', registeredBy: { name: 'Dorte Udkast' } },
      }),
    ).body
    const put = (minutes: number) =>
      nord().put(`/v1/orders/${order.id}/plan`, {
        complete: false,
        days: [
          { date: '2026-03-14', activityId: order.activities[0].id, plannedMinutes: 1440 - minutes },
          { date: '2026-03-14', activityId: other.id, plannedMinutes: minutes + 1 },
          { date: '2026-03-16', activityId: other.id, plannedMinutes: 1440 },
        ],
      })
    const answer = await put(60)
    expect([refusal(answer), answer.body.dates]).toEqual([[422, 'plan-day-too-long'], ['2026-03-14']])
  })

  test('nobody else plans, and nobody plans a draft', async () => {
    const order = await draft(as)
    expect(refusal(await plan(nord(), order, {}))).toEqual([404, 'not-found'])
    expect(refusal(await plan(as('supplier-syd'), order, {}))).toEqual([404, 'not-found'])
    expect(refusal(await plan(as('jobcenter-musvaagevej'), order, {}))).toEqual([403, 'forbidden'])
    expect(refusal(await as('jobcenter-skelbaekgade').get(`/v1/orders/${order.id}/plan`))).toEqual([404, 'not-found'])
    expect(refusal(await as('k-kassen').get(`/v1/orders/${demoOrders.activityReady.id}/plan`))).toEqual([
      403,
      'forbidden',
    ])
  })
})

describe('ours: plan-conflicts-with-record', () => {
  test('the day on which the citizen came to the first meeting stays in the plan that held it', async () => {
    const order = await approved(as)
    must(await plan(nord(), order, { '2026-03-02': 120, '2026-03-03': 120 }))
    must(await attend(nord(), order.id, '2026-03-02'))
    const dropped = await plan(nord(), order, { '2026-03-03': 120 }, { ifMatch: '*' })
    expect([refusal(dropped), dropped.body.dates]).toEqual([[409, 'plan-conflicts-with-record'], ['2026-03-02']])
    must(await plan(nord(), order, { '2026-03-02': 1, '2026-03-04': 120 }, { ifMatch: '*' }))
    const unplanned = await approved(as)
    must(await plan(nord(), unplanned, { '2026-03-03': 120 }))
    must(await attend(nord(), unplanned.id, '2026-03-02'))
    must(await plan(nord(), unplanned, { '2026-03-04': 120 }, { ifMatch: '*' }))
  })

  test('a day may shrink to what is registered on it, not below; the dates are listed; other days are free', async () => {
    const order = await approved(as)
    must(await plan(nord(), order, { '2026-03-02': 120, '2026-03-03': 120, '2026-03-04': 120, '2026-03-05': 120 }))
    must(await attend(nord(), order.id, '2026-03-02'))
    const absence = (date: string, extent: object) => ({
      orderId: order.id,
      activityId: order.activities[0].id,
      date,
      reason: 'no-notice',
      registeredBy: liv,
      ...extent,
    })
    const first = must(await nord().post('/v1/absences', absence('2026-03-03', { absentMinutes: 90 }))).body
    must(await nord().post('/v1/absences', absence('2026-03-05', { wholeDay: true })))
    const answer = await plan(
      nord(),
      order,
      { '2026-03-02': 120, '2026-03-03': 89, '2026-03-05': 119 },
      { ifMatch: '"1"' },
    )
    expect([refusal(answer), answer.body.dates]).toEqual([
      [409, 'plan-conflicts-with-record'],
      ['2026-03-03', '2026-03-05'],
    ])
    const none = await plan(nord(), order, {}, { ifMatch: '"1"' })
    expect(none.body.dates).toEqual(['2026-03-02', '2026-03-03', '2026-03-05'])
    must(await plan(nord(), order, { '2026-03-02': 120, '2026-03-03': 90, '2026-03-05': 120 }, { ifMatch: '"1"' }))
    must(await nord().post(`/v1/absences/${first.id}/withdrawal`, { reason: 'Forkert borger', registeredBy: liv }))
    must(await plan(nord(), order, { '2026-03-02': 120, '2026-03-05': 120 }, { ifMatch: '"2"' }))
  })
})
