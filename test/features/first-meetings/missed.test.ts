import { beforeAll, describe, expect, test } from 'vitest'
import {
  approved,
  atTheFund,
  demoOrders,
  dutyTexts,
  eventsOf,
  freshCpr,
  liv,
  must,
  organisations,
  plan,
  refusal,
} from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { faults, outcome, reSummon } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const missed = (id: string, on: string) => outcome(nord(), id, { outcome: 'missed', on })
const typesOf = async (id: string) => (await eventsOf(portal, id)).map((event) => event.type)
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 7: the citizen did not come to the first meeting', () => {
  test('the course is re-summoned, the jobcenter is told, and a letter is owed by the next working day', async () => {
    const { id } = await approved(as)
    const answer = await missed(id, '2026-03-02')
    expect([answer.status, answer.headers['etag'], answer.body.course.status]).toEqual([200, '"3"', 're-summoned'])
    expect(answer.body.absences).toEqual([])
    const [, told] = await eventsOf(portal, id)
    expect(told).toEqual({
      type: 'first-meeting.missed',
      recipients: [organisations.jobcenterMusvaagevej.id],
      data: { orderId: id, missedOn: '2026-03-02' },
    })
    expect(await dutyTexts(portal, id)).toEqual([
      'first-meeting-outcome 2026-03-02 2026-03-02 met',
      're-summons-letter 2026-03-02 2026-03-03 open',
    ])
    const theCase = must(await nord().get(`/v1/orders/${id}/first-meeting`)).body
    expect(theCase).toMatchObject({ courseStatus: 're-summoned', pendingMeetingAt: null, timesMissed: 1 })
    expect(theCase.outcomes).toMatchObject([{ outcome: 'missed', on: '2026-03-02', registeredBy: liv }])
  })

  test('a Friday is followed by a Monday, Maundy Thursday by the Tuesday after Easter', async () => {
    portal.clock.set('2026-03-06T10:00:00.000Z')
    const friday = await approved(as, { firstMeetingAt: '2026-03-06T08:00:00Z' })
    must(await missed(friday.id, '2026-03-06'))
    expect(await dutyTexts(portal, friday.id)).toContain('re-summons-letter 2026-03-06 2026-03-09 open')
    portal.clock.set('2026-04-01T10:00:00.000Z')
    const easter = await approved(as, { firstMeetingAt: '2026-04-01T08:00:00Z' })
    must(await missed(easter.id, '2026-04-01'))
    expect(await dutyTexts(portal, easter.id)).toContain('re-summons-letter 2026-04-01 2026-04-07 open')
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('no letter is owed where no new meeting can lie within the order', async () => {
    portal.clock.set('2026-05-21T10:00:00.000Z')
    const { id } = await approved(as, { firstMeetingAt: '2026-05-21T08:00:00Z' })
    must(await missed(id, '2026-05-21'))
    expect((await dutyTexts(portal, id)).filter((duty) => duty.startsWith('re-summons'))).toEqual([])
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('first-meeting-not-pending: told twice, also at the same moment, it is missed once', async () => {
    const { id } = await approved(as)
    const answers = await Promise.all(Array.from({ length: 8 }, () => missed(id, '2026-03-02')))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    const refused = answers.filter((answer) => answer.status !== 200)
    for (const answer of refused) {
      expect(refusal(answer)).toEqual([409, 'first-meeting-not-pending'])
      expect(answer.body.unansweredMissedOn).toBe('2026-03-02')
    }
    expect(await typesOf(id)).toEqual(['order.placed', 'first-meeting.missed'])
  })

  test.each([
    ['another day than the meeting', '2026-03-03', '2026-03-02T08:00:00Z'],
    ['a meeting that lies ahead', '2026-03-16', '2026-03-16T08:00:00Z'],
  ])('first-meeting-date: %s', async (_, on, firstMeetingAt) => {
    const { id } = await approved(as, { firstMeetingAt })
    const answer = await missed(id, on)
    expect([refusal(answer), answer.body.pendingOn]).toEqual([[422, 'first-meeting-date'], firstMeetingAt.slice(0, 10)])
  })

  test('the day of the meeting is the one in Copenhagen, and it has come at midnight there', async () => {
    const { id } = await approved(as, { firstMeetingAt: '2026-03-15T23:30:00Z' })
    portal.clock.set('2026-03-15T22:59:59.000Z')
    expect(refusal(await missed(id, '2026-03-16'))).toEqual([422, 'first-meeting-date'])
    portal.clock.set('2026-03-15T23:00:00.000Z')
    expect((await missed(id, '2026-03-16')).status).toBe(200)
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('first-meeting-procedure-not-used: the groups without it register absence day by day', async () => {
    const { id } = await approved(as, atTheFund)
    const fund = as('supplier-akasse')
    for (const told of [
      { outcome: 'missed', on: '2026-03-02' },
      { outcome: 'excused', on: '2026-03-02', code: 'sick' },
    ]) {
      expect(refusal(await outcome(fund, id, told))).toEqual([422, 'first-meeting-procedure-not-used'])
    }
    expect(refusal(await reSummon(fund, id))).toEqual([422, 'first-meeting-procedure-not-used'])
  })

  test('members of another outcome are faults where they stand', async () => {
    const { id } = await approved(as)
    const foreign: [string, Record<string, unknown>][] = [
      ['/code', { outcome: 'missed', on: '2026-03-02', code: 'sick' }],
      ['/newMeetingAt', { outcome: 'attended', on: '2026-03-02', newMeetingAt: '2026-03-09T08:00:00Z' }],
      ['/absences', { outcome: 'missed', on: '2026-03-02', absences: [] }],
      ['/excused', { outcome: 'excused', on: '2026-03-02', code: 'sick', excused: [] }],
    ]
    for (const [pointer, told] of foreign) {
      const answer = await outcome(nord(), id, told)
      expect([refusal(answer), faults(answer)]).toEqual([
        [400, 'invalid-request'],
        [[pointer, 'not-with-this-outcome']],
      ])
    }
  })

  test('an order of somebody else, a cancelled one and one that is over', async () => {
    expect(refusal(await missed(demoOrders.supplierSyd.id, '2026-03-02'))).toEqual([404, 'not-found'])
    const cancelled = await approved(as)
    must(await missed(cancelled.id, '2026-03-02'))
    must(
      await as('jobcenter-musvaagevej').post(`/v1/orders/${cancelled.id}/cancellation`, {
        cause: 'other',
        registeredBy: { name: 'Dorte', email: 'dorte@jobcenter.example' },
      }),
    )
    expect(refusal(await reSummon(nord(), cancelled.id))).toEqual([409, 'order-state'])
    const over = await approved(as)
    must(await missed(over.id, '2026-03-02'))
    must(
      await nord().post(`/v1/orders/${over.id}/termination`, {
        endedOn: '2026-03-10',
        cause: 'never-started',
        registeredBy: liv,
      }),
    )
    expect(refusal(await missed(over.id, '2026-03-02'))).toEqual([409, 'first-meeting-already-settled'])
    expect(refusal(await reSummon(nord(), over.id))).toEqual([409, 'first-meeting-already-settled'])
  })

  test('the jobcenter moves the meeting while nothing is recorded, and not afterwards', async () => {
    const order = await approved(as)
    const amend = async (firstMeetingAt: string) => {
      const { headers } = await as('jobcenter-musvaagevej').get(`/v1/orders/${order.id}`)
      const change = { firstMeetingAt, reason: 'Borgeren kan ikke den dag', registeredBy: { name: 'Dorte' } }
      return as('jobcenter-musvaagevej').patch(`/v1/orders/${order.id}`, change, { ifMatch: headers['etag'] ?? '' })
    }
    must(await amend('2026-03-04T08:00:00Z'))
    expect(refusal(await missed(order.id, '2026-03-02'))).toEqual([422, 'first-meeting-date'])
    must(await missed(order.id, '2026-03-04'))
    expect(refusal(await amend('2026-03-11T08:00:00Z'))).toEqual([409, 'order-state'])
    expect(refusal(await missed(order.id, '2026-03-11'))).toEqual([409, 'first-meeting-not-pending'])
    expect((await dutyTexts(portal, order.id)).filter((duty) => duty.includes('outcome'))).toEqual([
      'first-meeting-outcome 2026-03-02 2026-03-02 waived',
      'first-meeting-outcome 2026-03-04 2026-03-04 met',
    ])
  })
})

describe('§ 7: the citizen stays away again', () => {
  const { kKassen, ydelseDragoer, jobcenterMusvaagevej } = organisations

  test.each([
    ['cash-benefit-activity-ready', '0101', [kKassen.id]],
    ['resource-course', '0101', [kKassen.id]],
    ['cash-benefit-job-ready', '0101', [kKassen.id]],
    ['education-benefit', '0101', [kKassen.id]],
    ['sickness-benefit', '0101', [jobcenterMusvaagevej.id]],
    ['unemployment-allowance', '0101', [jobcenterMusvaagevej.id]],
    ['rehabilitation', '0101', [jobcenterMusvaagevej.id]],
    ['integration-act', '0101', [jobcenterMusvaagevej.id]],
    ['resource-course', '0155', [kKassen.id, ydelseDragoer.id]],
    ['sickness-benefit', '0155', [jobcenterMusvaagevej.id, ydelseDragoer.id]],
  ])('%s of municipality %s', async (targetGroup, residenceMunicipality, recipients) => {
    const citizen = { cpr: freshCpr(), name: 'Prøve Person', residenceMunicipality }
    const { id } = await approved(as, { targetGroup, citizen })
    must(await missed(id, '2026-03-02'))
    const reminders = [
      { channel: 'sms', at: '2026-03-04T09:00:00Z' },
      { channel: 'phone', at: '2026-03-05T09:00:00Z', reached: true },
    ]
    const reSummons = must(await reSummon(nord(), id, { reminders })).body
    must(await missed(id, '2026-03-09'))
    const told = (await eventsOf(portal, id)).filter((event) => event.type === 'first-meeting.missed-again')
    expect(told).toEqual([
      {
        type: 'first-meeting.missed-again',
        recipients,
        data: {
          orderId: id,
          reSummonsId: reSummons.id,
          missedOn: '2026-03-09',
          timesMissed: 2,
          letterSentOn: '2026-03-03',
          contactAttempts: 2,
          reached: 1,
        },
      },
    ])
    for (const office of ['k-kassen', 'ydelse-dragoer']) {
      const mayFetch = recipients.includes(office === 'k-kassen' ? kKassen.id : ydelseDragoer.id)
      expect((await as(office).get(`/v1/re-summons/${reSummons.id}`)).status, office).toBe(mayFetch ? 200 : 404)
    }
  })

  test('telling it meets the duty to notify, in time on the day itself and late afterwards', async () => {
    const late = await approved(as)
    must(await missed(late.id, '2026-03-02'))
    must(await reSummon(nord(), late.id))
    must(await missed(late.id, '2026-03-09'))
    portal.clock.set('2026-03-09T22:59:00.000Z')
    const timely = await approved(as)
    must(await missed(timely.id, '2026-03-02'))
    must(await reSummon(nord(), timely.id))
    must(await missed(timely.id, '2026-03-09'))
    portal.clock.set('2026-03-13T10:00:00.000Z')
    const lateness = (id: string) =>
      portal.sql<{ late: number; due: string }>(
        `select days_late as late, due_on::text as due from obligations where order_id = $1 and kind = 'second-no-show-notice'`,
        [id],
      )
    expect(await lateness(late.id)).toEqual([{ late: 4, due: '2026-03-09' }])
    expect(await lateness(timely.id)).toEqual([{ late: 0, due: '2026-03-09' }])
  })

  test('each further time too, with the last letter; the case stays re-summoned, and the citizen may still come', async () => {
    portal.clock.set('2026-04-01T10:00:00.000Z')
    const order = await approved(as)
    must(await plan(nord(), order, { '2026-03-30': 60 }))
    must(await missed(order.id, '2026-03-02'))
    must(await reSummon(nord(), order.id))
    must(await missed(order.id, '2026-03-09'))
    const second = must(
      await reSummon(nord(), order.id, {
        missedOn: '2026-03-09',
        letterSentOn: '2026-03-10',
        newMeetingAt: '2026-03-16T08:00:00Z',
      }),
    ).body
    const third = must(await missed(order.id, '2026-03-16'))
    expect(third.body.course.status).toBe('re-summoned')
    const again = (await eventsOf(portal, order.id)).filter((event) => event.type === 'first-meeting.missed-again')
    expect(again.map(({ data }) => [data['missedOn'], data['timesMissed']])).toEqual([
      ['2026-03-09', 2],
      ['2026-03-16', 3],
    ])
    expect(again[1]?.data['reSummonsId']).toBe(second.id)
    expect((await outcome(nord(), order.id, { outcome: 'attended', on: '2026-03-30' })).status).toBe(200)
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })
})
