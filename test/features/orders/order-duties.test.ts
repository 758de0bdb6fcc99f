import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approved, atTheFund, attend, dorte, draft, dutyTexts, liv, must, plan } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const jobcenter = () => as('jobcenter-musvaagevej')

beforeAll(async () => {
  portal = await testPortal()
})

describe('the duties of an order', () => {
  test('a draft has none; approval opens the first meeting’s and the interim reports’', async () => {
    expect(await dutyTexts(portal, (await draft(as)).id)).toEqual([])
    const { id } = await approved(as, {
      startDate: '2026-04-07',
      firstMeetingAt: '2026-04-07T22:30:00Z',
      reports: { interimEveryWeeks: 3, interimDueWorkingDays: 2 },
    })
    expect(await dutyTexts(portal, id)).toEqual([
      // Half past midnight in Copenhagen.
      'first-meeting-outcome 2026-04-08 2026-04-08 open',
      'interim-report 2026-04-28 2026-04-30 open',
      'interim-report 2026-05-19 2026-05-21 open',
    ])
  })

  test('groups without the first-meeting procedure owe no word of it', async () => {
    expect(await dutyTexts(portal, (await approved(as, atTheFund)).id)).toEqual([])
  })

  test('a plan opens a protocol for each of its months; one whose days vanish is waived, and opened again', async () => {
    const order = await approved(as)
    const protocols = async () =>
      (await dutyTexts(portal, order.id)).filter((duty) => duty.startsWith('attendance-protocol'))
    must(await plan(nord(), order, { '2026-03-30': 60, '2026-03-31': 60, '2026-04-07': 60 }))
    expect(await protocols()).toEqual([
      'attendance-protocol 2026-03 2026-04-01 open',
      'attendance-protocol 2026-04 2026-05-01 open',
    ])
    must(await plan(nord(), order, { '2026-03-30': 60, '2026-05-11': 60 }, { ifMatch: '*' }))
    expect(await protocols()).toEqual([
      'attendance-protocol 2026-03 2026-04-01 open',
      'attendance-protocol 2026-04 2026-05-01 waived',
      'attendance-protocol 2026-05 2026-06-01 open',
    ])
    await portal.sql(
      `update obligations set met_at = now(), met_by = 't' where order_id = $1 and subject = '2026-05'`,
      [order.id],
    )
    must(await plan(nord(), order, { '2026-04-07': 60 }, { ifMatch: '*' }))
    expect(await protocols()).toEqual([
      'attendance-protocol 2026-03 2026-04-01 waived',
      'attendance-protocol 2026-04 2026-05-01 open',
      'attendance-protocol 2026-05 2026-06-01 met',
    ])
  })

  test('that the citizen came meets the first meeting’s, late or not', async () => {
    portal.clock.set('2026-02-20T10:00:00.000Z')
    const { id } = await approved(as)
    portal.clock.set('2026-03-13T10:00:00.000Z')
    must(await attend(nord(), id, '2026-03-02'))
    expect(await dutyTexts(portal, id)).toEqual(['first-meeting-outcome 2026-03-02 2026-03-02 met'])
    const [late] = await portal.sql(`select days_late, working_days_late from obligations where order_id = $1`, [id])
    expect(late).toEqual({ days_late: 11, working_days_late: 9 })
  })

  test('cancelling waives what is not yet due; what was due stays', async () => {
    portal.clock.set('2026-02-20T10:00:00.000Z')
    const order = await approved(as, { reports: { interimEveryWeeks: 4 } })
    portal.clock.set('2026-03-13T10:00:00.000Z')
    must(await plan(nord(), order, { '2026-04-07': 60 }))
    must(await jobcenter().post(`/v1/orders/${order.id}/cancellation`, { cause: 'other', registeredBy: dorte }))
    expect(await dutyTexts(portal, order.id)).toEqual([
      'attendance-protocol 2026-04 2026-05-01 waived',
      'first-meeting-outcome 2026-03-02 2026-03-02 open',
      'interim-report 2026-03-30 2026-04-09 waived',
      'interim-report 2026-04-27 2026-05-04 waived',
    ])
  })

  test('the end waives the interim reports and protocols after it, and opens the final report', async () => {
    portal.clock.set('2026-02-20T10:00:00.000Z')
    const order = await approved(as, { reports: { interimEveryWeeks: 1, interimDueWorkingDays: 1 } })
    portal.clock.set('2026-03-13T10:00:00.000Z')
    must(await plan(nord(), order, { '2026-03-02': 60, '2026-04-07': 60 }))
    must(await attend(nord(), order.id, '2026-03-02'))
    const end = { endedOn: '2026-03-13', cause: 'completed', registeredBy: liv }
    must(await nord().post(`/v1/orders/${order.id}/termination`, end))
    const open = (await dutyTexts(portal, order.id)).filter((duty) => duty.endsWith('open'))
    expect(open).toEqual([
      'attendance-protocol 2026-03 2026-04-01 open',
      'final-report final 2026-03-23 open',
      'interim-report 2026-03-09 2026-03-10 open',
    ])
  })
})

