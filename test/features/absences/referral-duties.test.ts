import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absence, runningOrder } from './support.ts'

const by = { name: 'Liv Leverandør' }
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
type Order = { id: string; activityId: string; citizenId: string }
type Plan = Record<string, number>
let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
let cprs = 0
/** Friday 13 March 2026. */
beforeEach(async () => {
  portal = await testPortal()
  cprs = 0
})

const must = <T extends { status: number; text: string }>(answer: T): T => {
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer
}
const running = (plan: Plan, changes: { cpr?: string; jobcenter?: string; targetGroup?: string } = {}) =>
  runningOrder(as, {
    cpr: `67019${String(33200 + ++cprs)}`,
    targetGroup: 'cash-benefit-activity-ready',
    plan: { '2026-03-02': 60, ...plan },
    ...changes,
  })
const register = async (order: Order, date: string, changes: Record<string, unknown> = {}): Promise<string> =>
  must(
    await nord().post('/v1/absences', absence({ orderId: order.id, activityId: order.activityId, date, ...changes })),
  ).body.id
const plan = async (order: Order, days: Plan): Promise<void> => {
  const { headers } = must(await nord().get(`/v1/orders/${order.id}/plan`))
  const listed = Object.entries({ '2026-03-02': 60, ...days }).map(([date, plannedMinutes]) => ({
    date,
    activityId: order.activityId,
    plannedMinutes,
  }))
  const body = { complete: false, days: listed }
  must(await nord().put(`/v1/orders/${order.id}/plan`, body, { ifMatch: headers['etag'] ?? '' }))
}
const withdraw = (id: string) => nord().post(`/v1/absences/${id}/withdrawal`, { reason: 'Fejl', registeredBy: by })
const refer = (id: string, on = '2026-03-13') =>
  nord().post(`/v1/absences/${id}/citizen-referral`, { on, registeredBy: by })
const leave = (order: Order, on: string, client = 'jobcenter-musvaagevej') =>
  as(client).post(`/v1/orders/${order.id}/leave-approvals`, { from: on, to: on, reason: 'Flytning', approvedBy: sally })
const amend = async (order: Order, changes: Record<string, unknown>) => {
  const jobcenter = as('jobcenter-musvaagevej')
  const { headers } = must(await jobcenter.get(`/v1/orders/${order.id}`))
  const body = { ...changes, reason: 'Aftalt', registeredBy: sally }
  return must(await jobcenter.patch(`/v1/orders/${order.id}`, body, { ifMatch: headers['etag'] ?? '' }))
}
const dutyOf = async (id: string): Promise<string | undefined> => {
  const [duty] = await portal.sql<{ line: string }>(
    `select concat_ws(' ', due_on, original_due_on, case when met_at is not null then 'met' when waived_at is not null
       then waived_because else 'open' end) as line from obligations where kind = 'refer-citizen' and subject = $1`,
    [id],
  )
  return duty?.line
}
const open = (date: string, original = date): string => `${date} ${original} open`

