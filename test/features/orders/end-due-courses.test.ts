import { beforeAll, describe, expect, test } from 'vitest'
import { endDueCourses } from '#features/orders/end-due-courses.ts'
import type { Instant } from '#kernel/instant.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { silentLog } from '#test/support/until.ts'
import {
  approved,
  attend,
  dorte,
  draft,
  dutyTexts,
  eventsOf,
  liv,
  must,
  organisations,
  plan,
  refusal,
} from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
/** Runs the sweep as the worker does, at that moment. */
const sweep = (now: string) =>
  endDueCourses({
    database: portal.workerDatabase,
    now: now as Instant,
    log: silentLog,
    finalReportReading: 'five-whole-days-between',
  })
const statusOf = async (id: string) => {
  const { body } = await as('jobcenter-musvaagevej').get(`/v1/orders/${id}`)
  return [body.status, body.course.status, body.course.endedOn]
}

beforeAll(async () => {
  portal = await testPortal()
  // The demo's own orders would be due too; here only those of the tests are.
  await portal.sql(`update orders set end_date = '2035-12-31'`)
})

describe('§ 3: a course that nobody ended ends on its end date', () => {
  test('the day after, by local time, with all that follows; once', async () => {
    const order = await approved(as, { endDate: '2026-03-30', reports: { interimEveryWeeks: 2 } })
    must(await plan(as('supplier-nord'), order, { '2026-03-02': 60, '2026-03-30': 60 }))
    must(await attend(as('supplier-nord'), order.id, '2026-03-02'))
    // Summer time: 30 March ends at 22:00Z.
    expect(await sweep('2026-03-30T21:59:59.999Z')).toBe(0)
    expect(await statusOf(order.id)).toEqual(['approved', 'attending', null])
    expect(await sweep('2026-03-30T22:00:00.000Z')).toBe(1)
    expect(await sweep('2026-03-31T22:00:00.000Z')).toBe(0)
    expect(await statusOf(order.id)).toEqual(['ended', 'ended', '2026-03-30'])
    const { body } = await as('supplier-nord').get(`/v1/orders/${order.id}`)
    expect(body.termination).toEqual({
      endedOn: '2026-03-30',
      cause: 'completed',
      endedBy: 'portal',
      endedAt: '2026-03-30T22:00:00.000Z',
    })
    const ends = (await eventsOf(portal, order.id)).filter((event) => event.type === 'course.ended')
    expect(ends).toHaveLength(1)
    expect([...(ends[0]?.recipients ?? [])].sort()).toEqual(
      [organisations.supplierNord.id, organisations.jobcenterMusvaagevej.id, organisations.kKassen.id].sort(),
    )
    expect(await dutyTexts(portal, order.id)).toEqual([
      'attendance-protocol 2026-03 2026-04-01 open',
      // Maundy Thursday, Good Friday and Easter Monday lie between.
      'final-report final 2026-04-10 open',
      'first-meeting-outcome 2026-03-02 2026-03-02 met',
      'interim-report 2026-03-16 2026-03-23 open',
    ])
    const [log] = await portal.sql(
      `select client_id, organisation_id, registered_by, changes ->> 'cause' as cause from change_log
        where entity_id = $1 and action = 'ended'`,
      [order.id],
    )
    expect(log).toEqual({
      client_id: 'portal',
      organisation_id: organisations.jobcenterMusvaagevej.id,
      registered_by: null,
      cause: 'completed',
    })
    const again = await as('supplier-nord').post(`/v1/orders/${order.id}/termination`, {
      endedOn: '2026-03-13',
      cause: 'employment',
      registeredBy: liv,
    })
    expect(refusal(again)).toEqual([409, 'order-state'])
  })

  test('not late with a report whose end was set in the past: it is counted from the amendment; what lies after is flagged', async () => {
    const nord = as('supplier-nord')
    const order = await approved(as)
    must(await plan(nord, order, { '2026-03-02': 60, '2026-03-12': 60 }))
    must(await attend(nord, order.id, '2026-03-02'))
    const entries = [{ activityId: order.activities[0].id, attendedMinutes: 60 }]
    must(await nord.put(`/v1/orders/${order.id}/attendance/2026-03-12`, { entries, registeredBy: liv }))
    const changes = { endDate: '2026-03-03', reason: 'Kortere', registeredBy: dorte }
    must(await as('jobcenter-musvaagevej').patch(`/v1/orders/${order.id}`, changes, { ifMatch: '*' }))
    // Put once more, so that only the sweep is left to flag it.
    await portal.sql('update orders set plan_conflict = false where id = $1', [order.id])
    // Approved after the amended end, so left a while.
    expect(await sweep('2026-04-20T08:00:00.000Z')).toBe(1)
    expect(await statusOf(order.id)).toEqual(['ended', 'ended', '2026-03-03'])
    const { body } = await as('jobcenter-musvaagevej').get(`/v1/orders/${order.id}`)
    expect(body.planConflict).toBe(true)
    expect(await dutyTexts(portal, order.id)).toContain('final-report final 2026-03-23 open')
  })

  test('one that nobody came to never started; drafts are left alone', async () => {
    const never = await approved(as, { endDate: '2026-04-01' })
    const drafted = await draft(as, { endDate: '2026-04-01' })
    expect(await sweep('2026-04-05T08:00:00.000Z')).toBe(1)
    expect(await statusOf(never.id)).toEqual(['ended', 'never-started', '2026-04-01'])
    expect((await dutyTexts(portal, never.id)).filter((duty) => duty.startsWith('final-report'))).toEqual([])
    expect(await statusOf(drafted.id)).toEqual(['draft', 'awaiting-first-meeting', null])
  })

  test('several workers end each once between them', async () => {
    const ids: string[] = []
    for (let index = 0; index < 12; index++) ids.push((await approved(as, { endDate: '2026-04-10' })).id)
    const counts = await Promise.all(Array.from({ length: 4 }, () => sweep('2026-04-12T08:00:00.000Z')))
    const left = await sweep('2026-04-12T08:00:00.000Z')
    expect(counts.reduce((sum, count) => sum + count, left)).toBe(12)
    const [row] = await portal.sql<{ count: string }>(
      `select count(*) from events where type = 'course.ended' and order_id = any ($1::uuid[])`,
      [ids],
    )
    expect(Number(row?.count)).toBe(12)
  })
})
