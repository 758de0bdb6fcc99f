import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approval, draft, liv, must, plan } from '#test/features/orders/support.ts'
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

beforeAll(async () => {
  portal = await testPortal()
})
beforeEach(() => {
  own = ownOrders(portal)
})

describe('planned days of a course that has not begun', () => {
  const days = { '2026-03-02': 60, '2026-03-03': 60, '2026-03-04': 60, '2026-03-06': 60, '2026-03-09': 60 }
  const planned = async (changes: Record<string, unknown> = {}, approvedOn = '2026-02-25') => {
    const order = await ordered('2026-03-02', approvedOn, changes)
    must(await plan(nord(), order, days))
    return order
  }
  const unrecorded = async () => {
    at('2026-03-13')
    const { daysUnrecorded } = (await figuresNow()).figures
    expect(await wrongCells(portal)).toEqual([])
    return daysUnrecorded
  }

  test('lack attendance while nobody says what became of the first meeting', async () => {
    await planned()
    expect(await unrecorded()).toBe(5)
  })

  test('do so from the approval on where the order came late', async () => {
    await planned({}, '2026-03-04')
    expect(await unrecorded()).toBe(3)
  })

  test('lack none once it was told in time, until the outcome of the next meeting is owed', async () => {
    const { id } = await planned()
    at('2026-03-02')
    must(await missed(nord(), id, '2026-03-02'))
    expect(await unrecorded()).toBe(0)
    at('2026-03-03')
    must(await reSummon(nord(), id, { missedOn: '2026-03-02', sentOn: '2026-03-03', newMeetingOn: '2026-03-06' }))
    expect(await unrecorded()).toBe(2)
  })

  test('lacked it until it was told, where it was told late, by whichever word', async () => {
    const { id } = await planned()
    at('2026-03-04')
    must(await missed(nord(), id, '2026-03-02'))
    expect(await unrecorded()).toBe(2)
    const other = await planned()
    at('2026-03-09')
    const end = { endedOn: '2026-03-09', cause: 'never-started', registeredBy: liv }
    must(await nord().post(`/v1/orders/${other.id}/termination`, end))
    expect(await unrecorded()).toBe(2 + 4)
  })

  test('lack none before the citizen came, which accounts for them (§ 7)', async () => {
    const { id, activities } = await planned()
    at('2026-03-06')
    const absences = ['2026-03-02', '2026-03-03', '2026-03-04'].map((date) => ({
      activityId: activities[0].id,
      date,
      wholeDay: true,
      reason: 'no-notice',
    }))
    const came = { outcome: 'attended', on: '2026-03-06', absences, registeredBy: liv }
    must(await nord().post(`/v1/orders/${id}/first-meeting`, came))
    expect(await unrecorded()).toBe(2)
  })

  test('lack none on which the citizen is excused, or has leave', async () => {
    const { id } = await planned()
    at('2026-03-02')
    const sick = { outcome: 'excused', code: 'sick', on: '2026-03-02', newMeetingAt: '2026-03-04T08:00:00Z' }
    must(await nord().post(`/v1/orders/${id}/first-meeting`, { ...sick, registeredBy: liv }))
    expect(await unrecorded()).toBe(3)
    const leave = { from: '2026-03-04', to: '2026-03-06', reason: 'Ferie', approvedBy: liv }
    must(await jobcenter().post(`/v1/orders/${id}/leave-approvals`, leave))
    expect(await unrecorded()).toBe(1)
  })

  test('lack none of an order that was cancelled', async () => {
    const { id } = await planned()
    must(await jobcenter().post(`/v1/orders/${id}/cancellation`, { cause: 'ordered-in-error', registeredBy: liv }))
    expect(await unrecorded()).toBe(0)
  })

  test('lack it from the first date on in a group without first meetings, whatever the code set says later', async () => {
    await planned({ targetGroup: 'insured-unemployed' })
    expect(await unrecorded()).toBe(5)
    const set = `set_name = 'target-groups' and code = 'insured-unemployed'`
    const [before] = await portal.sql<{ attributes: unknown }>(`select attributes from code_values where ${set}`)
    await portal.sql(`update code_values set attributes = attributes || '{"firstMeetingProcedure": true}' where ${set}`)
    await portal.sql(`update orders set first_meeting_at = '2026-03-04T08:00:00Z' where residence_municipality = $1`, [
      own.municipality,
    ])
    expect(await unrecorded()).toBe(3)
    await portal.sql(`update code_values set attributes = $1 where ${set}`, [JSON.stringify(before?.attributes)])
    expect(await unrecorded()).toBe(5)
  })
})

