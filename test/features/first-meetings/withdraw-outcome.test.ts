import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  approved,
  dorte,
  dutyTexts,
  eventsOf,
  gorm,
  liv,
  must,
  organisations,
  plan,
  refusal,
} from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { away, outcome, reSummon } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const jobcenter = () => as('jobcenter-musvaagevej')
const days = ['2026-03-02', '2026-03-03', '2026-03-09', '2026-03-13', '2026-03-16']
const planned = async (dates = days) => {
  const order = await approved(as)
  must(await plan(nord(), order, Object.fromEntries(dates.map((date) => [date, 120]))))
  return order
}
const tell = (id: string, told: Record<string, unknown>) => outcome(nord(), id, told)
const caseOf = async (id: string, client = 'supplier-nord') =>
  must(await as(client).get(`/v1/orders/${id}/first-meeting`)).body
const lastOf = async (id: string): Promise<string> => {
  const { outcomes } = await caseOf(id)
  return outcomes.findLast((one: { withdrawnAt?: string }) => one.withdrawnAt === undefined).id
}
const withdraw = (id: string) =>
  nord().post(`/v1/first-meeting-outcomes/${id}/withdrawal`, { reason: 'Forkert borger', registeredBy: liv })
const about = async (id: string) =>
  (await dutyTexts(portal, id)).filter((text) => /^(first-meeting|re-summons|second)/.test(text))
const withdrawals = async (id: string) =>
  (await eventsOf(portal, id)).filter(({ type }) => type === 'first-meeting.outcome-withdrawn')
const at = (instant: string) => portal.clock.set(instant)
const leave = (id: string, on: string) =>
  jobcenter().post(`/v1/orders/${id}/leave-approvals`, { from: on, to: on, reason: 'Flytning', approvedBy: gorm })

beforeAll(async () => {
  portal = await testPortal()
})
beforeEach(() => at('2026-03-02T10:00:00.000Z'))

