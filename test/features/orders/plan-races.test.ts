import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approved, attend, freshCpr, liv, must, plan, refusal } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
beforeAll(async () => {
  portal = await testPortal()
})

const day = '2026-03-03'
type Order = { id: string; activities: { id: string }[]; citizen: { id: string } }

/** An order that the citizen attends, with 120 minutes planned on the day. */
const running = async (changes: Record<string, unknown> = {}, jobcenter?: string): Promise<Order> => {
  const order = await approved(as, changes, jobcenter)
  must(await attend(nord(), order.id, '2026-03-02'))
  must(await plan(nord(), order, { [day]: 120 }))
  return order
}

const register = (order: Order, changes: Record<string, unknown> = { wholeDay: true }) =>
  nord().post('/v1/absences', {
    orderId: order.id,
    activityId: order.activities[0]?.id,
    date: day,
    reason: 'no-notice',
    registeredBy: liv,
    ...changes,
  })

/** Live absences of the citizen with more minutes than the supplier has planned for that day. */
const above = (citizenId: string) =>
  portal.sql(
    `select a.id from absences a
      where a.citizen_id = $1 and a.withdrawn_at is null and a.absent_minutes > (
        select coalesce(sum(p.planned_minutes), 0) from planned_days p
         where p.citizen_id = a.citizen_id and p.date = a.date and p.supplier_id = a.supplier_id)`,
    [citizenId],
  )

const rounds = 30

describe('no live absence stands above the plan, whoever comes at once', () => {
  test('a plan that empties the day against a registration: one of the two is refused', async () => {
    const order = await running()
    const seen = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const { headers } = await nord().get(`/v1/orders/${order.id}/plan`)
      const [put, post] = await Promise.all([
        plan(nord(), order, {}, { ifMatch: headers['etag'] ?? '' }),
        register(order),
      ])
      expect(await above(order.citizen.id)).toEqual([])
      seen.add(`${put.status} ${put.body.code ?? ''} / ${post.status} ${post.body.code ?? ''}`)
      if (post.status === 201)
        must(await nord().post(`/v1/absences/${post.body.id}/withdrawal`, { reason: 'Næste', registeredBy: liv }))
      must(await plan(nord(), order, { [day]: 120 }, { ifMatch: '*' }))
    }
    for (const outcome of seen) {
      expect(['409 plan-conflicts-with-record / 201 ', '200  / 422 nothing-planned-that-day']).toContain(outcome)
    }
  })

  test('a plan that halves the day against a correction to the whole of it', async () => {
    const order = await running()
    for (let round = 0; round < rounds; round++) {
      const first = must(await register(order, { absentMinutes: 30, reason: 'late-arrival' })).body
      const { headers } = await nord().get(`/v1/orders/${order.id}/plan`)
      const [put, post] = await Promise.all([
        plan(nord(), order, { [day]: 60 }, { ifMatch: headers['etag'] ?? '' }),
        register(order, { wholeDay: true, replaces: first.id }),
      ])
      expect(await above(order.citizen.id)).toEqual([])
      // The whole day is 120 minutes before the plan and 60 after it: the correction passes either way.
      expect(post.status, post.text).toBe(201)
      expect([put.status, post.body.absentMinutes]).toEqual(put.status === 200 ? [200, 60] : [409, 120])
      must(await nord().post(`/v1/absences/${post.body.id}/withdrawal`, { reason: 'Næste', registeredBy: liv }))
      must(await plan(nord(), order, { [day]: 120 }, { ifMatch: '*' }))
    }
  })

  test('a plan that empties the day against a withdrawal and the next registration', async () => {
    const order = await running()
    for (let round = 0; round < rounds; round++) {
      const first = must(await register(order)).body
      const { headers } = await nord().get(`/v1/orders/${order.id}/plan`)
      const [put, withdrawn, post] = await Promise.all([
        plan(nord(), order, {}, { ifMatch: headers['etag'] ?? '' }),
        nord().post(`/v1/absences/${first.id}/withdrawal`, { reason: 'Kom alligevel', registeredBy: liv }),
        register(order),
      ])
      expect(withdrawn.status).toBe(200)
      expect(await above(order.citizen.id)).toEqual([])
      if (put.status !== 200) expect(refusal(put)).toEqual([409, 'plan-conflicts-with-record'])
      if (post.status === 201)
        must(await nord().post(`/v1/absences/${post.body.id}/withdrawal`, { reason: 'Næste', registeredBy: liv }))
      else
        expect(['absence-already-registered', 'nothing-planned-that-day', 'temporarily-unavailable']).toContain(
          post.body.code,
        )
      must(await plan(nord(), order, { [day]: 120 }, { ifMatch: '*' }))
    }
  })

  test("two orders of the citizen: both plans shrink while the day's absence is registered on one of them", async () => {
    const citizen = { cpr: freshCpr(), name: 'Prøve Person', residenceMunicipality: '0101' }
    const one = await running({ citizen })
    const two = await running({ citizen }, 'jobcenter-skelbaekgade')
    expect(two.citizen.id).toBe(one.citizen.id)
    for (let round = 0; round < rounds; round++) {
      const answers = await Promise.all([
        plan(nord(), one, {}, { ifMatch: '*' }),
        register(two),
        plan(nord(), two, {}, { ifMatch: '*' }),
        register(one, { absentMinutes: 200 }),
      ])
      for (const answer of answers) expect(answer.status, answer.text).toBeLessThan(500)
      expect(await above(one.citizen.id)).toEqual([])
      for (const answer of [answers[1], answers[3]]) {
        if (answer.status === 201)
          must(await nord().post(`/v1/absences/${answer.body.id}/withdrawal`, { reason: 'Næste', registeredBy: liv }))
      }
      must(await plan(nord(), one, { [day]: 120 }, { ifMatch: '*' }))
      must(await plan(nord(), two, { [day]: 120 }, { ifMatch: '*' }))
    }
  })

  test('two orders of the citizen: of two plans that each rely on the other for what is registered, one is refused', async () => {
    const citizen = { cpr: freshCpr(), name: 'Prøve Person', residenceMunicipality: '0101' }
    const orders = [await running({ citizen }), await running({ citizen }, 'jobcenter-skelbaekgade')] as const
    must(await register(orders[0], { absentMinutes: 120 }))
    for (let round = 0; round < rounds; round++) {
      const answers = await Promise.all(orders.map((order) => plan(nord(), order, {}, { ifMatch: '*' })))
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
      expect(await above(orders[0].citizen.id)).toEqual([])
      for (const order of orders) must(await plan(nord(), order, { [day]: 120 }, { ifMatch: '*' }))
    }
  })
})
