import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { attend, liv, must, plan } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { wrongCells } from './recount.ts'
import { missed, type OwnOrders, ownOrders, reSummon } from './support.ts'

let portal: TestPortal
let own: OwnOrders
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const jobcenter = () => as('jobcenter-musvaagevej')
const at = (date: string, time?: string) => own.at(date, time)
const ordered: OwnOrders['ordered'] = (...given) => own.ordered(...given)
const figuresNow = () => own.figuresNow()
const dutiesOf = async (kind: string) => {
  const { dutiesDue, dutiesMetLate, dutiesOverdue, dutiesOpenedAfterDue } = (await figuresNow()).dutiesByKind[kind]
  return { dutiesDue, dutiesMetLate, dutiesOverdue, dutiesOpenedAfterDue }
}
const late = { dutiesDue: 1, dutiesMetLate: 0, dutiesOverdue: 1, dutiesOpenedAfterDue: 0 }
const excused = { dutiesDue: 0, dutiesMetLate: 0, dutiesOverdue: 0, dutiesOpenedAfterDue: 1 }

beforeAll(async () => {
  portal = await testPortal()
})
beforeEach(() => {
  own = ownOrders(portal)
})

describe('a duty that was opened when its date was over', () => {
  test('counts as any other where the supplier planned late', async () => {
    const order = await ordered('2026-02-02', '2026-02-02')
    at('2026-03-13')
    must(await plan(nord(), order, { '2026-02-10': 120 }))
    expect(await dutiesOf('attendance-protocol')).toEqual(late)
  })

  test('counts apart where the order was approved late', async () => {
    const order = await ordered('2026-02-02', '2026-03-13')
    must(await plan(nord(), order, { '2026-02-10': 120 }))
    expect(await dutiesOf('attendance-protocol')).toEqual(excused)
    expect(await dutiesOf('first-meeting-outcome')).toEqual(excused)
  })

  test('counts apart where an amendment brought the month into the course', async () => {
    const { id } = await ordered('2026-03-02', '2026-02-25')
    at('2026-03-13')
    const { headers } = await jobcenter().get(`/v1/orders/${id}`)
    const amendment = { startDate: '2026-02-02', reason: 'Begyndte før', registeredBy: liv }
    const { body } = must(
      await jobcenter().patch(`/v1/orders/${id}`, amendment, { ifMatch: headers['etag'] as string }),
    )
    must(await plan(nord(), body, { '2026-02-10': 120 }))
    expect(await dutiesOf('attendance-protocol')).toEqual(excused)
  })

  test.each([
    ['counts apart where the jobcenter decided on the activity late', '2026-02-03', excused],
    ['counts as any other where the supplier proposed the activity late', '2026-03-12', late],
  ])('%s', async (_, proposedOn, expected) => {
    const order = await ordered('2026-02-02', '2026-02-02')
    at(proposedOn)
    const place = { kind: 'authority', name: 'Jobcentret' }
    const dates = { startDate: '2026-02-02', endDate: '2026-05-22' }
    const activity = { kind: 'coordination', title: 'Besøg', place, ...dates, registeredBy: liv }
    const { id } = must(await nord().post(`/v1/orders/${order.id}/activities`, activity)).body
    at('2026-03-13')
    const decision = { decision: 'approved', decidedBy: { name: 'Gorm Godkender' } }
    must(await jobcenter().post(`/v1/activities/${id}/decision`, decision))
    const made = must(await plan(nord(), { id: order.id, activities: [{ id }] }, { '2026-02-10': 120 }))
    expect(await dutiesOf('attendance-protocol')).toEqual(expected)
    // A day of the month that could have been planned before.
    const days = [id, order.activities[0].id].map((activityId, index) => ({
      date: `2026-02-1${index}`,
      activityId,
      plannedMinutes: 60,
    }))
    const again = { complete: false, days }
    const options = { ifMatch: made.headers['etag'] as string }
    must(await nord().put(`/v1/orders/${order.id}/plan`, again, options))
    expect(await dutiesOf('attendance-protocol')).toEqual(late)
  })

  test.each([
    ['counts as any other where the supplier registered the absence late', {}, late],
    [
      'counts apart where Kontaktcentret said late that the citizen was not sick',
      { reason: 'sickness-not-accepted', decisionReceivedOn: '2026-03-13' },
      excused,
    ],
  ])('%s', async (_, changes, expected) => {
    const order = await ordered('2026-03-02', '2026-03-02')
    must(await plan(nord(), order, { '2026-03-02': 60, '2026-03-03': 60, '2026-03-04': 60 }))
    must(await attend(nord(), order.id, '2026-03-02'))
    at('2026-03-13')
    const absence = { activityId: order.activities[0].id, date: '2026-03-03', wholeDay: true, reason: 'no-notice' }
    must(await nord().post('/v1/absences', { orderId: order.id, ...absence, registeredBy: liv, ...changes }))
    expect(await dutiesOf('refer-citizen')).toEqual(expected)
  })

  test.each([
    ['supplier-nord', late],
    ['jobcenter-musvaagevej', excused],
  ])('is the doing of whoever ended the course late: %s', async (client, expected) => {
    const order = await ordered('2026-03-02', '2026-03-02')
    must(await attend(nord(), order.id, '2026-03-02'))
    at('2026-03-13')
    const end = { endedOn: '2026-03-02', cause: 'employment', registeredBy: liv }
    must(await as(client).post(`/v1/orders/${order.id}/termination`, end))
    expect(await dutiesOf('final-report')).toEqual(expected)
  })

  test('was met late where the supplier told of a second miss late', async () => {
    const order = await ordered('2026-03-02', '2026-03-02')
    must(await missed(nord(), order.id, '2026-03-02'))
    must(await reSummon(nord(), order.id, { missedOn: '2026-03-02', sentOn: '2026-03-02', newMeetingOn: '2026-03-06' }))
    at('2026-03-13')
    must(await missed(nord(), order.id, '2026-03-06'))
    expect(await dutiesOf('second-no-show-notice')).toEqual({ ...late, dutiesMetLate: 1, dutiesOverdue: 0 })
    expect(await wrongCells(portal)).toEqual([])
  })
})

test('a duty that was overdue is so again once the leave that waived it is withdrawn', async () => {
  const order = await ordered('2026-03-02', '2026-03-02')
  must(await plan(nord(), order, { '2026-03-02': 60, '2026-03-03': 60 }))
  must(await attend(nord(), order.id, '2026-03-02'))
  at('2026-03-03')
  const absent = [{ code: 'unauthorised', minutes: 60 }]
  const entries = [{ activityId: order.activities[0].id, attendedMinutes: 0, absent }]
  must(await nord().put(`/v1/orders/${order.id}/attendance/2026-03-03`, { entries, registeredBy: liv }))
  at('2026-03-10')
  expect(await dutiesOf('absence-registration')).toEqual(late)
  const leave = { from: '2026-03-03', to: '2026-03-03', reason: 'Ferie', approvedBy: liv }
  const { body } = must(await jobcenter().post(`/v1/orders/${order.id}/leave-approvals`, leave))
  expect(await dutiesOf('absence-registration')).toEqual({ ...late, dutiesDue: 0, dutiesOverdue: 0 })
  at('2026-03-13')
  const withdrawal = { reason: 'Fejl', registeredBy: liv }
  must(await jobcenter().post(`/v1/leave-approvals/${body.id}/withdrawal`, withdrawal))
  expect(await dutiesOf('absence-registration')).toEqual(late)
})
