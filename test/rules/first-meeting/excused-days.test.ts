import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  excusedDayRules,
  excusedDaysFit,
  excusedLeaveWasApproved,
  meetingLeaveWasApproved,
  meetingWasNotLeave,
} from '#rules/first-meeting/excused-days.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const sick = (date: string) => ({ date: d(date), code: 'sick' as const })
const onLeave = (date: string) => ({ date: d(date), code: 'approved-leave' as const })
const open = new Set([d('2026-03-02'), d('2026-03-03')])
const none = new Set<never>()

describe('§ 7: excused-day-invalid', () => {
  test('planned days since the first date can be excused, each once', () => {
    expect(answerOf(excusedDaysFit([], open, none))).toBe('allowed')
    expect(answerOf(excusedDaysFit([sick('2026-03-03'), onLeave('2026-03-02')], open, none))).toBe('allowed')
  })

  test.each([
    ['not planned, or not before the return', [sick('2026-03-04')], none, ['/excused/0/date not-planned']],
    [
      'registered too',
      [sick('2026-03-02'), sick('2026-03-03')],
      new Set([d('2026-03-03')]),
      ['/excused/1/date registered-too'],
    ],
    ['twice', [sick('2026-03-02'), onLeave('2026-03-02')], none, ['/excused/1/date duplicate']],
  ])('%s', (_, excused, registered, expected) => {
    const { slug, facts } = refusalOf(excusedDaysFit(excused, open, registered))
    const faults = facts['faults'] as { pointer: string; code: string }[]
    expect([slug, faults.map(({ pointer, code }) => `${pointer} ${code}`)]).toEqual(['excused-day-invalid', expected])
  })
})

describe('§ 6: leave-not-approved', () => {
  test.each([
    [120, 120, 'allowed'],
    [120, 1440, 'allowed'],
    [120, 119, 'leave-not-approved'],
    [120, 0, 'leave-not-approved'],
  ])('%i minutes planned, %i of them leave: %s', (plannedMinutes, leaveMinutes, answer) => {
    const leaveOn = () => ({ plannedMinutes, leaveMinutes })
    expect(answerOf(excusedLeaveWasApproved([onLeave('2026-03-02')], leaveOn))).toBe(answer)
    expect(answerOf(excusedLeaveWasApproved([sick('2026-03-02')], leaveOn))).toBe('allowed')
  })

  test('of the meeting: any leave that day, asked of nobody who is sick', () => {
    expect(answerOf(meetingLeaveWasApproved('approved-leave', 30))).toBe('allowed')
    expect(answerOf(meetingLeaveWasApproved('approved-leave', 0))).toBe('leave-not-approved')
    expect(answerOf(meetingLeaveWasApproved('sick', 0))).toBe('allowed')
  })

  test('the day is asked before the leave', () => {
    const leaveOn = () => ({ plannedMinutes: 120, leaveMinutes: 0 })
    const asked = (date: string) => excusedDayRules({ excused: [onLeave(date)], open, registered: none, leaveOn })
    expect([asked('2026-03-04'), asked('2026-03-03')].map(answerOf)).toEqual([
      'excused-day-invalid',
      'leave-not-approved',
    ])
  })
})

test('§ 6: leave-already-approved: no meeting is missed on a day of whole-day leave', () => {
  const wholeLeave = new Set([d('2026-03-02')])
  expect(answerOf(meetingWasNotLeave(d('2026-03-02'), wholeLeave))).toBe('leave-already-approved')
  expect(answerOf(meetingWasNotLeave(d('2026-03-03'), wholeLeave))).toBe('allowed')
})
