import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { runningOrder } from '#test/features/absences/support.ts'
import {
  demoOrders,
  draft,
  eventsOf,
  freshCpr,
  liv,
  must,
  organisations,
  refusal,
} from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
type Order = { id: string; activityId: string; citizenId: string }

const approve = (id: string, changes: Record<string, unknown> = {}, client = 'jobcenter-musvaagevej') =>
  as(client).post(`/v1/orders/${id}/leave-approvals`, {
    from: '2026-03-12',
    to: '2026-03-12',
    reason: 'Flytning',
    approvedBy: sally,
    ...changes,
  })
const absent = (order: Order, changes: Record<string, unknown> = {}) => {
  const whole = changes['absentMinutes'] === undefined ? { wholeDay: true } : {}
  const { id: orderId, activityId } = order
  const body = { orderId, activityId, date: '2026-03-12', ...whole, reason: 'no-notice', registeredBy: liv, ...changes }
  return nord().post('/v1/absences', body)
}
const running = (changes: { cpr?: string; jobcenter?: string; minutes?: number } = {}): Promise<Order> =>
  runningOrder(as, {
    cpr: changes.cpr ?? freshCpr(),
    targetGroup: 'cash-benefit-activity-ready',
    ...(changes.jobcenter === undefined ? {} : { jobcenter: changes.jobcenter }),
    plan: { '2026-03-11': 120, '2026-03-12': changes.minutes ?? 120, '2026-03-13': 120 },
  })

beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 6: leave before a registration', () => {
  test('whole days leave nothing to register on them; the supplier is told', async () => {
    const order = await running()
    const answer = await approve(order.id, { from: '2026-03-11' })
    expect(answer.status, answer.text).toBe(201)
    expect(answer.body).toEqual({
      id: expect.any(String),
      orderId: order.id,
      from: '2026-03-11',
      to: '2026-03-12',
      reason: 'Flytning',
      approvedBy: sally,
      approvedAt: '2026-03-13T10:00:00.000Z',
    })
    expect((await eventsOf(portal, order.id)).at(-1)).toEqual({
      type: 'leave.approved',
      recipients: [organisations.supplierNord.id],
      data: { orderId: order.id, leaveId: answer.body.id, from: '2026-03-11', to: '2026-03-12' },
    })
    const refused = await absent(order)
    expect(refusal(refused)).toEqual([409, 'leave-already-approved'])
    expect(refused.body).toMatchObject({ plannedMinutes: 120, leaveMinutes: 120, openMinutes: 0 })
    expect(refusal(await absent(order, { absentMinutes: 1, reason: 'late-arrival' }))).toEqual([
      409,
      'leave-already-approved',
    ])
    must(await absent(order, { date: '2026-03-13' }))
  })

  test('minutes leave the rest: more is refused, and a whole day is the rest of it', async () => {
    const order = await running()
    must(await approve(order.id, { minutes: 50 }))
    const more = await absent(order, { absentMinutes: 71, reason: 'late-arrival' })
    expect(refusal(more)).toEqual([409, 'leave-already-approved'])
    expect(more.body).toMatchObject({ plannedMinutes: 120, leaveMinutes: 50, openMinutes: 70 })
    expect(refusal(await absent(order, { absentMinutes: 121, reason: 'late-arrival' }))).toEqual([
      422,
      'absent-minutes-exceed-plan',
    ])
    const rest = must(await absent(order)).body
    expect(rest).toMatchObject({ wholeDay: true, absentMinutes: 70, plannedMinutes: 120 })
  })

  test('leave by one jobcenter covers its own order’s minutes of the day', async () => {
    const cpr = freshCpr()
    const first = await running({ cpr, minutes: 60 })
    const second = await running({ cpr, minutes: 90, jobcenter: 'jobcenter-skelbaekgade' })
    must(await approve(first.id))
    expect(must(await absent(second)).body).toMatchObject({ absentMinutes: 90, plannedMinutes: 150 })
    must(await approve(second.id, {}, 'jobcenter-skelbaekgade'))
    const day = must(await absent(second, { date: '2026-03-11' })).body
    expect(day).toMatchObject({ absentMinutes: 240, plannedMinutes: 240 })
  })
})

