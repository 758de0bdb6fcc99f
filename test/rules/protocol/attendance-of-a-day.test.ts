import { describe, expect, test } from 'vitest'
import { attendanceOfADay } from '#rules/protocol/attendance-of-a-day.ts'
import type { DayEntry } from '#rules/protocol/day-facts.ts'
import { courseOf, d } from '#test/rules/absence/course-of.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const on = d('2026-03-12')
const entry = (changes: Partial<DayEntry> = {}): DayEntry => ({
  activityId: 'a',
  attendedMinutes: 120,
  absent: [],
  ...changes,
})
const away = (code: string, minutes: number, changes = {}): DayEntry =>
  entry({ attendedMinutes: 120 - minutes, absent: [{ code, minutes, ...changes }] })

const given = (changes: Partial<Parameters<typeof attendanceOfADay>[0]> = {}) => ({
  date: on,
  entries: [entry()],
  correctionReason: undefined,
  course: courseOf(),
  today: d('2026-03-13'),
  activities: [
    { id: 'a', status: 'approved' as const, plannedMinutes: 120 },
    { id: 'b', status: 'approved' as const, plannedMinutes: 0 },
    { id: 'waiting', status: 'proposed' as const, plannedMinutes: 0 },
  ],
  validCodes: new Set(['unauthorised', 'sick-reported', 'sick-accepted', 'approved-leave']),
  leaveMinutes: 0,
  submitted: null,
  ...changes,
})
const answer = (changes: Partial<Parameters<typeof attendanceOfADay>[0]>): string =>
  answerOf(attendanceOfADay(given(changes)))

test('§ 7: attendance-before-first-meeting: away before the return, there from that day on; groups without the procedure', () => {
  const late = courseOf({ firstAttendedOn: d('2026-03-13') })
  expect(answer({ course: late })).toBe('attendance-before-first-meeting')
  expect(answer({ course: late, entries: [away('unauthorised', 120)] })).toBe('allowed')
  expect(answer({ course: late, date: d('2026-03-13') })).toBe('allowed')
  expect(answer({ course: { ...late, firstMeetingProcedure: false } })).toBe('allowed')
})

describe('§ 5: attendance of a day', () => {
  test.each([
    ['who came all day', {}, 'allowed'],
    ['who came for part of it', { entries: [away('unauthorised', 30)] }, 'allowed'],
    [
      'an activity with nothing planned and nothing recorded',
      { entries: [entry(), entry({ activityId: 'b', attendedMinutes: 0 })] },
      'allowed',
    ],
    ['before the citizen came at all', { course: courseOf({ firstAttendedOn: null }) }, 'course-not-started'],
    ['of a cancelled order', { course: courseOf({ orderStatus: 'cancelled' as const }) }, 'order-state'],
    ['today', { date: d('2026-03-13') }, 'allowed'],
    ['tomorrow', { date: d('2026-03-14') }, 'attendance-date-in-future'],
    ['on the first day', { date: d('2026-03-02') }, 'allowed'],
    ['before the first meeting', { date: d('2026-03-01') }, 'attendance-outside-course'],
    ['on the last day', { course: courseOf({ endedOn: on }) }, 'allowed'],
    ['after the end', { course: courseOf({ endedOn: d('2026-03-11') }) }, 'attendance-outside-course'],
    ["on an activity that is none of the order's", { entries: [entry({ activityId: 'other' })] }, 'not-found'],
    [
      'on one that waits for the jobcenter',
      { entries: [entry(), entry({ activityId: 'waiting', attendedMinutes: 0 })] },
      'activity-not-approved',
    ],
    [
      'where nothing is planned',
      {
        activities: [{ id: 'a', status: 'approved' as const, plannedMinutes: 0 }],
        entries: [entry({ attendedMinutes: 0 })],
      },
      'nothing-planned-that-day',
    ],
    ['under a code that is not valid', { entries: [away('holiday', 30)] }, 'unknown-attendance-code'],
    ['a minute too few', { entries: [entry({ attendedMinutes: 119 })] }, 'minutes-do-not-add-up'],
    ['a minute too many', { entries: [entry({ attendedMinutes: 121 })] }, 'minutes-do-not-add-up'],
    ['minutes of an activity on another', { entries: [entry({ activityId: 'b' })] }, 'minutes-do-not-add-up'],
  ])('%s: %s', (_, changes, expected) => {
    expect(answer(changes)).toBe(expected)
  })

  test('minutes-do-not-add-up names each activity that differs; unknown-attendance-code the place and not the text', () => {
    expect(
      refusalOf(attendanceOfADay(given({ entries: [entry({ activityId: 'b', attendedMinutes: 1 })] }))).facts,
    ).toEqual({
      activities: [
        { activityId: 'a', plannedMinutes: 120, attendedMinutes: 0, absentMinutes: 0 },
        { activityId: 'b', plannedMinutes: 0, attendedMinutes: 1, absentMinutes: 0 },
      ],
    })
    const { facts } = refusalOf(attendanceOfADay(given({ entries: [away('6101901234', 30)] })))
    expect(facts['faults']).toMatchObject([{ pointer: '/entries/0/absent/0/code' }])
    expect(JSON.stringify(facts)).not.toContain('6101901234')
  })
})

describe('§ 9: sickness-message-required', () => {
  const accepted = (changes = {}) => ({
    entries: [away('sick-accepted', 120, { messageOn: on, periodTo: on, ...changes })],
  })
  test.each([
    ['with a message and a period that holds the day', accepted(), 'allowed'],
    ['without a message', accepted({ messageOn: undefined }), 'sickness-message-required'],
    ['with one that comes tomorrow', accepted({ messageOn: d('2026-03-14') }), 'sickness-message-required'],
    ['without a period', accepted({ periodTo: undefined }), 'sickness-message-required'],
    ['with one that ended before', accepted({ periodTo: d('2026-03-11') }), 'sickness-message-required'],
    ['reported needs none', { entries: [away('sick-reported', 120)] }, 'allowed'],
  ])('%s', (_, changes, expected) => {
    expect(answer(changes)).toBe(expected)
  })
})

describe('§ 6: leave-not-approved', () => {
  test.each([
    ['as much as was given', 60, 'allowed'],
    ['less than that', 61, 'allowed'],
    ['more', 59, 'leave-not-approved'],
  ])('%s', (_, leaveMinutes, expected) => {
    expect(answer({ entries: [away('approved-leave', 60)], leaveMinutes })).toBe(expected)
  })
})

describe('ours: month-already-submitted', () => {
  const submitted = { month: '2026-03', version: 2 }
  test.each([
    ['not submitted', { submitted: null }, 'allowed'],
    ['submitted', { submitted }, 'month-already-submitted'],
    ['submitted, with a reason', { submitted, correctionReason: 'Skrevet forkert' }, 'allowed'],
  ])('%s', (_, changes, expected) => {
    expect(answer(changes)).toBe(expected)
  })
})
