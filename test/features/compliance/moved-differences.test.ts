import { expect, test } from 'vitest'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { attend, dorte, liv, must, plan } from '#test/features/orders/support.ts'
import { everyPage } from '#test/support/pages.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { ownOrders } from './support.ts'

const portal = await testPortal()
const purpose = { headers: { 'x-purpose': 'Test' } }
const dragoer = (path: string) => portal.as('auditor-dragoer').get(path, purpose)
const nord = portal.as('supplier-nord')

test.each([
  { from: '0155', to: '0101', dragoers: [] },
  { from: '0101', to: '0155', dragoers: ['2026-03-03'] },
])('a difference on the day of a move from $from to $to is counted where that day is read', async (given) => {
  const own = ownOrders(portal)
  const citizen = { ...own.citizenHere(), residenceMunicipality: given.from }
  const { id, activities } = await own.ordered('2026-03-02', '2026-02-25', { citizen })
  must(await plan(nord, { id, activities }, { '2026-03-02': 60, '2026-03-03': 60 }))
  own.at('2026-03-02')
  must(await attend(nord, id, '2026-03-02'))
  own.at('2026-03-03', '08:00')
  const [activity] = activities
  const absence = { orderId: id, activityId: activity.id, date: '2026-03-03', wholeDay: true, reason: 'no-notice' }
  must(await nord.post('/v1/absences', { ...absence, registeredBy: liv }))
  own.at('2026-03-03', '14:00')
  const move = { reason: 'Flyttet', registeredBy: dorte, citizen: { residenceMunicipality: given.to } }
  must(await portal.as('jobcenter-musvaagevej').patch(`/v1/orders/${id}`, move, { ifMatch: '*' }))
  const entries = [{ activityId: activity.id, attendedMinutes: 60, absent: [] }]
  must(await nord.put(`/v1/orders/${id}/attendance/2026-03-03`, { entries, registeredBy: liv }))
  await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })

  const path = '/v1/compliance/cases?from=2026-03-01&to=2026-03-31&figure=differenceDays&limit=500'
  const cases = await everyPage({ ...portal.as('auditor-dragoer'), get: dragoer }, path)
  const counted = cases.filter(({ orderId }) => orderId === id)
  expect(counted.map(({ date }) => date)).toEqual(given.dragoers)
  // The page that the case leads to shows what was counted, and no other page shows more.
  const shown = must(await dragoer(`/v1/orders/${id}/protocols/2026-03`)).body.differences
  expect(shown.map(({ date }: { date: string }) => date)).toEqual(given.dragoers)
  for (const { url } of counted) {
    const { pathname, search } = new URL(String(url))
    expect(must(await dragoer(`${pathname}${search}`)).text).toContain('registration-not-in-protocol')
  }
})