describe('an order that is entered late', () => {
  test('has the dates of its duties all the same; what was over by then says so', async () => {
    const late = { startDate: '2026-01-05', firstMeetingAt: '2026-01-05T08:00:00Z', reports: { interimEveryWeeks: 4 } }
    const order = await approved(as, late)
    must(await plan(nord(), order, { '2026-01-05': 60, '2026-03-05': 60 }))
    const { items } = (await nord().get(`/v1/obligations?orderId=${order.id}`)).body
    const told = (item: Record<string, unknown>) =>
      `${item['kind']} ${item['dueOn']}${item['openedAfterDue'] ? ' opened after it' : ''}`
    expect(items.map(told).sort()).toEqual([
      'attendance-protocol 2026-02-01 opened after it',
      'attendance-protocol 2026-04-01',
      'first-meeting-outcome 2026-01-05 opened after it',
      'interim-report 2026-02-09 opened after it',
      'interim-report 2026-03-09 opened after it',
      'interim-report 2026-04-09',
      'interim-report 2026-05-04',
    ])
  })
})

describe('what was agreed stays agreed', () => {
  const extended = async (orderId: string, kind: string, subject: string, dueOn: string) => {
    const { items } = (await jobcenter().get(`/v1/obligations?orderId=${orderId}&kind=${kind}`)).body
    const duty = items.find((item: { subject: string }) => item.subject === subject)
    const agreed = { dueOn, reason: 'Aftalt', agreedBy: dorte }
    must(await jobcenter().post(`/v1/obligations/${duty.id}/extension`, agreed))
    return duty.id as string
  }

  test('when a duty is opened again', async () => {
    const order = await approved(as)
    must(await plan(nord(), order, { '2026-03-20': 60, '2026-04-20': 60 }))
    const id = await extended(order.id, 'attendance-protocol', '2026-04', '2026-05-15')
    must(await plan(nord(), order, { '2026-03-20': 60 }, { ifMatch: '*' }))
    must(await plan(nord(), order, { '2026-03-20': 60, '2026-04-21': 60 }, { ifMatch: '*' }))
    const { body } = await jobcenter().get(`/v1/obligations/${id}`)
    expect(body).toMatchObject({ status: 'open', dueOn: '2026-05-15', originalDueOn: '2026-05-01' })
    expect(body.dueAt).toBe('2026-05-15T22:00:00.000Z')
  })

  test('when the start moves, and with it the report', async () => {
    const order = await approved(as, {
      startDate: '2026-03-16',
      firstMeetingAt: '2026-03-16T08:00:00Z',
      reports: { interimEveryWeeks: 4 },
    })
    await extended(order.id, 'interim-report', '2026-04-13', '2026-05-15')
    const changes = {
      startDate: '2026-03-17',
      firstMeetingAt: '2026-03-17T08:00:00Z',
      reason: 'Senere',
      registeredBy: dorte,
    }
    must(await jobcenter().patch(`/v1/orders/${order.id}`, changes, { ifMatch: '*' }))
    expect((await dutyTexts(portal, order.id)).filter((duty) => duty.startsWith('interim'))).toEqual([
      'interim-report 2026-04-13 2026-05-15 waived',
      'interim-report 2026-04-14 2026-05-15 open',
      'interim-report 2026-05-11 2026-05-19 waived',
      'interim-report 2026-05-12 2026-05-20 open',
    ])
  })

  test('at the end: a report that was owed while the course ran stays owed', async () => {
    portal.clock.set('2026-02-20T10:00:00.000Z')
    const order = await approved(as, { reports: { interimEveryWeeks: 2 } })
    await extended(order.id, 'interim-report', '2026-03-16', '2026-05-15')
    portal.clock.set('2026-03-02T10:00:00.000Z')
    must(await attend(nord(), order.id, '2026-03-02'))
    portal.clock.set('2026-04-01T10:00:00.000Z')
    const end = { endedOn: '2026-04-01', cause: 'employment', registeredBy: liv }
    must(await nord().post(`/v1/orders/${order.id}/termination`, end))
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const texts = await dutyTexts(portal, order.id)
    expect(texts.filter((duty) => duty.startsWith('interim') && duty.endsWith('open'))).toEqual([
      'interim-report 2026-03-16 2026-05-15 open',
    ])
  })
})