describe('§ 8: the duty to refer the citizen follows a changed plan', () => {
  test('to the day that is planned now; away when none is, and back when one is again', async () => {
    const order = await running({ '2026-03-12': 60, '2026-03-13': 60, '2026-03-16': 60, '2026-03-18': 60 })
    const id = await register(order, '2026-03-12')
    expect(await dutyOf(id)).toBe(open('2026-03-13'))
    await plan(order, { '2026-03-12': 60, '2026-03-17': 60 })
    expect(await dutyOf(id)).toBe(open('2026-03-17'))
    await plan(order, { '2026-03-12': 60 })
    expect(await dutyOf(id)).toBe('2026-03-17 2026-03-17 no-planned-day-left')
    await plan(order, { '2026-03-12': 60, '2026-03-19': 60 })
    expect(await dutyOf(id)).toBe(open('2026-03-19'))
    const [duty] = await portal.sql(`select waived_at, opened_because from obligations where subject = $1`, [id])
    expect(duty).toEqual({ waived_at: null, opened_because: 'planned' })
  })

  test('one that was never opened opens with a day from today on, and not with a day that is over', async () => {
    const order = await running({ '2026-03-11': 60 })
    const id = await register(order, '2026-03-11')
    expect(await dutyOf(id)).toBeUndefined()
    await plan(order, { '2026-03-11': 60, '2026-03-12': 60 })
    expect(await dutyOf(id)).toBeUndefined()
    await plan(order, { '2026-03-11': 60, '2026-03-12': 60, '2026-03-13': 60 })
    expect(await dutyOf(id)).toBe(open('2026-03-13'))
  })

  test('not of what is overdue, withdrawn, covered by leave, already talked about or none of a benefits office’s', async () => {
    const order = await running({ '2026-03-09': 60, '2026-03-10': 60, '2026-03-11': 60, '2026-03-13': 60 })
    const overdue = await register(order, '2026-03-09')
    expect(await dutyOf(overdue)).toBe(open('2026-03-10'))
    await plan(order, { '2026-03-09': 60, '2026-03-20': 60 })
    expect(await dutyOf(overdue)).toBe(open('2026-03-10'))

    const last = await running({ '2026-03-10': 60, '2026-03-11': 60, '2026-03-12': 60 })
    const covered = await register(last, '2026-03-12')
    must(await leave(last, '2026-03-12'))
    const withdrawn = await register(last, '2026-03-11')
    must(await withdraw(withdrawn))
    const spoken = await running({ '2026-03-12': 60 })
    const referred = await register(spoken, '2026-03-12')
    must(await refer(referred))
    const ordering = await running({ '2026-03-12': 60 }, { targetGroup: 'sickness-benefit' })
    const elsewhere = await register(ordering, '2026-03-12')
    const more = { '2026-03-12': 60, '2026-03-16': 60 }
    for (const changed of [last, spoken, ordering]) await plan(changed, more)
    expect(await dutyOf(covered)).toBeUndefined()
    expect(await dutyOf(withdrawn)).toBeUndefined()
    expect(await dutyOf(referred)).toBeUndefined()
    expect(await dutyOf(elsewhere)).toBeUndefined()
  })

  test('away on the day, whatever the protocol says why: asked on the next one; there for a part of it: that day', async () => {
    const order = await running({ '2026-03-12': 60, '2026-03-13': 60, '2026-03-16': 60 })
    const id = await register(order, '2026-03-12')
    const attend = async (attendedMinutes: number) => {
      const absent = [{ code: 'sick-reported', minutes: 60 - attendedMinutes }]
      const entries = [{ activityId: order.activityId, attendedMinutes, absent }]
      must(await nord().put(`/v1/orders/${order.id}/attendance/2026-03-13`, { entries, registeredBy: by }))
    }
    await attend(20)
    expect(await dutyOf(id)).toBe(open('2026-03-13'))
    await attend(0)
    expect(await dutyOf(id)).toBe(open('2026-03-16'))
  })

  test('a later date that was agreed stays, an earlier one does not', async () => {
    const order = await running({ '2026-03-12': 60, '2026-03-13': 60 })
    const id = await register(order, '2026-03-12')
    const [duty] = await portal.sql<{ id: string }>('select id from obligations where subject = $1', [id])
    const body = { dueOn: '2026-03-18', reason: 'Aftalt', agreedBy: sally }
    must(await as('jobcenter-musvaagevej').post(`/v1/obligations/${duty?.id}/extension`, body))
    await plan(order, { '2026-03-12': 60, '2026-03-16': 60 })
    expect(await dutyOf(id)).toBe(open('2026-03-18', '2026-03-13'))
    await plan(order, { '2026-03-12': 60, '2026-03-20': 60 })
    expect(await dutyOf(id)).toBe(open('2026-03-20', '2026-03-13'))
  })

  test('a later date that was agreed is there again when the duty is', async () => {
    const order = await running({ '2026-03-12': 60, '2026-03-13': 60 })
    const id = await register(order, '2026-03-12')
    const [duty] = await portal.sql<{ id: string }>('select id from obligations where subject = $1', [id])
    const body = { dueOn: '2026-03-18', reason: 'Aftalt', agreedBy: sally }
    must(await as('jobcenter-musvaagevej').post(`/v1/obligations/${duty?.id}/extension`, body))
    await plan(order, { '2026-03-12': 60 })
    expect(await dutyOf(id)).toBe('2026-03-18 2026-03-13 no-planned-day-left')
    await plan(order, { '2026-03-12': 60, '2026-03-17': 60 })
    expect(await dutyOf(id)).toBe(open('2026-03-18', '2026-03-17'))
    const [row] = await portal.sql(
      `select (due_at at time zone 'UTC')::text as due from obligations where subject = $1`,
      [id],
    )
    expect(row).toEqual({ due: '2026-03-18 23:00:00' })
  })

  test('over all orders of the citizen here, whichever is planned', async () => {
    const cpr = '6701933190'
    const first = await running({ '2026-03-12': 60, '2026-03-19': 60 }, { cpr })
    const id = await register(first, '2026-03-12')
    expect(await dutyOf(id)).toBe(open('2026-03-19'))
    await running({ '2026-03-16': 60 }, { cpr, jobcenter: 'jobcenter-skelbaekgade' })
    expect(await dutyOf(id)).toBe(open('2026-03-16'))
  })
})

