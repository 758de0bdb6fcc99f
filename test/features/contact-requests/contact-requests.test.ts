import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestAnswer, testPortal } from '#test/support/test-portal.ts'

const { orders, organisations } = demo
const portal = await testPortal()
const nord = portal.as('supplier-nord')
const kKassen = portal.as('k-kassen')
const path = `/v1/orders/${orders.activityReady.id}/contact-requests`
const asking = { text: 'Borgeren svarer ikke, kodeord paraply', registeredBy: { name: 'Kaja Kasse' } }
const answering = {
  reached: true,
  text: 'Borgeren ringer, kodeord gummistøvle',
  registeredBy: { name: 'Liv Leverandør' },
}
const ask = async (): Promise<string> => (await kKassen.post(path, asking)).body.id as string
const obligation = async (id: string) => {
  const [row] = await portal.sql<{ due_on: string; met: boolean; days_late: number | null; met_by: string | null }>(
    `select due_on::text, met_at is not null as met, days_late, met_by from obligations where kind = 'contact-request' and subject = $1`,
    [id],
  )
  return row
}

describe('§ 8: the benefits office asks the supplier to get hold of a citizen', () => {
  test('the supplier is told and owes it the same day; its answer meets the duty and is told to whoever asked', async () => {
    const created = await kKassen.post(path, asking)
    expect(created.status).toBe(201)
    const { id } = created.body
    expect(created.body).toMatchObject({ dueOn: '2026-03-13', benefitsOfficeId: organisations.kKassen.id })
    expect(await obligation(id)).toEqual({ due_on: '2026-03-13', met: false, days_late: null, met_by: null })
    const answered = await nord.post(`/v1/contact-requests/${id}/response`, answering)
    expect([answered.status, answered.body.response.reached]).toEqual([200, true])
    expect(await obligation(id)).toEqual({ due_on: '2026-03-13', met: true, days_late: 0, met_by: id })
    const events = await portal.sql<{ type: string; recipients: string[]; data: unknown }>(
      `select type, recipients, data from events where data->>'contactRequestId' = $1 order by position`,
      [id],
    )
    expect(events).toEqual([
      {
        type: 'contact-request.created',
        recipients: [organisations.supplierNord.id],
        data: { orderId: orders.activityReady.id, contactRequestId: id, dueOn: '2026-03-13' },
      },
      {
        type: 'contact-request.answered',
        recipients: [organisations.kKassen.id],
        data: { orderId: orders.activityReady.id, contactRequestId: id },
      },
    ])
    for (const client of ['supplier-nord', 'k-kassen', 'jobcenter-musvaagevej']) {
      const one = await portal.as(client).get(`/v1/contact-requests/${id}`)
      expect([one.status, one.body.text, one.body.response.text]).toEqual([200, asking.text, answering.text])
      expect(one.headers['etag']).toBe('"2"')
      const list = await portal.as(client).get(path)
      expect(list.body.items).toContainEqual(one.body)
    }
  })

  test('one that comes on a weekend is due on Monday; answered on Tuesday it is a day late', async () => {
    portal.clock.set('2026-03-14T09:00:00.000Z')
    const id = await ask()
    expect((await obligation(id))?.due_on).toBe('2026-03-16')
    portal.clock.set('2026-03-17T09:00:00.000Z')
    expect((await nord.post(`/v1/contact-requests/${id}/response`, answering)).status).toBe(200)
    expect(await obligation(id)).toMatchObject({ met: true, days_late: 1 })
  })

  test('it is answered once, however many answers come at once', async () => {
    const id = await ask()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => nord.post(`/v1/contact-requests/${id}/response`, answering)),
    )
    const codes = answers.map((answer: TestAnswer) => answer.body.code ?? answer.status).sort()
    expect(codes).toEqual([200, ...Array.from({ length: 9 }, () => 'contact-request-already-answered')])
  })

  test("another's is not there, and only a benefits office asks, only a supplier answers", async () => {
    const id = await ask()
    expect((await portal.as('supplier-syd').post(`/v1/contact-requests/${id}/response`, answering)).status).toBe(404)
    for (const client of ['supplier-syd', 'ydelse-dragoer', 'jobcenter-skelbaekgade']) {
      expect((await portal.as(client).get(`/v1/contact-requests/${id}`)).status).toBe(404)
      expect((await portal.as(client).get(path)).status).toBe(404)
    }
    expect((await portal.as('ydelse-dragoer').post(path, asking)).status).toBe(404)
    const jobcenters = `/v1/orders/${orders.sicknessBenefit.id}/contact-requests`
    expect((await kKassen.post(jobcenters, asking)).status).toBe(404)
    expect((await nord.post(path, asking)).status).toBe(403)
    expect((await kKassen.post(`/v1/contact-requests/${id}/response`, answering)).status).toBe(403)
  })

  test('a course that is over is not asked about: order-state', async () => {
    await portal.sql(`update orders set status = 'ended', course_status = 'ended' where id = $1`, [orders.dragoer.id])
    const answer = await kKassen.post(`/v1/orders/${orders.dragoer.id}/contact-requests`, asking)
    expect([answer.status, answer.body.code]).toEqual([409, 'order-state'])
  })

  test('neither text stands anywhere in clear', async () => {
    const key = { idempotencyKey: 'contact' }
    const { id } = (await kKassen.post(path, asking, key)).body
    await nord.post(`/v1/contact-requests/${id}/response`, answering, key)
    for (const table of ['contact_requests', 'change_log', 'events', 'idempotency_keys', 'obligations']) {
      const [row] = await portal.sql<{ text: string }>(
        `select coalesce(string_agg(t::text, ' '), '') as text from ${table} t`,
      )
      expect(row?.text).not.toMatch(/paraply|gummist/)
    }
    expect(portal.logLines.join('\n')).not.toMatch(/paraply|gummist/)
  })
})
