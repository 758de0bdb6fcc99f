import { beforeAll, describe, expect, test } from 'vitest'
import { runningOrder } from '#test/features/absences/support.ts'
import { dorte, eventsOf, freshCpr, liv, must, organisations, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
type Order = { id: string; activityId: string; citizenId: string }

const approve = (id: string, changes: Record<string, unknown> = {}, client = 'jobcenter-musvaagevej') =>
  as(client).post(`/v1/orders/${id}/leave-approvals`, {
    from: '2026-03-12',
    to: '2026-03-12',
    reason: 'Flytning',
    approvedBy: dorte,
    ...changes,
  })
const withdraw = (id: string, client = 'jobcenter-musvaagevej') =>
  as(client).post(`/v1/leave-approvals/${id}/withdrawal`, { reason: 'Forkert borger', registeredBy: dorte })
const absent = ({ id: orderId, activityId }: Order, changes: Record<string, unknown> = {}) => {
  const whole = changes['absentMinutes'] === undefined ? { wholeDay: true } : {}
  const body = { orderId, activityId, date: '2026-03-12', ...whole, reason: 'no-notice', registeredBy: liv, ...changes }
  return nord().post('/v1/absences', body)
}
const running = (changes: { cpr?: string; jobcenter?: string; minutes?: number } = {}): Promise<Order> =>
  runningOrder(as, {
    cpr: changes.cpr ?? freshCpr(),
    targetGroup: 'cash-benefit-activity-ready',
    ...(changes.jobcenter === undefined ? {} : { jobcenter: changes.jobcenter }),
    plan: { '2026-03-11': 120, '2026-03-12': changes.minutes ?? 120, '2026-03-13': 120, '2026-03-16': 120 },
  })
const absenceOf = async (id: string) => (await nord().get(`/v1/absences/${id}`)).body
const leaveMinutesOf = async (id: string) =>
  (await portal.sql<{ n: number }>('select leave_minutes as n from absences where id = $1', [id]))[0]?.n
const dutiesOf = async (orderId: string, kind: string) =>
  (
    await portal.sql<{ line: string }>(
      `select due_on::text || ' ' || coalesce(waived_because, case when met_at is null then 'open' else 'met' end) as line
         from obligations where order_id = $1 and kind = $2 order by subject`,
      [orderId, kind],
    )
  ).map(({ line }) => line)

beforeAll(async () => {
  portal = await testPortal()
})

describe('ours: leave given in error is withdrawn', () => {
  test('it stays on record with when, who and why; the supplier is told, and the day is to be accounted for again', async () => {
    const order = await running()
    const given = must(await approve(order.id)).body
    expect(refusal(await absent(order))).toEqual([409, 'leave-already-approved'])
    const answer = await withdraw(given.id)
    expect(answer.status, answer.text).toBe(200)
    const withdrawal = { reason: 'Forkert borger', at: '2026-03-13T10:00:00.000Z', registeredBy: dorte }
    expect(answer.body).toEqual({ ...given, withdrawal })
    expect((await nord().get(`/v1/orders/${order.id}/leave-approvals`)).body.items).toEqual([answer.body])
    expect((await eventsOf(portal, order.id)).at(-1)).toEqual({
      type: 'leave.approved',
      recipients: [organisations.supplierNord.id],
      data: { orderId: order.id, leaveId: given.id, from: '2026-03-12', to: '2026-03-12', withdrawn: true },
    })
    const [line] = await portal.sql(
      `select action, registered_by, changes from change_log where entity_id = $1 order by id desc limit 1`,
      [given.id],
    )
    expect(line).toEqual({
      action: 'withdrawn',
      registered_by: dorte,
      changes: { from: '2026-03-12', to: '2026-03-12', minutes: null },
    })
    expect(must(await absent(order)).body).toMatchObject({ absentMinutes: 120 })
  })

  test('a registration gets its minutes back, and its recipients are told', async () => {
    const order = await running()
    const { id } = must(await absent(order)).body
    const leave = must(await approve(order.id)).body
    expect((await absenceOf(id)).coveredByLeave).toBe(leave.id)
    expect(await dutiesOf(order.id, 'refer-citizen')).toEqual(['2026-03-13 leave-approved'])
    must(await withdraw(leave.id))
    expect((await absenceOf(id)).coveredByLeave).toBeUndefined()
    expect(await leaveMinutesOf(id)).toBe(0)
    expect(await dutiesOf(order.id, 'refer-citizen')).toEqual(['2026-03-13 open'])
    expect((await eventsOf(portal, order.id)).at(-1)).toEqual({
      type: 'leave.approved',
      recipients: [organisations.kKassen.id],
      data: { orderId: order.id, leaveId: leave.id, absenceId: id, date: '2026-03-12', withdrawn: true },
    })
  })

  test('what other leave takes stays taken, whichever is withdrawn', async () => {
    const order = await running()
    const before = must(await approve(order.id, { minutes: 20 })).body
    const { id } = must(await absent(order)).body
    const part = must(await approve(order.id, { minutes: 60 })).body
    const whole = must(await approve(order.id)).body
    expect([await leaveMinutesOf(id), (await absenceOf(id)).coveredByLeave]).toEqual([100, whole.id])
    must(await withdraw(part.id))
    expect([await leaveMinutesOf(id), (await absenceOf(id)).coveredByLeave]).toEqual([100, whole.id])
    must(await withdraw(before.id))
    expect((await absenceOf(id)).coveredByLeave).toBe(whole.id)
    must(await approve(order.id, { minutes: 60 }))
    must(await withdraw(whole.id))
    expect([await leaveMinutesOf(id), (await absenceOf(id)).coveredByLeave]).toEqual([60, undefined])
  })

  test('leave of another jobcenter keeps what it takes', async () => {
    const cpr = freshCpr()
    const first = await running({ cpr, minutes: 60 })
    const second = await running({ cpr, minutes: 90, jobcenter: 'jobcenter-skelbaekgade' })
    const { id } = must(await absent(first)).body
    const one = must(await approve(first.id)).body
    const other = must(await approve(second.id, {}, 'jobcenter-skelbaekgade')).body
    expect(await leaveMinutesOf(id)).toBe(150)
    expect(refusal(await withdraw(other.id))).toEqual([404, 'not-found'])
    must(await withdraw(one.id))
    expect([await leaveMinutesOf(id), (await absenceOf(id)).coveredByLeave]).toEqual([90, undefined])
  })

  test('what the attendance shows as unauthorised is to be registered, from today on', async () => {
    const order = await running()
    const { activityId } = order
    // The first was overdue when leave waived it, and is as late as it was; nobody was late with the second.
    for (const date of ['2026-03-12', '2026-03-13']) {
      must(
        await nord().put(`/v1/orders/${order.id}/attendance/${date}`, {
          entries: [{ activityId, attendedMinutes: 0, absent: [{ code: 'unauthorised', minutes: 120 }] }],
          registeredBy: liv,
        }),
      )
    }
    const leave = must(await approve(order.id, { to: '2026-03-13' })).body
    expect(await dutiesOf(order.id, 'absence-registration')).toEqual([
      '2026-03-12 leave-approved',
      '2026-03-13 leave-approved',
    ])
    portal.clock.set('2026-03-16T10:00:00.000Z')
    try {
      must(await withdraw(leave.id))
      expect(await dutiesOf(order.id, 'absence-registration')).toEqual(['2026-03-12 open', '2026-03-16 open'])
    } finally {
      portal.clock.set('2026-03-13T10:00:00.000Z')
    }
  })

  test('the attendance shows no more leave than stands, and leave is given again after it was withdrawn', async () => {
    const order = await running()
    const { activityId } = order
    const day = {
      entries: [{ activityId, attendedMinutes: 0, absent: [{ code: 'approved-leave', minutes: 120 }] }],
      registeredBy: liv,
    }
    const path = `/v1/orders/${order.id}/attendance/2026-03-12`
    const leave = must(await approve(order.id)).body
    must(await withdraw(leave.id))
    expect(refusal(await nord().put(path, day))).toEqual([422, 'leave-not-approved'])
    must(await approve(order.id))
    must(await nord().put(path, day))
  })

  test('once, by the jobcenter that gave it, however many try', async () => {
    const order = await running()
    const { id } = must(await approve(order.id)).body
    expect(refusal(await withdraw(id, 'jobcenter-skelbaekgade'))).toEqual([404, 'not-found'])
    for (const client of ['supplier-nord', 'k-kassen', 'auditor-koebenhavn']) {
      expect(refusal(await withdraw(id, client))).toEqual([403, 'forbidden'])
    }
    const answers = await Promise.all([withdraw(id), withdraw(id), withdraw(id)])
    expect(answers.map((answer) => answer.body.code ?? answer.status).sort()).toEqual([
      200,
      'leave-already-withdrawn',
      'leave-already-withdrawn',
    ])
  })
})

describe('ours: the same leave is given once', () => {
  test('the same days and minutes are refused, also at once; other minutes are not', async () => {
    const order = await running()
    const answers = await Promise.all([approve(order.id), approve(order.id), approve(order.id)])
    expect(answers.map((answer) => answer.body.code ?? answer.status).sort()).toEqual([
      201,
      'leave-already-approved',
      'leave-already-approved',
    ])
    const given = answers.find((answer) => answer.status === 201)?.body
    const refused = answers.find((answer) => answer.status === 409)?.body
    expect(refused.leaveId).toBe(given.id)
    must(await approve(order.id, { minutes: 30 }))
    expect(refusal(await approve(order.id, { minutes: 30 }))).toEqual([409, 'leave-already-approved'])
  })
})
