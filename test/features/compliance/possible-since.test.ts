import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { attend, gorm, liv, must, plan } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { wrongCells } from './recount.ts'
import { missed, type OwnOrders, ownOrders, reSummon } from './support.ts'

let portal: TestPortal
let own: OwnOrders
const nord = () => portal.as('supplier-nord')
const jobcenter = () => portal.as('jobcenter-musvaagevej')
const at = (date: string, time?: string) => own.at(date, time)
type Ordered = Awaited<ReturnType<OwnOrders['ordered']>>
type Part = { code: string; minutes: number }

beforeAll(async () => {
  portal = await testPortal()
})
beforeEach(() => {
  own = ownOrders(portal)
})

/** Attendance of a planned hour of one activity. */
const recorded = (orderId: string, activityId: string, date: string, absent: readonly Part[] = [], more = {}) => {
  const away = absent.reduce((sum, { minutes }) => sum + minutes, 0)
  const entries = [{ activityId, attendedMinutes: 60 - away, absent, ...more }]
  return nord().put(`/v1/orders/${orderId}/attendance/${date}`, { entries, registeredBy: liv })
}
const unauthorised = [{ code: 'unauthorised', minutes: 60 }]
const absent = async (orderId: string, activityId: string, date: string) =>
  must(
    await nord().post('/v1/absences', {
      ...{ orderId, activityId, date, wholeDay: true, reason: 'no-notice', registeredBy: liv },
    }),
  ).body
const dutyOf = async (orderId: string, kind: string) =>
  must(await jobcenter().get(`/v1/obligations?orderId=${orderId}&kind=${kind}`)).body.items[0]
/** The figures that are not nothing, of those named. */
const figures = async (...names: string[]) => {
  const totals = (await own.figuresNow()).figures
  return Object.fromEntries(names.map((name) => [name, totals[name]]))
}
const replan = async (orderId: string, days: { date: string; activityId: string }[]) => {
  const { headers } = must(await jobcenter().get(`/v1/orders/${orderId}/plan`))
  const body = { complete: false, days: days.map((day) => ({ ...day, plannedMinutes: 60 })) }
  return must(await nord().put(`/v1/orders/${orderId}/plan`, body, { ifMatch: headers['etag'] as string }))
}
/** An activity that the supplier proposes on a day and the jobcenter decides on. */
const decided = async (orderId: string, proposedOn: string, decidedOn: string, startDate = '2026-02-02') => {
  at(proposedOn)
  const activity = { kind: 'off-site', title: 'Tur', place: { kind: 'company', name: 'Bager' } }
  const dates = { startDate, endDate: '2026-03-20' }
  const path = `/v1/orders/${orderId}/activities`
  const { id } = must(await nord().post(path, { ...activity, ...dates, registeredBy: liv })).body
  at(decidedOn)
  must(await jobcenter().post(`/v1/activities/${id}/decision`, { decision: 'approved', decidedBy: gorm }))
  return id as string
}

