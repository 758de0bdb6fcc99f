import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { absence, runningOrder } from '#test/features/absences/support.ts'
import { freshCpr, must } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { day, dutyTexts, liv, put, unauthorised } from './support.ts'

const { activityReady } = demo.orders
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }
const sick = [{ code: 'sick-reported', minutes: 120 }]
const tenth = '2026-03-10'

/** Away on the 10th, recorded that day and registered by nobody until the 13th. */
const overdue = async (): Promise<TestPortal> => {
  const portal = await testPortal({ now: '2026-03-10T10:00:00.000Z' })
  must(await put(portal.as('supplier-nord'), tenth, day(unauthorised(120))))
  portal.clock.set('2026-03-13T10:00:00.000Z')
  return portal
}
const register = (portal: TestPortal, changes: Record<string, unknown> = {}) =>
  portal.as('supplier-nord').post('/v1/absences', absence({ date: tenth, ...changes }))
const withdraw = async (portal: TestPortal, id: string) =>
  must(await portal.as('supplier-nord').post(`/v1/absences/${id}/withdrawal`, { reason: 'fejl', registeredBy: liv }))

describe('ours: an absence-registration that was late stays late', () => {
  test('withdrawn and registered again', async () => {
    const portal = await overdue()
    const { body } = must(await register(portal))
    await withdraw(portal, body.id)
    expect(await dutyTexts(portal)).toEqual([`${tenth} due ${tenth} open`])
    must(await register(portal))
    expect(await dutyTexts(portal)).toEqual([`${tenth} due ${tenth} met late`])
  })

  test('replaced by a shorter registration, and by a whole one again', async () => {
    const portal = await overdue()
    const { body } = must(await register(portal))
    const short = must(await register(portal, { absentMinutes: 60, replaces: body.id }))
    expect(await dutyTexts(portal)).toEqual([`${tenth} due ${tenth} open`])
    must(await register(portal, { replaces: short.body.id }))
    expect(await dutyTexts(portal)).toEqual([`${tenth} due ${tenth} met late`])
  })

  test('called sickness for a while', async () => {
    const portal = await overdue()
    const supplier = portal.as('supplier-nord')
    must(await put(supplier, tenth, day(sick)))
    expect(await dutyTexts(portal)).toEqual([`${tenth} due ${tenth} waived nothing-to-register`])
    must(await put(supplier, tenth, day(unauthorised(120))))
    must(await register(portal))
    expect(await dutyTexts(portal)).toEqual([`${tenth} due ${tenth} met late`])
  })

  test('an agreed extension survives what takes the registration back', async () => {
    const portal = await testPortal({ now: '2026-03-10T10:00:00.000Z' })
    const jobcenter = portal.as('jobcenter-musvaagevej')
    must(await put(portal.as('supplier-nord'), tenth, day(unauthorised(120))))
    const { items } = (await jobcenter.get('/v1/obligations', { query: { kind: 'absence-registration' } })).body
    const extension = { dueOn: '2026-03-20', reason: 'Aftalt', agreedBy: sally }
    must(await jobcenter.post(`/v1/obligations/${items[0].id}/extension`, extension))
    const { body } = must(await register(portal))
    portal.clock.set('2026-03-13T10:00:00.000Z')
    await withdraw(portal, body.id)
    expect(await dutyTexts(portal)).toEqual([`${tenth} due 2026-03-20 open`])
  })

  test('in one batch, the second version follows the first', async () => {
    const portal = await testPortal()
    const item = (parts: Parameters<typeof day>[0]) => ({ orderId: activityReady.id, date: tenth, ...day(parts) })
    must(
      await portal.as('supplier-nord').post('/v1/attendance/batch', { items: [item(sick), item(unauthorised(120))] }),
    )
    expect(await dutyTexts(portal)).toEqual([`${tenth} due 2026-03-13 open`])
  })
})

test('§ 7: days before the return are recorded in time on the day of the return', async () => {
  const portal = await testPortal({ now: '2026-03-02T07:00:00.000Z' })
  const supplier = portal.as('supplier-nord')
  const order = await runningOrder(portal.as, {
    cpr: freshCpr(),
    targetGroup: 'cash-benefit-activity-ready',
    plan: { '2026-03-02': 60, '2026-03-03': 60, '2026-03-04': 60 },
    firstMeeting: null,
  })
  portal.clock.set('2026-03-04T10:00:00.000Z')
  must(
    await supplier.post(`/v1/orders/${order.id}/first-meeting`, {
      outcome: 'attended',
      on: '2026-03-04',
      absences: ['2026-03-02', '2026-03-03'].map((date) => ({ date, wholeDay: true, reason: 'no-notice' })),
      registeredBy: liv,
    }),
  )
  const recorded = (date: string) =>
    put(
      supplier,
      date,
      { entries: [{ activityId: order.activityId, attendedMinutes: 0, absent: unauthorised(60) }], registeredBy: liv },
      {},
      order.id,
    )
  expect(must(await recorded('2026-03-02')).body.recordedLate).toBe(false)
  portal.clock.set('2026-03-05T10:00:00.000Z')
  expect(must(await recorded('2026-03-03')).body.recordedLate).toBe(true)
})