describe('what is not yet due is still open and no fault', () => {
  test('a letter after a missed meeting', async () => {
    const { id } = await ordered('2026-03-12', '2026-03-10')
    at('2026-03-12')
    must(await missed(nord(), id, '2026-03-12'))
    const read = async () => {
      const { figures, shares } = await figuresNow()
      const { reSummonsOwed, reSummonsMissing, reSummonsNotYetDue } = figures
      return { reSummonsOwed, reSummonsMissing, reSummonsNotYetDue, share: shares.reSummonsInTime.share }
    }
    const open = { reSummonsOwed: 1, reSummonsMissing: 0, reSummonsNotYetDue: 1, share: null }
    expect(await read()).toEqual(open)
    at('2026-03-13', '22:59')
    expect(await read()).toEqual(open)
    at('2026-03-13', '23:00')
    expect(await read()).toEqual({ reSummonsOwed: 1, reSummonsMissing: 1, reSummonsNotYetDue: 0, share: 0 })
    // In a month that is over, which is read whole, as well.
    at('2026-05-04')
    expect((await read()).reSummonsMissing).toBe(1)
    const { items } = must(
      await as('auditor-koebenhavn').get(
        `/v1/compliance/cases?from=2026-01-01&to=2026-12-31&figure=reSummonsMissing&residenceMunicipality=${own.municipality}`,
        { headers: { 'x-purpose': 'Test' } },
      ),
    ).body
    expect(items).toMatchObject([{ date: '2026-03-12', orderId: id, counts: 1, daysLate: 52 }])
  })

  test('a contact request', async () => {
    const { id } = await ordered('2026-03-09', '2026-03-06')
    at('2026-03-13')
    must(await as('k-kassen').post(`/v1/orders/${id}/contact-requests`, { text: 'Ring', registeredBy: liv }))
    const read = async () => {
      const { figures, shares } = await figuresNow()
      const { contactRequestsAsked, contactRequestsUnanswered, contactRequestsNotYetDue } = figures
      const { share } = shares.contactRequestsAnsweredInTime
      return [contactRequestsAsked, contactRequestsUnanswered, contactRequestsNotYetDue, share]
    }
    expect(await read()).toEqual([1, 0, 1, null])
    at('2026-03-14')
    expect(await read()).toEqual([1, 1, 0, 0])
  })

  test('a protocol on the day on which it is due', async () => {
    const order = await ordered('2026-02-02', '2026-02-02')
    must(await plan(nord(), order, { '2026-02-10': 120 }))
    const read = async () => {
      const { protocolsDue, protocolsMissing, protocolsNotYetDue } = (await figuresNow()).figures
      return [protocolsDue, protocolsMissing, protocolsNotYetDue]
    }
    at('2026-03-01')
    expect(await read()).toEqual([1, 0, 1])
    at('2026-03-02')
    expect(await read()).toEqual([1, 1, 0])
  })
})

test('a draft that nobody approved is in no figure', async () => {
  at('2026-03-02')
  const { id } = await draft(as, { citizen: own.citizenHere() })
  expect((await figuresNow()).figures.coursesBegun).toBe(0)
  must(await jobcenter().post(`/v1/orders/${id}/approval`, approval()))
  expect((await figuresNow()).figures.coursesBegun).toBe(1)
})