describe('leave that is withdrawn later', () => {
  let order: Ordered
  let activity: string
  const leave = async (minutes?: number) =>
    must(
      await jobcenter().post(`/v1/orders/${order.id}/leave-approvals`, {
        ...{ from: '2026-03-03', to: '2026-03-03', reason: 'Ferie', approvedBy: gorm },
        ...(minutes === undefined ? {} : { minutes }),
      }),
    ).body.id as string
  const withdraw = async (id: string) =>
    must(await jobcenter().post(`/v1/leave-approvals/${id}/withdrawal`, { reason: 'Fejl', registeredBy: gorm }))
  const lateFigures = () =>
    figures('dutiesMetLate', 'dutiesOverdue', 'absencesLate', 'absencesSameDay', 'daysUnrecorded')
  const begun = async () => {
    order = await own.ordered('2026-03-02', '2026-02-25')
    activity = order.activities[0].id
    const days = { '2026-03-02': 60, '2026-03-03': 60, '2026-03-04': 60, '2026-03-11': 60 }
    must(await plan(nord(), order, days))
    at('2026-03-02')
    must(await attend(nord(), order.id, '2026-03-02'))
    must(await recorded(order.id, activity, '2026-03-02'))
  }

  test('makes nobody late with the day: registration, its duty and the referral that follows', async () => {
    await begun()
    const id = await leave()
    at('2026-03-03')
    must(await recorded(order.id, activity, '2026-03-03', [{ code: 'approved-leave', minutes: 60 }]))
    at('2026-03-04')
    must(await recorded(order.id, activity, '2026-03-04'))
    at('2026-03-10')
    await withdraw(id)
    must(await recorded(order.id, activity, '2026-03-03', unauthorised))
    expect(await dutyOf(order.id, 'absence-registration')).toMatchObject({ dueOn: '2026-03-10', status: 'open' })
    expect(await absent(order.id, activity, '2026-03-03')).toMatchObject({ late: false, daysLate: 0 })
    expect(await dutyOf(order.id, 'absence-registration')).toMatchObject({ status: 'met' })
    const inTime = { dutiesMetLate: 0, dutiesOverdue: 0, absencesLate: 0, absencesSameDay: 1, daysUnrecorded: 0 }
    expect(await lateFigures()).toEqual(inTime)
    expect(await wrongCells(portal)).toEqual([])
  })

  test('leaves the day until the end of that of the withdrawal, and no longer', async () => {
    await begun()
    const id = await leave()
    at('2026-03-10')
    await withdraw(id)
    at('2026-03-11')
    expect(await absent(order.id, activity, '2026-03-03')).toMatchObject({ late: true, daysLate: 1 })
  })

  test('excuses nothing that was late before it was given, and no minutes that it left', async () => {
    await begun()
    at('2026-03-09')
    const id = await leave()
    at('2026-03-10')
    await withdraw(id)
    expect(await absent(order.id, activity, '2026-03-03')).toMatchObject({ late: true, daysLate: 7 })
    await begun()
    const half = await leave(30)
    at('2026-03-10')
    await withdraw(half)
    expect(await absent(order.id, activity, '2026-03-03')).toMatchObject({ late: true, daysLate: 7 })
  })

  test('of part of a day excuses whoever attended the rest', async () => {
    await begun()
    const half = await leave(30)
    at('2026-03-03')
    must(await recorded(order.id, activity, '2026-03-03', [{ code: 'approved-leave', minutes: 30 }]))
    at('2026-03-10')
    await withdraw(half)
    must(await recorded(order.id, activity, '2026-03-03', [{ code: 'unauthorised', minutes: 30 }]))
    expect(await dutyOf(order.id, 'absence-registration')).toMatchObject({ dueOn: '2026-03-10' })
    const part = { orderId: order.id, activityId: activity, date: '2026-03-03', absentMinutes: 30, reason: 'no-notice' }
    expect(must(await nord().post('/v1/absences', { ...part, registeredBy: liv })).body).toMatchObject({ late: false })
  })

  test('lets no attendance be missing of a course that had not begun', async () => {
    order = await own.ordered('2026-03-02', '2026-02-25')
    must(await plan(nord(), order, { '2026-03-03': 60 }))
    const id = await leave()
    at('2026-03-10')
    expect(await figures('daysUnrecorded')).toEqual({ daysUnrecorded: 0 })
    await withdraw(id)
    expect(await figures('daysUnrecorded')).toEqual({ daysUnrecorded: 0 })
  })
})

describe('an order that was approved when its days were over', () => {
  const registers = () =>
    figures(
      'absencesLate',
      'daysRecordedSameDay',
      'daysRecordedLate',
      'daysUnrecorded',
      'daysOpenedLate',
      'protocolsDue',
      'protocolsMissing',
    )

  test('makes nobody late in any register: what is recorded that day is in time, nothing of before it is missing', async () => {
    const order = await own.ordered('2026-02-02', '2026-03-12', { targetGroup: 'insured-unemployed' })
    const activity = order.activities[0].id
    const hours = { '2026-02-03': 60, '2026-02-04': 60, '2026-02-05': 60, '2026-02-06': 60, '2026-03-13': 60 }
    must(await plan(nord(), order, hours))
    must(await recorded(order.id, activity, '2026-02-03'))
    must(await recorded(order.id, activity, '2026-02-04', unauthorised))
    // § 8: the registration says how long after its day it came.
    expect(await absent(order.id, activity, '2026-02-04')).toMatchObject({ late: true, daysLate: 36 })
    const none = { absencesLate: 0, daysRecordedLate: 0, daysUnrecorded: 0, protocolsMissing: 0 }
    const there = { daysRecordedSameDay: 2, daysOpenedLate: 4, protocolsDue: 1 }
    expect(await registers()).toEqual({ ...none, ...there })
    at('2026-03-13')
    must(await recorded(order.id, activity, '2026-02-05'))
    // One recorded later still is neither late nor in time, and one of after the approval is missed as any other.
    at('2026-03-14')
    expect(await registers()).toEqual({ ...none, ...there, daysUnrecorded: 1 })
    const { shares } = await own.figuresNow()
    expect(shares.daysRecordedSameDay).toMatchObject({ numerator: 2, denominator: 3 })
    expect(await wrongCells(portal)).toEqual([])
  })

  test('nor with letters and new meetings', async () => {
    const order = await own.ordered('2026-02-02', '2026-03-12')
    must(await missed(nord(), order.id, '2026-02-02'))
    const letter = { missedOn: '2026-02-02', sentOn: '2026-03-12', newMeetingOn: '2026-03-17' }
    must(await reSummon(nord(), order.id, letter))
    expect(
      await figures('firstMeetingsMissed', 'reSummonsOwed', 'reSummonsLate', 'newMeetingsLate', 'reSummonsNotYetDue'),
    ).toEqual({
      ...{ firstMeetingsMissed: 1, reSummonsOwed: 0, reSummonsLate: 0, newMeetingsLate: 0, reSummonsNotYetDue: 0 },
    })
  })
})

