import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  attendedOnADayOfTheCourse,
  type DayBefore,
  daysSinceFirstMeetingAreAccountedFor,
  firstMeetingAttendedRules,
  firstMeetingIsOpen,
} from '#rules/first-meeting/first-meeting-attended.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

describe('§ 7: first-meeting-already-settled', () => {
  test.each([
    ['approved', 'awaiting-first-meeting', 'allowed'],
    ['approved', 're-summoned', 'allowed'],
    ['approved', 'attending', 'first-meeting-already-settled'],
    ['ended', 'ended', 'first-meeting-already-settled'],
    ['ended', 'never-started', 'first-meeting-already-settled'],
    ['draft', 'awaiting-first-meeting', 'order-state'],
    ['cancelled', 'awaiting-first-meeting', 'order-state'],
  ] as const)('an order %s, its course %s: %s', (status, courseStatus, answer) => {
    expect(answerOf(firstMeetingIsOpen({ status, courseStatus }))).toBe(answer)
  })
})

describe('§ 7: first-meeting-date', () => {
  const course = { startDate: d('2026-03-02'), lastDay: d('2026-05-22'), today: d('2026-03-13'), lastMissedOn: null }
  test('nobody came before a meeting that was told as missed, and may have come later on its day', () => {
    const missed = { ...course, lastMissedOn: d('2026-03-09') }
    expect(refusalOf(attendedOnADayOfTheCourse(d('2026-03-08'), missed)).facts).toMatchObject({ from: '2026-03-09' })
    expect(answerOf(attendedOnADayOfTheCourse(d('2026-03-09'), missed))).toBe('allowed')
  })

  test.each([
    ['2026-03-01', 'first-meeting-date'],
    ['2026-03-02', 'allowed'],
    ['2026-03-13', 'allowed'],
    ['2026-03-14', 'first-meeting-date'],
  ])('on %s: %s', (on, answer) => {
    expect(answerOf(attendedOnADayOfTheCourse(d(on), course))).toBe(answer)
  })

  test('nobody comes after the last day, and the answer says between which days', () => {
    const over = { ...course, today: d('2026-06-01') }
    expect(answerOf(attendedOnADayOfTheCourse(d('2026-05-22'), over))).toBe('allowed')
    expect(refusalOf(attendedOnADayOfTheCourse(d('2026-05-23'), over)).facts).toMatchObject({
      from: '2026-03-02',
      to: '2026-05-22',
    })
    expect(refusalOf(attendedOnADayOfTheCourse(d('2026-03-14'), course)).facts).toMatchObject({ to: '2026-03-13' })
  })
})

describe('§ 7: back-registration-incomplete', () => {
  const day = (date: string, told: Partial<DayBefore> = {}): DayBefore => ({
    date: d(date),
    plannedMinutes: 120,
    absentMinutes: 0,
    leaveMinutes: 0,
    excused: false,
    ...told,
  })
  const missing = (...days: DayBefore[]) => refusalOf(daysSinceFirstMeetingAreAccountedFor(days)).facts['missingDates']

  test('every planned day since the first date is accounted for; the missing ones are listed once, in order', () => {
    expect(missing(day('2026-03-04'), day('2026-03-02', { absentMinutes: 120 }), day('2026-03-03'))).toEqual([
      '2026-03-03',
      '2026-03-04',
    ])
    expect(answerOf(daysSinceFirstMeetingAreAccountedFor([]))).toBe('allowed')
  })

  test.each([
    ['absent from all of it', { absentMinutes: 120 }, 'allowed'],
    ['absent from a minute of it', { absentMinutes: 1 }, 'back-registration-incomplete'],
    ['absent beside leave', { absentMinutes: 60, leaveMinutes: 60 }, 'allowed'],
    ['leave for all of it', { leaveMinutes: 1440 }, 'allowed'],
    ['leave for a minute of it', { leaveMinutes: 1 }, 'back-registration-incomplete'],
    ['excused', { excused: true }, 'allowed'],
  ])('%s: %s', (_what, told, answer) => {
    expect(answerOf(daysSinceFirstMeetingAreAccountedFor([day('2026-03-03', told)]))).toBe(answer)
  })
})

test('§ 7: the state is asked before the date, the date before the days', () => {
  const given = {
    on: d('2026-03-14'),
    state: { status: 'approved', courseStatus: 'attending' } as const,
    course: { startDate: d('2026-03-02'), lastDay: d('2026-05-22'), today: d('2026-03-13'), lastMissedOn: null },
    daysBefore: [{ date: d('2026-03-02'), plannedMinutes: 60, absentMinutes: 0, leaveMinutes: 0, excused: false }],
  }
  const open = { ...given, state: { status: 'approved', courseStatus: 're-summoned' } as const }
  const timely = { ...open, on: d('2026-03-13') }
  const slugs = [given, open, timely, { ...timely, daysBefore: [] }].map((one) =>
    answerOf(firstMeetingAttendedRules(one)),
  )
  expect(slugs).toEqual([
    'first-meeting-already-settled',
    'first-meeting-date',
    'back-registration-incomplete',
    'allowed',
  ])
})
