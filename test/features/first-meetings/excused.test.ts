import { beforeAll, describe, expect, test } from 'vitest'
import { approved, dutyTexts, eventsOf, must, plan, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { away, faults, outcome } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const nord = () => as('supplier-nord')
const excused = (id: string, on: string, told: Record<string, unknown> = {}) =>
  outcome(nord(), id, { outcome: 'excused', on, code: 'sick', ...told })
const caseOf = async (id: string) => must(await nord().get(`/v1/orders/${id}/first-meeting`)).body
const outcomeDuties = async (id: string) =>
  (await dutyTexts(portal, id)).map((duty) => duty.replace('first-meeting-outcome ', ''))
beforeAll(async () => {
  portal = await testPortal()
})

describe('§ 7, § 9: the citizen was excused', () => {
  test('no letter and no event; the new date is the meeting that is arranged', async () => {
    const { id } = await approved(as)
    const answer = await excused(id, '2026-03-02', { newMeetingAt: '2026-03-12T08:00:00Z' })
    expect([answer.status, answer.body.course.status]).toEqual([200, 'awaiting-first-meeting'])
    expect((await eventsOf(portal, id)).map((event) => event.type)).toEqual(['order.placed'])
    expect(await outcomeDuties(id)).toEqual(['2026-03-02 2026-03-02 met', '2026-03-12 2026-03-12 open'])
    expect(await caseOf(id)).toMatchObject({
      pendingMeetingAt: '2026-03-12T08:00:00.000Z',
      timesMissed: 0,
      outcomes: [{ outcome: 'excused', on: '2026-03-02', code: 'sick', newMeetingAt: '2026-03-12T08:00:00.000Z' }],
      excusedDays: [{ date: '2026-03-02', code: 'sick' }],
    })
    must(await outcome(nord(), id, { outcome: 'missed', on: '2026-03-12' }))
    expect((await eventsOf(portal, id)).map((event) => event.type)).toEqual(['order.placed', 'first-meeting.missed'])
  })

  test('without a new date somebody says within fourteen days what became of it; the date can follow and be moved', async () => {
    const { id } = await approved(as)
    must(await excused(id, '2026-03-02'))
    expect(await outcomeDuties(id)).toEqual(['2026-03-02 2026-03-02 met', 'after-2026-03-02 2026-03-16 open'])
    expect((await caseOf(id)).pendingMeetingAt).toBeNull()
    const undated = await excused(id, '2026-03-02')
    expect([refusal(undated), undated.body.lastExcusedOn]).toEqual([[409, 'first-meeting-not-pending'], '2026-03-02'])
    must(await excused(id, '2026-03-02', { newMeetingAt: '2026-03-16T08:00:00Z' }))
    must(await excused(id, '2026-03-02', { newMeetingAt: '2026-03-17T08:00:00Z' }))
    expect(await outcomeDuties(id)).toEqual([
      '2026-03-02 2026-03-02 met',
      '2026-03-16 2026-03-16 waived',
      '2026-03-17 2026-03-17 open',
      'after-2026-03-02 2026-03-16 met',
    ])
    portal.clock.set('2026-03-17T10:00:00.000Z')
    // Its day has come: what became of it is told of it.
    const moved = await excused(id, '2026-03-02', { newMeetingAt: '2026-03-20T08:00:00Z' })
    expect(refusal(moved)).toEqual([422, 'first-meeting-date'])
    expect((await excused(id, '2026-03-17')).status).toBe(200)
    portal.clock.set('2026-03-13T10:00:00.000Z')
  })

  test('an excused meeting accounts for its day when the citizen comes', async () => {
    const order = await approved(as)
    must(await plan(nord(), order, { '2026-03-02': 60, '2026-03-03': 60, '2026-03-12': 60 }))
    must(await excused(order.id, '2026-03-02', { newMeetingAt: '2026-03-12T08:00:00Z' }))
    const told = { outcome: 'attended', on: '2026-03-12' }
    const answer = await outcome(nord(), order.id, told)
    expect([refusal(answer), answer.body.missingDates]).toEqual([[422, 'back-registration-incomplete'], ['2026-03-03']])
    expect((await outcome(nord(), order.id, { ...told, absences: [away('2026-03-03')] })).status).toBe(200)
  })

  test('why is asked', async () => {
    const { id } = await approved(as)
    const answer = await outcome(nord(), id, { outcome: 'excused', on: '2026-03-02' })
    expect([refusal(answer), faults(answer)]).toEqual([[400, 'invalid-request'], [['/code', 'required']]])
  })

  test('leave-not-approved: leave is the jobcenter’s to give', async () => {
    const { id } = await approved(as)
    const onLeave = { code: 'approved-leave', newMeetingAt: '2026-03-12T08:00:00Z' }
    const answer = await excused(id, '2026-03-02', onLeave)
    expect([refusal(answer), faults(answer)]).toEqual([[422, 'leave-not-approved'], [['/code', 'no-leave']]])
    must(
      await as('jobcenter-musvaagevej').post(`/v1/orders/${id}/leave-approvals`, {
        from: '2026-03-02',
        to: '2026-03-03',
        reason: 'Rejse',
        approvedBy: { name: 'Sally' },
      }),
    )
    expect((await excused(id, '2026-03-02', onLeave)).status).toBe(200)
  })

  test.each([
    ['the same day', '2026-03-02T12:00:00Z'],
    ['after the order ends', '2026-05-23T08:00:00Z'],
  ])('first-meeting-date: the new meeting on %s', async (_, newMeetingAt) => {
    const { id } = await approved(as)
    const answer = await excused(id, '2026-03-02', { newMeetingAt })
    expect([refusal(answer), faults(answer)[0]?.[0]]).toEqual([[422, 'first-meeting-date'], '/newMeetingAt'])
    expect(answer.body).toMatchObject({ from: '2026-03-03', to: '2026-05-22' })
  })

  test('at the same moment it is excused once', async () => {
    const { id } = await approved(as)
    const answers = await Promise.all(Array.from({ length: 6 }, () => excused(id, '2026-03-02')))
    expect(answers.map(refusal).sort()).toEqual([
      [200, undefined],
      ...Array.from({ length: 5 }, () => [409, 'first-meeting-not-pending']),
    ])
  })
})
