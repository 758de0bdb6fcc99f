import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approved, attend, dorte, draft, gorm, liv, must, plan, refusal } from './support.ts'

type Order = Awaited<ReturnType<typeof approved>>
type Activity = { id: string; title: string; startDate: string; endDate: string; outsideOrder: boolean; status: string }

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const jobcenter = () => as('jobcenter-musvaagevej')
const amend = (id: string, changes: Record<string, unknown>) =>
  jobcenter().patch(`/v1/orders/${id}`, { reason: 'Ændret behov', registeredBy: dorte, ...changes }, { ifMatch: '*' })
const later = { startDate: '2026-03-09', firstMeetingAt: '2026-03-09T08:00:00Z' }
const record = (order: Order, date: string, activityId = order.activities[0].id) =>
  nord().put(`/v1/orders/${order.id}/attendance/${date}`, {
    entries: [{ activityId, attendedMinutes: 60 }],
    registeredBy: liv,
  })
const protocol = async (order: Order) => (await nord().get(`/v1/orders/${order.id}/protocols/2026-03`)).body
const conflict = async (order: Order) => (await jobcenter().get(`/v1/orders/${order.id}`)).body.planConflict
const activitiesOf = async (id: string): Promise<Activity[]> =>
  (await jobcenter().get(`/v1/orders/${id}/activities`)).body.items
const datesOf = async (id: string) =>
  (await activitiesOf(id)).map(({ title, startDate, endDate, outsideOrder }) => [
    title,
    startDate,
    endDate,
    outsideOrder,
  ])
const add = async (id: string, title: string, startDate: string, endDate: string) =>
  must(
    await jobcenter().post(`/v1/orders/${id}/activities`, {
      ...{ kind: 'coordination', title, place: { kind: 'authority' }, startDate, endDate },
      registeredBy: dorte,
    }),
  ).body

const march = { '2026-03-02': 60, '2026-03-03': 60, '2026-03-10': 60 }
/** An order whose March was submitted, with a planned day in April. */
const submitted = async (): Promise<Order> => {
  const order = await approved(as)
  must(await plan(nord(), order, { ...march, '2026-04-20': 60 }))
  must(await attend(nord(), order.id, '2026-03-02'))
  for (const date of Object.keys(march)) must(await record(order, date))
  must(await nord().post(`/v1/orders/${order.id}/protocols/2026-03/submission`, { registeredBy: liv }))
  return order
}

beforeAll(async () => {
  portal = await testPortal()
})
beforeEach(() => portal.clock.set('2026-03-13T10:00:00.000Z'))

describe('§ 5: the start moves after a month was submitted', () => {
  test('the month is stale; the days that left the order are shown and count nowhere, and come back with it', async () => {
    const order = await submitted()
    expect((await protocol(order)).totals).toMatchObject({ plannedMinutes: 180, attendedMinutes: 180 })
    must(await amend(order.id, later))
    const stale = await protocol(order)
    expect(stale).toMatchObject({ stale: true, totals: { plannedMinutes: 60, attendedMinutes: 60 } })
    expect(stale.days.map((day: { date: string; status: string }) => [day.date, day.status])).toEqual([
      ['2026-03-02', 'unplanned'],
      ['2026-03-03', 'unplanned'],
      ['2026-03-10', 'recorded'],
    ])
    const body = { registeredBy: liv, correctionReason: 'Bestillingen er ændret' }
    must(await nord().post(`/v1/orders/${order.id}/protocols/2026-03/submission`, body))
    expect(await protocol(order)).toMatchObject({ stale: false })
    must(await amend(order.id, { startDate: '2026-03-02' }))
    expect(await protocol(order)).toMatchObject({ stale: true, totals: { plannedMinutes: 180 } })
  })

  test('an amendment of other members leaves it as it is', async () => {
    const order = await submitted()
    must(await amend(order.id, { caseworker: { name: 'Ny', email: 'ny@jobcenter.example' } }))
    expect(await protocol(order)).toMatchObject({ stale: false })
  })

  test('plan-conflicts-with-record: its days stay in the plan as they stand, also outside the order', async () => {
    const order = await submitted()
    must(await amend(order.id, later))
    const without = await plan(nord(), order, { '2026-03-10': 60, '2026-04-20': 60 }, { ifMatch: '*' })
    expect(refusal(without)).toEqual([409, 'plan-conflicts-with-record'])
    expect(without.body.dates).toEqual(['2026-03-02', '2026-03-03'])
    expect(refusal(await plan(nord(), order, { ...march, '2026-03-03': 90 }, { ifMatch: '*' }))).toEqual([
      422,
      'plan-outside-order',
    ])
    const kept = must(await plan(nord(), order, { ...march, '2026-04-21': 60 }, { ifMatch: '*' })).body
    expect(kept.days.map((day: { date: string }) => day.date)).toEqual([...Object.keys(march), '2026-04-21'])
    expect(await conflict(order)).toBe(true)
  })
})

