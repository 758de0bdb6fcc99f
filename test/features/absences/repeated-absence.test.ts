import { beforeEach, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { absence } from './support.ts'

const { orders, organisations } = demo
let portal: TestPortal
const nord = () => portal.as('supplier-nord')
beforeEach(async () => {
  portal = await testPortal({ now: '2026-05-22T10:00:00.000Z' })
})

const told = () =>
  portal.sql<{ recipients: string[]; data: Record<string, unknown>; path: string }>(
    `select recipients, data, path from events where type = 'absence.repeated' order by position`,
  )
const register = async (date: string, changes: Record<string, unknown> = {}): Promise<string> => {
  const answer = await nord().post('/v1/absences', absence({ date, ...changes }))
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return answer.body.id as string
}

describe('§ 8: the jobcenter is told that absences repeat', () => {
  test('at the third within thirty days, once; and again at the third after them', async () => {
    await register('2026-03-09')
    await register('2026-03-12')
    expect(await told()).toEqual([])
    await register('2026-03-20')
    const orderId = orders.activityReady.id
    const first = {
      recipients: [organisations.jobcenterMusvaagevej.id],
      data: { orderId, count: 3, from: '2026-03-09', to: '2026-03-20' },
      path: `/v1/orders/${orderId}`,
    }
    expect(await told()).toEqual([first])
    for (const date of ['2026-03-23', '2026-03-24', '2026-03-25', '2026-04-08', '2026-04-09']) await register(date)
    expect(await told()).toEqual([first])
    await register('2026-04-10')
    expect((await told())[1]?.data).toEqual({ orderId, count: 3, from: '2026-04-08', to: '2026-04-10' })
  })

  test('withdrawn and replaced registrations count no more', async () => {
    const one = await register('2026-03-09')
    await register('2026-03-12')
    await nord().post(`/v1/absences/${one}/withdrawal`, { reason: 'Fejl', registeredBy: { name: 'Liv' } })
    const three = await register('2026-03-20')
    await register('2026-03-20', { absentMinutes: 20, reason: 'late-arrival', replaces: three })
    expect(await told()).toEqual([])
    await register('2026-03-23')
    expect(await told()).toHaveLength(1)
  })

  test('what the jobcenter covered by leave afterwards does not count', async () => {
    await register('2026-03-09')
    await register('2026-03-10')
    const leave = await portal
      .as('jobcenter-musvaagevej')
      .post(`/v1/orders/${orders.activityReady.id}/leave-approvals`, {
        from: '2026-03-09',
        to: '2026-03-09',
        reason: 'Begravelse',
        approvedBy: { name: 'Sally Sagsbehandler' },
      })
    expect([leave.status, leave.text]).toEqual([201, leave.text])
    await register('2026-03-11')
    expect(await told()).toEqual([])
    await register('2026-03-12')
    expect((await told())[0]?.data).toMatchObject({ count: 3, from: '2026-03-10' })
  })

  test('in a batch: each order for itself, each thirty days once', async () => {
    const dates = ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-04-20', '2026-04-21', '2026-04-22']
    const two = orders.sicknessBenefit
    const items = [
      ...dates.map((date) => absence({ date })),
      ...dates.slice(0, 2).map((date) => absence({ date, orderId: two.id, activityId: two.activityId })),
    ]
    expect((await nord().post('/v1/absences/batch', { items })).status).toBe(200)
    expect((await told()).map(({ data }) => data)).toEqual([
      { orderId: orders.activityReady.id, count: 4, from: '2026-03-09', to: '2026-03-12' },
      { orderId: orders.activityReady.id, count: 3, from: '2026-04-20', to: '2026-04-22' },
    ])
  })

  test('once, when all come at the same moment', async () => {
    const dates = ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13', '2026-03-16']
    await Promise.all(dates.map((date) => register(date)))
    expect(await told()).toHaveLength(1)
  })

  test('a registration that is refused tells nothing', async () => {
    await register('2026-03-09')
    await register('2026-03-10')
    expect((await nord().post('/v1/absences', absence({ date: '2026-03-10' }))).status).toBe(409)
    expect(await told()).toEqual([])
  })
})
