import { beforeAll, describe, expect, test } from 'vitest'
import {
  approved,
  atTheFund,
  attend,
  demoOrders,
  draft,
  eventsOf,
  liv,
  must,
  organisations,
  plan,
  refusal,
} from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 7: the citizen came to the first meeting', () => {
  test('the course is attending, and the jobcenter is told', async () => {
    const { id } = await approved(as)
    const answer = await attend(nord(), id, '2026-03-02')
    expect([answer.status, answer.headers['etag']]).toEqual([200, '"3"'])
    expect(answer.body).toMatchObject({
      status: 'approved',
      course: { status: 'attending', firstAttendedOn: '2026-03-02' },
    })
    const [, told] = await eventsOf(portal, id)
    expect(told).toEqual({
      type: 'first-meeting.attended',
      recipients: [organisations.jobcenterMusvaagevej.id],
      data: { orderId: id, on: '2026-03-02' },
    })
  })

  test('first-meeting-already-settled: twice, also at the same moment', async () => {
    const { id } = await approved(as)
    const answers = await Promise.all(Array.from({ length: 8 }, () => attend(nord(), id, '2026-03-02')))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    for (const answer of answers)
      if (answer.status !== 200) expect(refusal(answer)).toEqual([409, 'first-meeting-already-settled'])
    expect((await eventsOf(portal, id)).map((event) => event.type)).toEqual(['order.placed', 'first-meeting.attended'])
    expect(refusal(await attend(nord(), id, '2026-03-03'))).toEqual([409, 'first-meeting-already-settled'])
  })

  test.each([
    ['before the start', '2026-03-01'],
    ['tomorrow', '2026-03-14'],
    ['after the end', '2026-05-23'],
  ])('first-meeting-date: %s', async (_, on) => {
    const { id } = await approved(as)
    expect(refusal(await attend(nord(), id, on))).toEqual([422, 'first-meeting-date'])
  })

  test('today is the day in Copenhagen, not in Greenwich', async () => {
    const { id } = await approved(as)
    portal.clock.set('2026-03-13T22:59:59.000Z')
    expect(refusal(await attend(nord(), id, '2026-03-14'))).toEqual([422, 'first-meeting-date'])
    portal.clock.set('2026-03-13T23:00:00.000Z')
    expect((await attend(nord(), id, '2026-03-14')).status).toBe(200)
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('back-registration-incomplete lists the planned days since the first date, up to the day before', async () => {
    const order = await approved(as)
    const days = { '2026-03-02': 120, '2026-03-03': 120, '2026-03-05': 60, '2026-03-06': 60 }
    must(await plan(nord(), order, days))
    const answer = await attend(nord(), order.id, '2026-03-06')
    expect(refusal(answer)).toEqual([422, 'back-registration-incomplete'])
    expect(answer.body.missingDates).toEqual(['2026-03-02', '2026-03-03', '2026-03-05'])
    expect(await eventsOf(portal, order.id)).toHaveLength(1)
    expect((await attend(nord(), order.id, '2026-03-02')).status).toBe(200)
  })

  test('nothing has to be told of days before the meeting that was arranged', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-03-05T08:00:00Z' })
    must(await plan(nord(), order, { '2026-03-03': 60, '2026-03-05': 60 }))
    expect((await attend(nord(), order.id, '2026-03-05')).status).toBe(200)
  })

  test('a citizen may come before the day that was arranged', async () => {
    const order = await approved(as, { firstMeetingAt: '2026-03-05T08:00:00Z' })
    expect((await attend(nord(), order.id, '2026-03-03')).body.course).toMatchObject({ firstAttendedOn: '2026-03-03' })
  })

  test('a group without the procedure registers absence from its first date, and owes no days when the citizen comes', async () => {
    const order = await approved(as, atTheFund)
    const fund = as('supplier-akasse')
    must(await plan(fund, order, { '2026-03-02': 60, '2026-03-03': 60, '2026-03-04': 60 }))
    const absence = {
      orderId: order.id,
      activityId: order.activities[0].id,
      date: '2026-03-02',
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: liv,
    }
    must(await fund.post('/v1/absences', absence))
    expect((await attend(fund, order.id, '2026-03-04')).status).toBe(200)
  })

  test('after it absence is registered, before it none', async () => {
    const order = await approved(as)
    must(await plan(nord(), order, { '2026-03-03': 120 }))
    const absence = {
      orderId: order.id,
      activityId: order.activities[0].id,
      date: '2026-03-03',
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: liv,
    }
    expect(refusal(await nord().post('/v1/absences', absence))).toEqual([409, 'course-not-started'])
    must(await attend(nord(), order.id, '2026-03-02'))
    expect((await nord().post('/v1/absences', absence)).status).toBe(201)
  })

  test('nobody comes to a draft, to a cancelled order, or to the order of another supplier', async () => {
    const { id } = await draft(as)
    expect(refusal(await attend(nord(), id, '2026-03-02'))).toEqual([404, 'not-found'])
    expect(refusal(await attend(nord(), demoOrders.supplierSyd.id, '2026-03-02'))).toEqual([404, 'not-found'])
    expect(refusal(await attend(as('jobcenter-musvaagevej'), id, '2026-03-02'))).toEqual([403, 'forbidden'])
    const cancelled = await approved(as)
    must(
      await as('jobcenter-musvaagevej').post(`/v1/orders/${cancelled.id}/cancellation`, {
        cause: 'other',
        registeredBy: { name: 'Dorte', email: 'dorte@jobcenter.example' },
      }),
    )
    const answer = await attend(nord(), cancelled.id, '2026-03-02')
    expect([refusal(answer), answer.body.allowedIn]).toEqual([[409, 'order-state'], ['approved']])
  })
})