describe('an activity that was decided on late', () => {
  test('makes nobody late with attendance, absence and referral of its days', async () => {
    const order = await own.ordered('2026-03-02', '2026-02-25')
    const activity = order.activities[0].id
    must(await plan(nord(), order, { '2026-03-02': 60 }))
    at('2026-03-02')
    must(await attend(nord(), order.id, '2026-03-02'))
    must(await recorded(order.id, activity, '2026-03-02'))
    const trip = await decided(order.id, '2026-03-02', '2026-03-12', '2026-03-03')
    const days = ['2026-03-04', '2026-03-05', '2026-03-06'].map((date) => ({ date, activityId: trip }))
    await replan(order.id, [{ date: '2026-03-02', activityId: activity }, ...days])
    const offSite = { offSite: { place: 'Bager', content: 'Besøg' } }
    must(await recorded(order.id, trip, '2026-03-05', unauthorised))
    expect(await absent(order.id, trip, '2026-03-05')).toMatchObject({ late: true, daysLate: 7 })
    must(await recorded(order.id, trip, '2026-03-06', [], offSite))
    const expected = { absencesLate: 0, daysRecordedLate: 0, daysUnrecorded: 0, daysOpenedLate: 3, dutiesOverdue: 0 }
    expect(await figures(...Object.keys(expected))).toEqual(expected)
    expect((await own.figuresNow()).dutiesByKind['refer-citizen']).toMatchObject({
      dutiesOpenedAfterDue: 1,
      dutiesDue: 0,
    })
  })

  test('is no excuse where the supplier proposed it late', async () => {
    const order = await own.ordered('2026-02-02', '2026-01-28', { targetGroup: 'insured-unemployed' })
    const trip = await decided(order.id, '2026-03-10', '2026-03-12')
    await replan(order.id, [{ date: '2026-02-10', activityId: trip }])
    expect(await figures('daysUnrecorded', 'daysOpenedLate')).toEqual({ daysUnrecorded: 1, daysOpenedLate: 0 })
  })

  test('does not take away a late protocol, whatever is planned later; a day planned late may take the excuse away', async () => {
    const order = await own.ordered('2026-02-02', '2026-01-28')
    const trip = await decided(order.id, '2026-02-02', '2026-03-12')
    at('2026-03-20')
    const onSite = [{ date: '2026-02-10', activityId: order.activities[0].id }]
    const away = [{ date: '2026-02-10', activityId: trip }]
    const protocols = async () => {
      const { dutiesOverdue, dutiesOpenedAfterDue } = (await own.figuresNow()).dutiesByKind['attendance-protocol']
      return [dutiesOverdue, dutiesOpenedAfterDue, (await own.figuresNow()).figures.protocolsMissing]
    }
    await replan(order.id, onSite)
    expect(await protocols()).toEqual([1, 0, 1])
    await replan(order.id, away)
    expect(await protocols()).toEqual([1, 0, 1])
    own = ownOrders(portal)
    const other = await own.ordered('2026-02-02', '2026-01-28')
    const second = await decided(other.id, '2026-02-02', '2026-03-12')
    await replan(other.id, [{ date: '2026-02-10', activityId: second }])
    expect(await protocols()).toEqual([0, 1, 0])
    await replan(other.id, [
      { date: '2026-02-10', activityId: second },
      { date: '2026-02-11', activityId: other.activities[0].id },
    ])
    expect(await protocols()).toEqual([1, 0, 1])
    await replan(other.id, [{ date: '2026-02-10', activityId: second }])
    expect(await protocols()).toEqual([1, 0, 1])
    expect(await wrongCells(portal)).toEqual([])
  })
})

test('what was extended by agreement is in time until then, in the figures of the registers as well', async () => {
  const { id } = await own.ordered('2026-03-09', '2026-03-06')
  at('2026-03-09')
  must(await missed(nord(), id, '2026-03-09'))
  at('2026-03-10')
  must(await portal.as('k-kassen').post(`/v1/orders/${id}/contact-requests`, { text: 'Ring', registeredBy: liv }))
  at('2026-03-13')
  const lacking = ['contactRequestsUnanswered', 'reSummonsMissing', 'contactRequestsNotYetDue', 'reSummonsNotYetDue']
  expect(Object.values(await figures(...lacking))).toEqual([1, 1, 0, 0])
  for (const kind of ['contact-request', 're-summons-letter']) {
    const extension = { dueOn: '2026-03-20', reason: 'Aftalt', agreedBy: gorm }
    must(await jobcenter().post(`/v1/obligations/${(await dutyOf(id, kind)).id}/extension`, extension))
  }
  expect(Object.values(await figures(...lacking))).toEqual([0, 0, 1, 1])
  const [request] = must(await jobcenter().get(`/v1/orders/${id}/contact-requests`)).body.items
  const response = { reached: true, text: 'Talt med borgeren', registeredBy: liv }
  must(await nord().post(`/v1/contact-requests/${request.id}/response`, response))
  must(await reSummon(nord(), id, { missedOn: '2026-03-09', sentOn: '2026-03-13', newMeetingOn: '2026-03-18' }))
  const done = ['contactRequestsAnsweredInTime', 'contactRequestsAnsweredLate', 'reSummonsInTime', 'reSummonsLate']
  expect(Object.values(await figures(...done))).toEqual([1, 0, 1, 0])
  expect(await wrongCells(portal)).toEqual([])
})
