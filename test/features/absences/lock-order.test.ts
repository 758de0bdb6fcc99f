import type pg from 'pg'
import { expect, test } from 'vitest'
import { addDays, dayNumber, type LocalDate } from '#kernel/local-date.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { absence, runningOrder } from './support.ts'

const by = { name: 'Liv Leverandør' }
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
const rounds = 20
const daysOfRound = 3

/** Counts what the database ended because transactions waited in a circle; the portal does such work again in silence. */
const countDeadlocks = (pool: pg.Pool): (() => number) => {
  let deadlocks = 0
  const counted = new WeakSet<pg.PoolClient>()
  const connect = pool.connect.bind(pool)
  const watched = async (): Promise<pg.PoolClient> => {
    const client = await connect()
    if (counted.has(client)) return client
    counted.add(client)
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>
    client.query = ((...given: unknown[]) => {
      const result = query(...given)
      result.catch((error: { code?: string }) => {
        if (error.code === '40P01') deadlocks++
      })
      return result
    }) as typeof client.query
    return client
  }
  pool.connect = watched as typeof pool.connect
  return () => deadlocks
}

const weekdaysFrom = (first: LocalDate, count: number): LocalDate[] => {
  const days: LocalDate[] = []
  for (let day = first; days.length < count; day = addDays(day, 1)) if ((dayNumber(day) + 3) % 7 < 5) days.push(day)
  return days
}

test('referrals, leave, withdrawals, registrations, plans and amendments of one citizen, all at once, wait in no circle', async () => {
  const portal = await testPortal({ now: '2026-05-22T10:00:00.000Z' })
  const nord = portal.as('supplier-nord')
  const days = weekdaysFrom('2026-03-02' as LocalDate, rounds * daysOfRound)
  const running = (jobcenter: string) =>
    runningOrder((client) => portal.as(client), {
      cpr: '6701933170',
      targetGroup: 'cash-benefit-activity-ready',
      jobcenter,
      plan: Object.fromEntries(days.map((day) => [day, 60])),
    })
  const jobcenters = ['jobcenter-musvaagevej', 'jobcenter-skelbaekgade'] as const
  const orders = [await running(jobcenters[0]), await running(jobcenters[1])] as const
  const [first, second] = orders
  const register = (date: LocalDate, order: (typeof orders)[number], changes: Record<string, unknown> = {}) =>
    nord.post('/v1/absences', absence({ orderId: order.id, activityId: order.activityId, date, ...changes }))
  const leave = (index: 0 | 1, from: LocalDate, to: LocalDate) =>
    portal.as(jobcenters[index]).post(`/v1/orders/${orders[index].id}/leave-approvals`, {
      from,
      to,
      reason: 'Flytning',
      approvedBy: sally,
    })
  const planAgain = async (order: (typeof orders)[number], shift: number) => {
    const { headers } = await nord.get(`/v1/orders/${order.id}/plan`)
    const listed = [...days, ...weekdaysFrom('2026-05-22' as LocalDate, 1)].map((date) => ({
      date,
      activityId: order.activityId,
      plannedMinutes: 60 + shift,
    }))
    const body = { complete: false, days: listed }
    return () => nord.put(`/v1/orders/${order.id}/plan`, body, { ifMatch: headers['etag'] ?? '' })
  }
  const amendment = async (index: 0 | 1, orderedMinutes: number) => {
    const jobcenter = portal.as(jobcenters[index])
    const { headers } = await jobcenter.get(`/v1/orders/${orders[index].id}`)
    const body = { orderedMinutes, reason: 'Aftalt', registeredBy: sally }
    return () => jobcenter.patch(`/v1/orders/${orders[index].id}`, body, { ifMatch: headers['etag'] ?? '' })
  }
  const deadlocks = countDeadlocks(portal.database.pool)
  const seen = new Set<number>()
  for (let round = 0; round < rounds; round++) {
    const [one, two, three] = days.slice(round * daysOfRound, (round + 1) * daysOfRound) as [
      LocalDate,
      LocalDate,
      LocalDate,
    ]
    const ids = [await register(one, first), await register(two, second)].map((answer) => answer.body.id as string)
    const plan = await planAgain(first, round % 2)
    const amend = await amendment(1, 7200 + 60 * ((round + 1) % 2))
    const refer = (id: string | undefined) =>
      nord.post(`/v1/absences/${id}/citizen-referral`, { on: '2026-05-22', registeredBy: by })
    const answers = await Promise.all([
      refer(ids[0]),
      refer(ids[1]),
      leave(0, one, two),
      leave(1, one, two),
      nord.post(`/v1/absences/${ids[1]}/withdrawal`, { reason: 'Fejl', registeredBy: by }),
      register(one, second, { absentMinutes: 20, reason: 'late-arrival', replaces: ids[0] }),
      register(three, first),
      register(three, second),
      plan(),
      amend(),
    ])
    for (const answer of answers) seen.add(answer.status)
  }
  expect(deadlocks()).toBe(0)
  expect([...seen].filter((status) => status >= 500)).toEqual([])
  expect([...seen]).toEqual(expect.arrayContaining([200, 201, 409]))
  const twice = await portal.sql(
    `select citizen_id, date from absences where withdrawn_at is null group by supplier_id, citizen_id, date having count(*) > 1`,
  )
  expect(twice).toEqual([])
  const open = await portal.sql(
    `select b.id from obligations b join absences a on a.id = case b.kind when 'refer-citizen' then b.subject::uuid end
      where b.kind = 'refer-citizen' and b.met_at is null and b.waived_at is null
        and (a.withdrawn_at is not null or a.covered_by_leave is not null)`,
  )
  expect(open).toEqual([])
}, 120_000)