describe('ours: no supplier ends a course to be rid of what it owes', () => {
  /** A course from 2 March on, of which nothing was reported until 11 May. */
  const neglected = async () => {
    portal.clock.set('2026-02-20T10:00:00.000Z')
    const order = await approved(as, { reports: { interimEveryWeeks: 4 } })
    must(await plan(nord(), order, { '2026-03-02': 60, '2026-04-07': 60, '2026-05-12': 60 }))
    portal.clock.set('2026-03-02T10:00:00.000Z')
    must(await attend(nord(), order.id, '2026-03-02'))
    portal.clock.set('2026-05-11T10:00:00.000Z')
    return order
  }
  const end = (id: string, client: string) =>
    as(client).post(`/v1/orders/${id}/termination`, { endedOn: '2026-03-02', cause: 'employment', registeredBy: liv })
  const open = async (id: string) => (await dutyTexts(portal, id)).filter((duty) => duty.endsWith('open'))

  test('overdue stays overdue, and an empty month meets it late', async () => {
    const { id } = await neglected()
    must(await end(id, 'supplier-nord'))
    expect(await open(id)).toEqual([
      'attendance-protocol 2026-03 2026-04-01 open',
      'attendance-protocol 2026-04 2026-05-01 open',
      'final-report final 2026-03-10 open',
      'interim-report 2026-03-30 2026-04-09 open',
      'interim-report 2026-04-27 2026-05-04 open',
    ])
    const submit = (month: string) =>
      nord().post(`/v1/orders/${id}/protocols/${month}/submission`, { registeredBy: liv })
    must(await submit('2026-04'))
    const { items } = (await nord().get(`/v1/obligations?orderId=${id}&kind=attendance-protocol`)).body
    const april = items.find((item: { subject: string }) => item.subject === '2026-04')
    expect(april).toMatchObject({ status: 'met-late', daysLate: 10 })
    expect(
      (await nord().get(`/v1/orders/${id}/protocols/2026-04`)).body.days.map((day: { status: string }) => day.status),
    ).toEqual(['unplanned'])
    // May was not due yet.
    const may = await submit('2026-05')
    expect([may.status, may.body.code]).toEqual([409, 'nothing-planned-that-month'])
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test("the jobcenter's end takes away what lies after it", async () => {
    const { id } = await neglected()
    must(await end(id, 'jobcenter-musvaagevej'))
    portal.clock.set('2026-03-13T10:00:00.000Z')
    expect(await open(id)).toEqual([
      'attendance-protocol 2026-03 2026-04-01 open',
      'final-report final 2026-03-10 open',
    ])
  })

  test('a first meeting of after the end is not asked for, also when it is overdue by then', async () => {
    portal.clock.set('2026-02-20T10:00:00.000Z')
    const order = await approved(as, { firstMeetingAt: '2026-03-09T08:00:00Z' })
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const { id } = order
    must(await end(id, 'jobcenter-musvaagevej'))
    expect(await dutyTexts(portal, id)).toEqual(['first-meeting-outcome 2026-03-09 2026-03-09 waived'])
  })
})