describe('§ 6: leave after a registration', () => {
  test('keeps it, marks it, and tells everyone who had received it', async () => {
    const order = await running()
    const { id } = must(await absent(order)).body
    const leave = must(await approve(order.id)).body
    const read = await as('k-kassen').get(`/v1/absences/${id}`)
    expect(read.body).toMatchObject({ status: 'registered', coveredByLeave: leave.id })
    expect(read.headers['etag']).toBe('"2"')
    const told = (await eventsOf(portal, order.id)).filter((event) => event.type === 'leave.approved')
    expect(told).toEqual([
      expect.objectContaining({ recipients: [organisations.supplierNord.id] }),
      {
        type: 'leave.approved',
        recipients: [organisations.kKassen.id],
        data: { orderId: order.id, leaveId: leave.id, absenceId: id, date: '2026-03-12' },
      },
    ])
    expect(refusal(await absent(order))).toEqual([409, 'absence-already-registered'])
  })

  test('is marked once all leave together covers the whole of it', async () => {
    const order = await running()
    const { id } = must(await absent(order, { absentMinutes: 60, reason: 'late-arrival' })).body
    must(await approve(order.id, { minutes: 40 }))
    expect((await nord().get(`/v1/absences/${id}`)).body.coveredByLeave).toBeUndefined()
    const leave = must(await approve(order.id, { minutes: 20 })).body
    expect((await nord().get(`/v1/absences/${id}`)).body.coveredByLeave).toBe(leave.id)
  })

  test('over the orders of two jobcenters, of which neither sees the other’s leave', async () => {
    const cpr = freshCpr()
    const first = await running({ cpr, minutes: 60 })
    const second = await running({ cpr, minutes: 90, jobcenter: 'jobcenter-skelbaekgade' })
    const { id } = must(await absent(first)).body
    must(await approve(first.id))
    expect((await nord().get(`/v1/absences/${id}`)).body.coveredByLeave).toBeUndefined()
    must(await approve(second.id, {}, 'jobcenter-skelbaekgade'))
    expect((await nord().get(`/v1/absences/${id}`)).body.coveredByLeave).toBeDefined()
    const seen = await as('jobcenter-skelbaekgade').get(`/v1/orders/${first.id}/leave-approvals`)
    expect(refusal(seen)).toEqual([404, 'not-found'])
  })

  test('leave and registration at once: the registration is marked, or refused', async () => {
    for (let round = 0; round < 6; round++) {
      const order = await running()
      const [given, registered] = await Promise.all([approve(order.id), absent(order)])
      expect(given.status).toBe(201)
      if (registered.status === 201) {
        const now = (await nord().get(`/v1/absences/${registered.body.id}`)).body
        expect(now.coveredByLeave).toBe(given.body.id)
      } else {
        expect(refusal(registered)).toEqual([409, 'leave-already-approved'])
      }
    }
  })
})

describe('leave is the ordering jobcenter’s', () => {
  test('nobody else gives it; supplier and jobcenter alone read it', async () => {
    const order = await running()
    must(await approve(order.id))
    expect(refusal(await approve(order.id, {}, 'jobcenter-skelbaekgade'))).toEqual([404, 'not-found'])
    for (const client of ['supplier-nord', 'k-kassen', 'auditor-koebenhavn']) {
      expect(refusal(await approve(order.id, {}, client))).toEqual([403, 'forbidden'])
    }
    const path = `/v1/orders/${order.id}/leave-approvals`
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      expect([client, (await as(client).get(path)).body.items.length]).toEqual([client, 1])
    }
    for (const client of ['k-kassen', 'auditor-koebenhavn', 'ydelse-dragoer', 'administrator']) {
      const asked = await as(client).get(path, { headers: { 'x-purpose': 'Tilsyn' } })
      expect([client, ...refusal(asked)]).toEqual([client, 403, 'forbidden'])
    }
    for (const client of ['supplier-syd', 'jobcenter-skelbaekgade']) {
      expect([client, ...refusal(await as(client).get(path))]).toEqual([client, 404, 'not-found'])
    }
    const walled = await inTransaction(portal.database, organisations.kKassen.id, (trx) =>
      sql`select from leave_approvals`.execute(trx),
    )
    expect(walled.rows).toEqual([])
  })

  test('on days of the order, and not on a draft', async () => {
    const order = await running()
    for (const days of [
      { from: '2026-03-01' },
      { from: '2026-03-12', to: '2026-05-23' },
      { from: '2026-03-13', to: '2026-03-12' },
    ]) {
      expect(refusal(await approve(order.id, days))).toEqual([422, 'leave-outside-order'])
    }
    const drafted = await draft(as)
    const answer = await approve(drafted.id)
    expect(refusal(answer)).toEqual([409, 'order-state'])
    expect(answer.body).toMatchObject({ orderStatus: 'draft', allowedIn: ['approved', 'ended'] })
    expect(refusal(await approve(demoOrders.supplierSyd.id))).toEqual([404, 'not-found'])
  })

  test('pages', async () => {
    const order = await running()
    for (const date of ['2026-03-11', '2026-03-12', '2026-03-13'])
      must(await approve(order.id, { from: date, to: date }))
    const path = `/v1/orders/${order.id}/leave-approvals`
    const first = (await nord().get(path, { query: { limit: 2 } })).body
    const rest = (await nord().get(path, { query: { limit: 2, cursor: first.next } })).body
    expect([...first.items, ...rest.items].map((leave) => leave.from)).toEqual([
      '2026-03-11',
      '2026-03-12',
      '2026-03-13',
    ])
    expect(rest.next).toBeNull()
  })

  test('the second wall: a jobcenter changes nothing of a registration but what leave does to it', async () => {
    const order = await running()
    const { id } = must(await absent(order)).body
    const as = (statement: string) =>
      inTransaction(portal.database, organisations.jobcenterMusvaagevej.id, (trx) => sql.raw(statement).execute(trx))
    await expect(as(`update absences set reason = 'holiday' where id = '${id}'`)).rejects.toMatchObject({
      code: '42501',
    })
    expect((await as(`update absences set leave_minutes = 1 where id = '${id}'`)).numAffectedRows).toBe(1n)
  })
})