describe('what is on record outside the amended order flags the plan', () => {
  test('attendance as absence does, whatever the plan says since', async () => {
    const order = await approved(as)
    must(await plan(nord(), order, { '2026-03-02': 60, '2026-03-10': 60 }))
    must(await attend(nord(), order.id, '2026-03-02'))
    must(await record(order, '2026-03-10'))
    must(await amend(order.id, { endDate: '2026-03-09' }))
    expect(await conflict(order)).toBe(true)
    must(await plan(nord(), order, { '2026-03-02': 60 }, { ifMatch: '*' }))
    expect(await conflict(order)).toBe(true)
    must(await amend(order.id, { endDate: '2026-05-22' }))
    expect(await conflict(order)).toBe(false)
  })
})

describe('activities of an order whose dates move', () => {
  test('what lasts as long as the order moves with it; the rest is cut, never prolonged or turned round', async () => {
    const { id } = await approved(as)
    await add(id, 'hele', '2026-03-02', '2026-05-22')
    await add(id, 'først', '2026-03-02', '2026-03-10')
    await add(id, 'midt', '2026-03-10', '2026-03-20')
    await add(id, 'sidst', '2026-04-27', '2026-05-22')
    must(await amend(id, { startDate: '2026-03-16', firstMeetingAt: '2026-03-16T08:00:00Z', endDate: '2026-05-01' }))
    const [first, ...rest] = await datesOf(id)
    expect(first?.slice(1)).toEqual(['2026-03-16', '2026-05-01', false])
    expect(rest).toEqual([
      ['hele', '2026-03-16', '2026-05-01', false],
      ['først', '2026-03-02', '2026-03-10', true],
      ['midt', '2026-03-16', '2026-03-20', false],
      ['sidst', '2026-04-27', '2026-05-01', false],
    ])
    must(await amend(id, { endDate: '2026-09-25' }))
    expect((await datesOf(id)).map((dates) => dates.slice(1, 3))).toEqual([
      ['2026-03-16', '2026-09-25'],
      ['2026-03-16', '2026-09-25'],
      ['2026-03-02', '2026-03-10'],
      ['2026-03-16', '2026-03-20'],
      ['2026-04-27', '2026-05-01'],
    ])
    const history = await portal.sql<{ changes: Record<string, unknown> }>(
      `select changes from change_log where order_id = $1 and entity = 'activity' and action = 'moved' order by position`,
      [id],
    )
    expect(history).toHaveLength(6)
    expect(history[0]?.changes).toMatchObject({ startDate: { from: '2026-03-02', to: '2026-03-16' } })
  })

  test('one that the order was cut to for a while is not prolonged with it', async () => {
    const { id } = await approved(as)
    await add(id, 'kort', '2026-03-02', '2026-04-24')
    must(await amend(id, { endDate: '2026-04-24' }))
    must(await amend(id, { endDate: '2026-09-25' }))
    expect((await datesOf(id)).at(-1)).toEqual(['kort', '2026-03-02', '2026-04-24', false])
  })

  test('what the jobcenter approved as proposed keeps its days; a proposal that fell out is not planned on', async () => {
    const order = await approved(as)
    const place = { kind: 'company', name: 'Bageriet' }
    const dates = { startDate: '2026-05-11', endDate: '2026-05-22' }
    const asked = { kind: 'work-placement', title: 'Praktik', place, ...dates, registeredBy: liv }
    const { id } = must(await nord().post(`/v1/orders/${order.id}/activities`, asked)).body
    must(await jobcenter().post(`/v1/activities/${id}/decision`, { decision: 'approved', decidedBy: gorm }))
    must(await amend(order.id, { endDate: '2026-09-25' }))
    expect((await activitiesOf(order.id)).at(-1)).toMatchObject({ ...dates, outsideOrder: false, status: 'approved' })
    must(await amend(order.id, { endDate: '2026-05-01' }))
    expect((await activitiesOf(order.id)).at(-1)).toMatchObject({ ...dates, outsideOrder: true })
    const days = [{ date: '2026-05-12', activityId: id, plannedMinutes: 60 }]
    expect(refusal(await nord().put(`/v1/orders/${order.id}/plan`, { complete: false, days }))).toEqual([
      422,
      'plan-outside-order',
    ])
  })

  test('the database takes no activity that ends before it starts', async () => {
    const { activities } = await draft(as)
    await expect(
      portal.sql(`update activities set end_date = start_date - 1 where id = $1`, [activities[0].id]),
    ).rejects.toThrow(/activities_check/)
  })
})
