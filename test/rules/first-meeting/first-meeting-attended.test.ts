import { describe, expect, test } from 'vitest'
import { localDate as d, type LocalDate } from '#kernel/local-date.ts'
import {
  attendedOnADayOfTheCourse,
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
  const course = { startDate: d('2026-03-02'), lastDay: d('2026-05-22'), today: d('2026-03-13') }
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
  const planned = [d('2026-03-04'), d('2026-03-02'), d('2026-03-03'), d('2026-03-03')]

  test('every planned day since the first date is accounted for; the missing ones are listed once, in order', () => {
    const days = (...accounted: LocalDate[]) => daysSinceFirstMeetingAreAccountedFor(planned, new Set(accounted))
    expect(answerOf(days(...planned))).toBe('allowed')
    expect(refusalOf(days()).facts).toEqual({ missingDates: ['2026-03-02', '2026-03-03', '2026-03-04'] })
    expect(refusalOf(days(d('2026-03-02'), d('2026-03-04'))).facts).toEqual({ missingDates: ['2026-03-03'] })
  })

  test('with nothing planned there is nothing to account for', () => {
    expect(answerOf(daysSinceFirstMeetingAreAccountedFor([], new Set()))).toBe('allowed')
  })
})

test('§ 7: the state is asked before the date, the date before the days', () => {
  const given = {
    on: d('2026-03-14'),
    state: { status: 'approved', courseStatus: 'attending' } as const,
    course: { startDate: d('2026-03-02'), lastDay: d('2026-05-22'), today: d('2026-03-13') },
    plannedBefore: [d('2026-03-02')],
    accounted: new Set<LocalDate>(),
  }
  const open = { ...given, state: { status: 'approved', courseStatus: 're-summoned' } as const }
  const timely = { ...open, on: d('2026-03-13') }
  const slugs = [given, open, timely, { ...timely, accounted: new Set([d('2026-03-02')]) }].map((one) =>
    answerOf(firstMeetingAttendedRules(one)),
  )
  expect(slugs).toEqual([
    'first-meeting-already-settled',
    'first-meeting-date',
    'back-registration-incomplete',
    'allowed',
  ])
})