describe('ours: an outcome that was told in error', () => {
  test('missed: the case is as before, the jobcenter hears of it, and the right outcome is told', async () => {
    const { id } = await planned()
    const before = await about(id)
    must(await tell(id, { outcome: 'missed', on: '2026-03-02' }))
    must(await reSummon(nord(), id, { letterSentOn: '2026-03-02' }))
    const outcomeId = await lastOf(id)
    const answer = must(await withdraw(outcomeId.toUpperCase()))
    expect(answer.body.course.status).toBe('awaiting-first-meeting')
    expect(await caseOf(id)).toMatchObject({
      timesMissed: 0,
      pendingMeetingAt: '2026-03-02T08:00:00.000Z',
      outcomes: [{ id: outcomeId, withdrawal: { reason: 'Forkert borger', registeredBy: liv } }],
    })
    expect(await about(id)).toEqual([
      ...before,
      'first-meeting-outcome 2026-03-09 2026-03-09 waived',
      're-summons-letter 2026-03-02 2026-03-03 met',
    ])
    expect(await withdrawals(id)).toMatchObject([
      {
        recipients: [organisations.jobcenterMusvaagevej.id],
        data: { orderId: id, outcome: 'missed', on: '2026-03-02' },
      },
    ])
    expect(refusal(await withdraw(outcomeId))).toEqual([409, 'outcome-already-withdrawn'])
    // Told anew, the letter that was sent answers it.
    must(await tell(id, { outcome: 'missed', on: '2026-03-02' }))
    expect(await about(id)).toContain('first-meeting-outcome 2026-03-09 2026-03-09 open')
    must(await withdraw(await lastOf(id)))
    must(await tell(id, { outcome: 'attended', on: '2026-03-02' }))
  })

  test('missed again: whoever was told by target group hears it; the one before it stays, and only the last goes', async () => {
    const { id } = await planned()
    must(await tell(id, { outcome: 'missed', on: '2026-03-02' }))
    const first = await lastOf(id)
    at('2026-03-03T10:00:00.000Z')
    must(await reSummon(nord(), id))
    at('2026-03-09T10:00:00.000Z')
    must(await tell(id, { outcome: 'missed', on: '2026-03-09' }))
    expect(refusal(await withdraw(first))).toEqual([409, 'outcome-not-last'])
    expect(
      (
        await as('supplier-syd').post(`/v1/first-meeting-outcomes/${first}/withdrawal`, {
          reason: 'x',
          registeredBy: liv,
        })
      ).status,
    ).toBe(404)
    expect((await withdraw(await lastOf(id))).body.course.status).toBe('re-summoned')
    expect(await caseOf(id)).toMatchObject({ timesMissed: 1, pendingMeetingAt: '2026-03-09T08:00:00.000Z' })
    const told = (await eventsOf(portal, id)).filter(({ type }) => type === 'first-meeting.missed-again')
    expect((await withdrawals(id)).map(({ recipients }) => recipients)).toEqual(
      told.map(({ recipients }) => recipients),
    )
    expect((await about(id)).filter((text) => text.includes('2026-03-09'))).toEqual([
      'first-meeting-outcome 2026-03-09 2026-03-09 open',
      're-summons-letter 2026-03-09 2026-03-10 waived',
      'second-no-show-notice 2026-03-09 2026-03-09 met',
    ])
    const seen = await caseOf(id, 'k-kassen')
    expect(seen.outcomes[1].withdrawnAt).toBeDefined()
    expect(seen.outcomes[1].withdrawal).toBeUndefined()
  })

  test('excused: its day counts no more, nobody is told; a date given later is taken back alone', async () => {
    const { id } = await planned()
    must(await tell(id, { outcome: 'excused', on: '2026-03-02', code: 'sick' }))
    must(await tell(id, { outcome: 'excused', on: '2026-03-02', code: 'sick', newMeetingAt: '2026-03-09T08:00:00Z' }))
    must(await withdraw(await lastOf(id)))
    expect(await caseOf(id)).toMatchObject({ excusedDays: [{ date: '2026-03-02' }], pendingMeetingAt: null })
    expect(await about(id)).toContain('first-meeting-outcome after-2026-03-02 2026-03-16 open')
    must(await withdraw(await lastOf(id)))
    expect(await caseOf(id)).toMatchObject({ excusedDays: [], pendingMeetingAt: '2026-03-02T08:00:00.000Z' })
    expect(await withdrawals(id)).toEqual([])
    at('2026-03-13T10:00:00.000Z')
    const answer = await tell(id, { outcome: 'attended', on: '2026-03-03' })
    expect(answer.body.missingDates).toEqual(['2026-03-02'])
    must(await tell(id, { outcome: 'attended', on: '2026-03-03', absences: [away('2026-03-02')] }))
  })

  test('attended: not from under absences and attendance; then the citizen has not come, and excused days are open', async () => {
    const order = await planned()
    const { id } = order
    at('2026-03-13T10:00:00.000Z')
    const told = { outcome: 'attended', on: '2026-03-09' }
    const absences = [away('2026-03-02')]
    const answer = must(await tell(id, { ...told, absences, excused: [{ date: '2026-03-03', code: 'sick' }] }))
    const outcomeId = await lastOf(id)
    const refused = await withdraw(outcomeId)
    expect([...refusal(refused), refused.body.recordedOn]).toEqual([409, 'first-meeting-has-records', ['2026-03-02']])
    const reason = { reason: 'Fejl', registeredBy: liv }
    must(await nord().post(`/v1/absences/${answer.body.absences[0].id}/withdrawal`, reason))
    const after = must(await withdraw(outcomeId)).body.course
    expect([after.status, after.firstAttendedOn ?? null]).toEqual(['awaiting-first-meeting', null])
    expect((await about(id))[0]).toMatch(/^first-meeting-outcome 2026-03-02 .* open$/)
    expect(await caseOf(id)).toMatchObject({ excusedDays: [] })
    const right = await tell(id, { outcome: 'attended', on: '2026-03-13' })
    expect(right.body.missingDates).toEqual(['2026-03-02', '2026-03-03', '2026-03-09'])
    must(
      await tell(id, {
        outcome: 'attended',
        on: '2026-03-13',
        absences: ['2026-03-02', '2026-03-03', '2026-03-09'].map((on) => away(on)),
      }),
    )
  })

  test('at the same moment twice: once', async () => {
    const { id } = await planned()
    must(await tell(id, { outcome: 'missed', on: '2026-03-02' }))
    const outcomeId = await lastOf(id)
    const answers = await Promise.all([withdraw(outcomeId), withdraw(outcomeId)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await withdrawals(id)).toHaveLength(1)
  })
})

test('§ 6: nobody misses a meeting on leave; leave given afterwards makes the next miss the first one', async () => {
  const onLeave = await planned()
  must(await leave(onLeave.id, '2026-03-02'))
  expect(refusal(await tell(onLeave.id, { outcome: 'missed', on: '2026-03-02' }))).toEqual([
    409,
    'leave-already-approved',
  ])
  expect(refusal(await reSummon(nord(), onLeave.id, { letterSentOn: '2026-03-02' }))).toEqual([
    409,
    'leave-already-approved',
  ])
  must(await tell(onLeave.id, { outcome: 'excused', on: '2026-03-02', code: 'approved-leave' }))

  const { id } = await planned()
  must(await tell(id, { outcome: 'missed', on: '2026-03-02' }))
  must(await reSummon(nord(), id, { letterSentOn: '2026-03-02' }))
  must(await leave(id, '2026-03-02'))
  at('2026-03-09T10:00:00.000Z')
  must(await tell(id, { outcome: 'missed', on: '2026-03-09' }))
  expect(await caseOf(id)).toMatchObject({ timesMissed: 1 })
  expect((await eventsOf(portal, id)).map(({ type }) => type)).not.toContain('first-meeting.missed-again')
})

test('§ 7: who was away before the return is referred on the day they come at the earliest, and on no excused day', async () => {
  const order = await planned()
  at('2026-03-13T10:00:00.000Z')
  must(
    await tell(order.id, {
      outcome: 'attended',
      on: '2026-03-13',
      absences: [away('2026-03-02')],
      excused: ['2026-03-03', '2026-03-09'].map((date) => ({ date, code: 'sick' })),
    }),
  )
  const refer = async (id: string) =>
    (await dutyTexts(portal, id))
      .filter((text) => text.startsWith('refer'))
      .map((text) => text.split(' ').slice(2).join(' '))
  expect(await refer(order.id)).toEqual(['2026-03-13 open'])
  const several = await planned()
  const absences = ['2026-03-02', '2026-03-03'].map((date) => away(date))
  must(
    await tell(several.id, {
      outcome: 'attended',
      on: '2026-03-13',
      absences,
      excused: [{ date: '2026-03-09', code: 'sick' }],
    }),
  )
  expect(await refer(several.id)).toEqual(['2026-03-13 open', '2026-03-13 open'])
})

test('§ 7: after a missed meeting a supplier ends no course while the next is untold; its jobcenter does', async () => {
  const end = (client: string, id: string) =>
    as(client).post(`/v1/orders/${id}/termination`, {
      endedOn: '2026-03-02',
      cause: 'employment',
      registeredBy: client === 'supplier-nord' ? liv : dorte,
    })
  const missed = async () => {
    at('2026-03-02T10:00:00.000Z')
    const { id } = await planned()
    must(await tell(id, { outcome: 'missed', on: '2026-03-02' }))
    at('2026-03-13T10:00:00.000Z')
    must(await reSummon(nord(), id))
    return id
  }
  const id = await missed()
  const refused = await end('supplier-nord', id)
  expect([...refusal(refused), refused.body.pendingOn]).toEqual([409, 'first-meeting-outcome-missing', '2026-03-09'])
  must(await tell(id, { outcome: 'missed', on: '2026-03-09' }))
  must(await end('supplier-nord', id))
  must(await end('jobcenter-musvaagevej', await missed()))
  must(await end('supplier-nord', (await planned()).id))
})

test('ours: attendance keeps the days before the return; the jobcenter moves no meeting that has an outcome', async () => {
  const order = await planned()
  const { id } = order
  must(await tell(id, { outcome: 'missed', on: '2026-03-02' }))
  const { headers } = must(await jobcenter().get(`/v1/orders/${id}`))
  const change = { firstMeetingAt: '2026-03-12T08:00:00Z', reason: 'Aftalt', registeredBy: dorte }
  const amended = await jobcenter().patch(`/v1/orders/${id}`, change, { ifMatch: headers['etag'] ?? '' })
  expect([...refusal(amended), amended.body.fixedMembers]).toEqual([409, 'order-state', ['firstMeetingAt']])
  at('2026-03-13T10:00:00.000Z')
  must(
    await tell(id, {
      outcome: 'attended',
      on: '2026-03-09',
      absences: ['2026-03-02', '2026-03-03'].map((on) => away(on)),
    }),
  )
  const attend = (attendedMinutes: number) =>
    nord().put(`/v1/orders/${id}/attendance/2026-03-03`, {
      entries: [
        {
          activityId: order.activities[0].id,
          attendedMinutes,
          absent: attendedMinutes === 120 ? [] : [{ code: 'unauthorised', minutes: 120 - attendedMinutes }],
        },
      ],
      registeredBy: liv,
    })
  expect(refusal(await attend(120))).toEqual([422, 'attendance-before-first-meeting'])
  must(await attend(0))
})