describe('§ 6: two orders of a citizen that show the same absence', async () => {
  const at = '2026-03-10T10:00:00.000Z'
  const two = async () => {
    const portal = await testPortal({ now: at })
    const group = {
      cpr: freshCpr(),
      targetGroup: 'cash-benefit-activity-ready',
      plan: { '2026-03-02': 60, [tenth]: 60 },
    }
    const one = await runningOrder(portal.as, group)
    const other = await runningOrder(portal.as, { ...group, jobcenter: 'jobcenter-skelbaekgade' })
    const record = async (order: typeof one, minutes: number) =>
      must(
        await put(
          portal.as('supplier-nord'),
          tenth,
          {
            entries: [
              {
                activityId: order.activityId,
                attendedMinutes: 60 - minutes,
                absent: minutes > 0 ? unauthorised(minutes) : [],
              },
            ],
            registeredBy: liv,
          },
          {},
          order.id,
        ),
      )
    return { portal, one, other, record }
  }

  test('the duty is on the order that owes, and leaves the one that no longer does', async () => {
    const { portal, one, other, record } = await two()
    await record(one, 60)
    await record(one, 0)
    await record(other, 60)
    expect([await dutyTexts(portal, one.id), await dutyTexts(portal, other.id)]).toEqual([
      [`${tenth} due ${tenth} waived nothing-to-register`],
      [`${tenth} due ${tenth} open`],
    ])
  })

  test('the end of one leaves the duty of the other, and opens none on the one that ended', async () => {
    const { portal, one, other, record } = await two()
    await record(one, 60)
    await record(other, 60)
    const end = { endedOn: '2026-03-09', cause: 'benefit-stopped', registeredBy: sally }
    must(await portal.as('jobcenter-musvaagevej').post(`/v1/orders/${one.id}/termination`, end))
    await record(other, 30)
    expect([await dutyTexts(portal, one.id), await dutyTexts(portal, other.id)]).toEqual([
      [`${tenth} due ${tenth} waived course-ended`],
      [`${tenth} due ${tenth} open`],
    ])
  })
})

describe('§ 8: who was recorded away by mistake and was there', () => {
  const referral = async (portal: TestPortal, orderId: string) =>
    (
      await portal.sql<{ text: string }>(
        `select due_on::text || ' ' || case when waived_at is null then 'open' else 'waived ' || waived_because end as text
           from obligations where order_id = $1 and kind = 'refer-citizen'`,
        [orderId],
      )
    ).map(({ text }) => text)

  test.each([
    [
      'moved on to a later day',
      { '2026-03-02': 60, '2026-03-12': 60, '2026-03-13': 60, '2026-03-20': 60 },
      '2026-03-20 open',
    ],
    [
      'waived without one',
      { '2026-03-02': 60, '2026-03-12': 60, '2026-03-13': 60 },
      '2026-03-13 waived no-planned-day-left',
    ],
  ])('the duty to refer them, %s, comes back', async (_, plan, moved) => {
    const portal = await testPortal({ now: '2026-03-12T10:00:00.000Z' })
    const supplier = portal.as('supplier-nord')
    const order = await runningOrder(portal.as, {
      cpr: freshCpr(),
      targetGroup: 'cash-benefit-activity-ready',
      plan: plan as Record<string, number>,
    })
    must(
      await supplier.post(
        '/v1/absences',
        absence({ date: '2026-03-12', orderId: order.id, activityId: order.activityId }),
      ),
    )
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const record = async (attendedMinutes: number) =>
      must(
        await put(
          supplier,
          '2026-03-13',
          {
            entries: [
              {
                activityId: order.activityId,
                attendedMinutes,
                absent: attendedMinutes > 0 ? [] : [{ code: 'sick-reported', minutes: 60 }],
              },
            ],
            registeredBy: liv,
          },
          {},
          order.id,
        ),
      )
    await record(0)
    expect(await referral(portal, order.id)).toEqual([moved])
    await record(60)
    expect(await referral(portal, order.id)).toEqual(['2026-03-13 open'])
  })
})
