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
    const { id } = await approved(as)
    must(await attend(nord(), id, '2026-03-02'))
    expect(await dutyTexts(portal, id)).toEqual(['first-meeting-outcome 2026-03-02 2026-03-02 met'])
    const [late] = await portal.sql(`select days_late, working_days_late from obligations where order_id = $1`, [id])
    expect(late).toEqual({ days_late: 11, working_days_late: 9 })
  })

  test('cancelling waives what is not yet due; what was due stays', async () => {
    const order = await approved(as, { reports: { interimEveryWeeks: 4 } })
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
    const order = await approved(as, { reports: { interimEveryWeeks: 1, interimDueWorkingDays: 1 } })
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