describe('§ 8: the duty follows withdrawals, amendments and leave', () => {
  const days = { '2026-03-11': 60, '2026-03-12': 60, '2026-03-13': 60, '2026-03-16': 60 }

  test('a withdrawn absence makes its day one on which the citizen is expected, if it is not over', async () => {
    const order = await running(days)
    const thursday = await register(order, '2026-03-12')
    const friday = await register(order, '2026-03-13')
    expect([await dutyOf(thursday), await dutyOf(friday)]).toEqual([open('2026-03-16'), open('2026-03-16')])
    portal.clock.set('2026-03-14T10:00:00.000Z')
    must(await withdraw(friday))
    expect(await dutyOf(thursday)).toBe(open('2026-03-16'))
    portal.clock.set('2026-03-13T20:00:00.000Z')
    must(await withdraw(await register(order, '2026-03-13')))
    expect(await dutyOf(thursday)).toBe(open('2026-03-13'))
  })

  test('an amendment that cuts planned days off waives, moves, and opens again', async () => {
    const order = await running(days)
    const id = await register(order, '2026-03-13')
    expect(await dutyOf(id)).toBe(open('2026-03-16'))
    await amend(order, { endDate: '2026-03-15' })
    expect(await dutyOf(id)).toBe('2026-03-16 2026-03-16 no-planned-day-left')
    await amend(order, { endDate: '2026-03-27' })
    expect(await dutyOf(id)).toBe(open('2026-03-16'))
  })

  test('leave by one jobcenter waives the duty that stands on another’s order', async () => {
    const cpr = '6701933191'
    const theirs = await running({ '2026-03-11': 60, '2026-03-13': 60 }, { cpr, jobcenter: 'jobcenter-skelbaekgade' })
    const own = await running({ '2026-03-12': 60, '2026-03-13': 60 }, { cpr })
    // Held against the order that has the day planned, and standing on the other one.
    const id = await register(theirs, '2026-03-12')
    const later = await register(theirs, '2026-03-11')
    expect([await dutyOf(id), await dutyOf(later)]).toEqual([open('2026-03-13'), open('2026-03-13')])
    must(await leave(own, '2026-03-12'))
    expect(await dutyOf(id)).toBe('2026-03-13 2026-03-13 leave-approved')
    expect(await dutyOf(later)).toBe(open('2026-03-13'))
  })
})

