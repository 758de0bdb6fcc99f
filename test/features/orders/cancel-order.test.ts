import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import {
  agreements,
  approved,
  atTheFund,
  attend,
  committed,
  dorte,
  draft,
  eventsOf,
  must,
  organisations,
  plan,
  refusal,
} from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const cancel = (id: string, changes: Record<string, unknown> = {}, client = 'jobcenter-musvaagevej') =>
  as(client).post(`/v1/orders/${id}/cancellation`, { cause: 'citizen-not-available', registeredBy: dorte, ...changes })
beforeAll(async () => {
  portal = await testPortal()
})

describe('an order is cancelled before its course begins', () => {
  test('a draft: nobody is told, since nobody had heard of it', async () => {
    const { id } = await draft(as)
    const answer = await cancel(id, { cause: 'ordered-in-error', text: 'Forkert leverandør' })
    expect(answer.body).toMatchObject({
      status: 'cancelled',
      cancellation: { cause: 'ordered-in-error', text: 'Forkert leverandør', cancelledAt: '2026-03-13T10:00:00.000Z' },
    })
    expect(await eventsOf(portal, id)).toEqual([])
    expect((await as('supplier-nord').get(`/v1/orders/${id}`)).status).toBe(404)
  })

  test('an approved one: the supplier is told why in a code, and the agreement has its money back', async () => {
    const before = await committed(portal, agreements.supplierNord.id)
    const { id } = await approved(as)
    expect(await committed(portal, agreements.supplierNord.id)).toBe(before + 120 * 45_000)
    expect((await cancel(id, { text: 'Borgeren er flyttet' })).status).toBe(200)
    expect(await committed(portal, agreements.supplierNord.id)).toBe(before)
    const [, told] = await eventsOf(portal, id)
    expect(told).toEqual({
      type: 'order.cancelled',
      recipients: [organisations.supplierNord.id],
      data: { orderId: id, cause: 'citizen-not-available' },
    })
    expect((await as('supplier-nord').get(`/v1/orders/${id}`)).body).toMatchObject({
      status: 'cancelled',
      cancellation: { text: 'Borgeren er flyttet' },
    })
  })

  test('order-state: once, and not while the citizen attends', async () => {
    const { id } = await draft(as)
    await cancel(id)
    expect(refusal(await cancel(id))).toEqual([409, 'order-state'])
    const running = await approved(as)
    must(await attend(as('supplier-nord'), running.id, '2026-03-02'))
    const answer = await cancel(running.id)
    expect(refusal(answer)).toEqual([409, 'order-state'])
    expect(answer.body).toMatchObject({
      orderStatus: 'approved',
      courseStatus: 'attending',
      allowedIn: ['draft', 'approved before its course began'],
    })
  })

  test('§ 7: for a group without the first-meeting procedure, until the first date; what is registered keeps its order', async () => {
    const later = await approved(as, { ...atTheFund, startDate: '2026-03-14', firstMeetingAt: '2026-03-16T08:00:00Z' })
    expect((await cancel(later.id)).status).toBe(200)
    const order = await approved(as, { ...atTheFund, startDate: '2026-03-13', firstMeetingAt: '2026-03-13T08:00:00Z' })
    must(await plan(as('supplier-akasse'), order, { '2026-03-13': 60 }))
    const absence = {
      orderId: order.id,
      activityId: order.activities[0].id,
      date: '2026-03-13',
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: dorte,
    }
    must(await as('supplier-akasse').post('/v1/absences', absence))
    expect(refusal(await cancel(order.id))).toEqual([409, 'order-state'])
  })

  test('ten at once cancel once and give the money back once', async () => {
    const before = await committed(portal, agreements.supplierNord.id)
    const { id } = await approved(as)
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(await committed(portal, agreements.supplierNord.id)).toBe(before)
    expect((await eventsOf(portal, id)).map((event) => event.type)).toEqual(['order.placed', 'order.cancelled'])
  })

  test('cancelled while the citizen comes: one of the two happens', async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await approved(as)
      const [cancelled, attended] = await Promise.all([cancel(id), attend(as('supplier-nord'), id, '2026-03-02')])
      expect([cancelled.status, attended.status].sort()).toEqual([200, 409])
      const { body } = await as('jobcenter-musvaagevej').get(`/v1/orders/${id}`)
      expect([body.status, body.course.status]).toEqual(
        cancelled.status === 200 ? ['cancelled', 'awaiting-first-meeting'] : ['approved', 'attending'],
      )
    }
  })

  test('by its own jobcenter alone, with a known cause', async () => {
    const { id } = await approved(as)
    expect(refusal(await cancel(id, {}, 'jobcenter-skelbaekgade'))).toEqual([404, 'not-found'])
    expect(refusal(await cancel(id, {}, 'supplier-nord'))).toEqual([403, 'forbidden'])
    expect(refusal(await cancel(id, {}, 'k-kassen'))).toEqual([403, 'forbidden'])
    expect(refusal(await cancel(id, { cause: 'weather' }))).toEqual([400, 'invalid-request'])
    expect((await cancel(id, { registeredBy: { name: 'Dorte' } })).status).toBe(200)
  })

  test('nothing more happens to it: no plan, no first meeting, no approval', async () => {
    const order = await approved(as)
    await cancel(order.id)
    expect(refusal(await plan(as('supplier-nord'), order, { '2026-03-03': 60 }))).toEqual([409, 'order-state'])
    expect(refusal(await attend(as('supplier-nord'), order.id, '2026-03-03'))).toEqual([409, 'order-state'])
  })
})
