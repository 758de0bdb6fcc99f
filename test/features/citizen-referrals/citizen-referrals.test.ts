import { beforeEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence, runningOrder } from '#test/features/absences/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { orders } = demo
const by = { name: 'Liv Leverandør' }
let portal: TestPortal
const nord = () => portal.as('supplier-nord')
/** Friday 13 March 2026; planned Monday to Friday until 22 May. */
beforeEach(async () => {
  portal = await testPortal()
})

const register = async (changes: Record<string, unknown> = {}): Promise<string> => {
  const answer = await nord().post('/v1/absences', absence(changes))
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return answer.body.id as string
}
const refer = (id: string, on = '2026-03-13') =>
  nord().post(`/v1/absences/${id}/citizen-referral`, { on, registeredBy: by })
const duties = async () =>
  portal.sql<{ subject: string; due_on: string; due_at: Date; state: string }>(
    `select subject, due_on::text, due_at,
       case when met_at is not null then 'met' when waived_at is not null then waived_because else 'open' end as state
     from obligations where kind = 'refer-citizen' order by id`,
  )
const stateOf = async (id: string) => {
  const duty = (await duties()).find(({ subject }) => subject === id)
  return duty && [duty.due_on, duty.state]
}

describe('§ 8: who was absent and comes back is asked to call K-kassen', () => {
  test('the duty opens with the registration, due on the next planned day until midnight', async () => {
    const thursday = await register()
    const friday = await register({ date: '2026-03-13', absentMinutes: 30, reason: 'late-arrival' })
    expect(await stateOf(thursday)).toEqual(['2026-03-13', 'open'])
    expect(await stateOf(friday)).toEqual(['2026-03-16', 'open'])
    const [first] = await duties()
    expect(new Date(first?.due_at ?? 0).toISOString()).toBe('2026-03-13T23:00:00.000Z')
  })

  test('an absence that went to the jobcenter opens none, nor does a copy to the municipality; it needs no referral', async () => {
    const { id: orderId, activityId } = orders.sicknessBenefit
    const id = await register({ orderId, activityId })
    const order = await runningOrder((client) => portal.as(client), {
      cpr: '6712903348',
      targetGroup: 'sickness-benefit',
      residenceMunicipality: '0155',
      plan: { '2026-03-12': 60, '2026-03-13': 60 },
    })
    const copied = await register({ orderId: order.id, activityId: order.activityId })
    expect(await duties()).toEqual([])
    for (const one of [id, copied]) {
      const answer = await refer(one)
      expect([answer.status, answer.body.code]).toEqual([422, 'referral-not-needed'])
    }
  })

  test('a last day opens none', async () => {
    const order = await runningOrder((client) => portal.as(client), {
      cpr: '6812903349',
      targetGroup: 'education-benefit',
      plan: { '2026-03-12': 60 },
    })
    await register({ orderId: order.id, activityId: order.activityId })
    expect(await duties()).toEqual([])
  })

  test('who is away that day too is asked on the next one, in one batch or one after the other', async () => {
    const wednesday = await register({ date: '2026-03-11' })
    expect(await stateOf(wednesday)).toEqual(['2026-03-12', 'open'])
    const thursday = await register()
    expect(await stateOf(wednesday)).toEqual(['2026-03-13', 'open'])
    expect(await stateOf(thursday)).toEqual(['2026-03-13', 'open'])
    const { id: orderId, activityId } = orders.dragoer
    const dates = ['2026-03-12', '2026-03-11', '2026-03-10']
    const items = dates.map((date) => absence({ orderId, activityId, date }))
    const batch = await nord().post('/v1/absences/batch', { items })
    for (const result of batch.body.results) expect(await stateOf(result.absence.id)).toEqual(['2026-03-13', 'open'])
  })

  test('who came late that day was there: the duty stays', async () => {
    const wednesday = await register({ date: '2026-03-11' })
    await register({ absentMinutes: 20, reason: 'late-arrival' })
    expect(await stateOf(wednesday)).toEqual(['2026-03-12', 'open'])
  })

  test('a withdrawn registration has no duty; one that replaces it takes it over, and not once it was met', async () => {
    const withdrawn = await register()
    await nord().post(`/v1/absences/${withdrawn}/withdrawal`, { reason: 'Fejl', registeredBy: by })
    expect(await stateOf(withdrawn)).toEqual(['2026-03-13', 'absence-withdrawn'])
    const first = await register()
    const second = await register({ absentMinutes: 20, reason: 'late-arrival', replaces: first })
    expect(await stateOf(first)).toEqual(['2026-03-13', 'absence-replaced'])
    expect(await stateOf(second)).toEqual(['2026-03-13', 'open'])
    expect((await refer(second)).status).toBe(201)
    const third = await register({ replaces: second })
    expect(await stateOf(second)).toEqual(['2026-03-13', 'met'])
    expect(await stateOf(third)).toBeUndefined()
  })

  test('recording it meets the duty of every absence up to that day', async () => {
    const tuesday = await register({ date: '2026-03-10' })
    const thursday = await register()
    portal.clock.set('2026-03-13T22:59:59.000Z')
    const answer = await refer(thursday)
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        id: expect.any(String),
        absenceId: thursday,
        orderId: orders.activityReady.id,
        on: '2026-03-13',
        registeredAt: '2026-03-13T22:59:59.000Z',
        registeredBy: by,
      },
    ])
    expect(await stateOf(tuesday)).toEqual(['2026-03-11', 'met'])
    expect(await stateOf(thursday)).toEqual(['2026-03-13', 'met'])
    const rows = await portal.sql<{ subject: string; days_late: number }>(
      `select subject, days_late from obligations where kind = 'refer-citizen' order by id`,
    )
    expect(rows).toEqual([
      { subject: tuesday, days_late: 2 },
      { subject: thursday, days_late: 0 },
    ])
  })

  test('once, however many come at once; not before the absence, not ahead, not of a withdrawn one, not by others', async () => {
    const id = await register()
    for (const on of ['2026-03-11', '2026-03-14']) {
      const answer = await refer(id, on)
      expect([answer.status, answer.body.code]).toEqual([422, 'referral-date-invalid'])
    }
    const answers = await Promise.all(Array.from({ length: 8 }, () => refer(id)))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)])
    expect((await refer(id)).body.code).toBe('citizen-already-referred')
    const body = { on: '2026-03-13', registeredBy: by }
    expect((await portal.as('supplier-syd').post(`/v1/absences/${id}/citizen-referral`, body)).status).toBe(404)
    expect((await portal.as('k-kassen').post(`/v1/absences/${id}/citizen-referral`, body)).status).toBe(403)
    const withdrawn = await register({ date: '2026-03-10' })
    await nord().post(`/v1/absences/${withdrawn}/withdrawal`, { reason: 'Fejl', registeredBy: by })
    expect((await refer(withdrawn)).body.code).toBe('absence-already-withdrawn')
  })
})