describe('§ 8: the duties are the same however registrations come', () => {
  const dates = ['2026-03-09', '2026-03-10', '2026-03-12'] as const
  const expected = [open('2026-03-11'), open('2026-03-11'), open('2026-03-13')]
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]
  const started = async (index: number, jobcenter: string): Promise<Order> => {
    const cpr = `67019334${String(10 + index)}`
    const order = await running({ '2026-03-09': 60, '2026-03-10': 60, '2026-03-11': 60, '2026-03-12': 60 }, { cpr })
    // The last day is another order's.
    await running({ '2026-03-12': 30, '2026-03-13': 30 }, { cpr, jobcenter })
    return order
  }
  const dutiesOf = async (order: Order): Promise<(string | undefined)[]> => {
    const rows = await portal.sql<{ id: string }>(
      'select id from absences where citizen_id = $1 and withdrawn_at is null order by date',
      [order.citizenId],
    )
    return Promise.all(rows.map(({ id }) => dutyOf(id)))
  }

  test('one by one in any order, in one batch, or all at once', async () => {
    for (const [index, sequence] of orders.entries()) {
      const one = await started(3 * index, 'jobcenter-skelbaekgade')
      for (const at of sequence) await register(one, dates[at] ?? '')
      expect([sequence, await dutiesOf(one)]).toEqual([sequence, expected])

      const batch = await started(3 * index + 1, 'jobcenter-skelbaekgade')
      const { id: orderId, activityId } = batch
      const items = sequence.map((at) => absence({ orderId, activityId, date: dates[at] }))
      must(await nord().post('/v1/absences/batch', { items }))
      expect([sequence, await dutiesOf(batch)]).toEqual([sequence, expected])

      const together = await started(3 * index + 2, 'jobcenter-skelbaekgade')
      await Promise.all(sequence.map((at) => register(together, dates[at] ?? '')))
      expect([sequence, await dutiesOf(together)]).toEqual([sequence, expected])
    }
    const told = await portal.sql(`select 1 from events where type = 'absence.repeated'`)
    // Each time the three of the first order; the other one was missed on one day alone.
    expect(told).toHaveLength(18)
  })

  test('away on the last planned day: waived; who comes to a part of a day keeps what is due on it', async () => {
    const order = await running({ '2026-03-11': 60, '2026-03-12': 60 })
    const first = await register(order, '2026-03-11')
    const late = await register(order, '2026-03-12', { absentMinutes: 20, reason: 'late-arrival' })
    expect([await dutyOf(first), await dutyOf(late)]).toEqual([open('2026-03-12'), undefined])
    const whole = await register(order, '2026-03-12', { replaces: late })
    expect([await dutyOf(first), await dutyOf(whole)]).toEqual(['2026-03-12 2026-03-12 no-planned-day-left', undefined])
    const other = await running({ '2026-03-11': 60, '2026-03-12': 60 })
    const before = await register(other, '2026-03-11')
    await register({ ...other, id: other.id.toUpperCase() }, '2026-03-12')
    expect(await dutyOf(before)).toBe('2026-03-12 2026-03-12 no-planned-day-left')
  })
})

test('only the parties of an order settle its duties or lock it', async () => {
  const { id } = demo.orders.activityReady
  const { organisations } = demo
  const call = (text: string, organisation: string) =>
    inTransaction(portal.database, organisation, (trx) =>
      (text === 'lock'
        ? sql`select portal_lock_orders(${id}::uuid)`
        : sql`select portal_settle_referrals(${id}::uuid, now(), 'planned')`
      ).execute(trx),
    )
  for (const what of ['lock', 'settle']) {
    await call(what, organisations.supplierNord.id)
    await call(what, organisations.jobcenterMusvaagevej.id)
    for (const other of [organisations.supplierSyd, organisations.jobcenterSkelbaekgade, organisations.kKassen]) {
      await expect(call(what, other.id)).rejects.toMatchObject({ code: '42501' })
    }
    await expect(
      portal.workerDatabase.pool.query(
        what === 'lock' ? 'select portal_lock_orders($1)' : `select portal_settle_referrals($1, now(), '')`,
        [id],
      ),
    ).rejects.toMatchObject({ code: '42501' })
  }
})
