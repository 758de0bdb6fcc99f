import { describe, expect, test } from 'vitest'
import {
  courseBegins,
  courseEnds,
  courseHasStarted,
  dateNotInFuture,
  dayLiesInTheCourse,
} from '#rules/absence/day-lies-in-the-course.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'
import { courseOf, d } from './course-of.ts'

describe('§ 6: absence-date-in-future', () => {
  test.each([
    ['yesterday', '2026-03-12', 'allowed'],
    ['today', '2026-03-13', 'allowed'],
    ['tomorrow', '2026-03-14', 'absence-date-in-future'],
  ])('%s', (_, date, answer) => {
    expect(answerOf(dateNotInFuture(d(date), d('2026-03-13')))).toBe(answer)
  })
})

describe('§ 7, § 8: course-not-started', () => {
  test.each([
    [
      'before the citizen came',
      { courseStatus: 'awaiting-first-meeting', firstAttendedOn: null },
      'course-not-started',
    ],
    [
      'while the citizen is summoned again',
      { courseStatus: 're-summoned', firstAttendedOn: null },
      'course-not-started',
    ],
    ['after the citizen came', {}, 'allowed'],
    ['after the end, for days before it', { orderStatus: 'ended', courseStatus: 'ended' }, 'allowed'],
    [
      'at once for a group without the procedure',
      { firstMeetingProcedure: false, courseStatus: 'awaiting-first-meeting', firstAttendedOn: null },
      'allowed',
    ],
  ] as const)('absence is registered %s: %#', (_, changes, answer) => {
    expect(answerOf(courseHasStarted(courseOf(changes)))).toBe(answer)
  })

  test.each([
    { orderStatus: 'draft', courseStatus: 'awaiting-first-meeting', firstAttendedOn: null },
    { orderStatus: 'cancelled', courseStatus: 'awaiting-first-meeting', firstAttendedOn: null },
    { orderStatus: 'ended', courseStatus: 'never-started', firstAttendedOn: null },
  ] as const)('order-state: nothing is registered on $orderStatus, $courseStatus', (changes) => {
    for (const firstMeetingProcedure of [true, false]) {
      const refusal = refusalOf(courseHasStarted(courseOf({ ...changes, firstMeetingProcedure })))
      expect(refusal.slug).toBe('order-state')
      expect(refusal.facts).toMatchObject({ orderStatus: changes.orderStatus, allowedIn: ['approved', 'ended'] })
    }
  })
})

describe('§ 6: absence-outside-course', () => {
  const later = { firstMeetingOn: d('2026-03-04'), firstAttendedOn: d('2026-03-09') }

  test('the course begins with the meeting that was arranged, though the citizen came later (§ 7)', () => {
    expect(courseBegins(courseOf(later))).toBe('2026-03-04')
  })

  test('or with the day on which the citizen came before it', () => {
    expect(courseBegins(courseOf({ ...later, firstAttendedOn: d('2026-03-03') }))).toBe('2026-03-03')
  })

  test('or, for groups without the procedure, on its first date', () => {
    expect(courseBegins(courseOf({ ...later, firstMeetingProcedure: false }))).toBe('2026-03-02')
  })

  test('it ends on the day it was ended, else on the day that was ordered', () => {
    expect(courseEnds(courseOf())).toBe('2026-05-22')
    expect(courseEnds(courseOf({ endedOn: d('2026-04-10') }))).toBe('2026-04-10')
  })

  test.each([
    ['2026-03-03', 'absence-outside-course'],
    ['2026-03-04', 'allowed'],
    ['2026-04-10', 'allowed'],
    ['2026-04-11', 'absence-outside-course'],
  ])('on %s: %s', (date, answer) => {
    const verdict = dayLiesInTheCourse(d(date), courseOf({ ...later, endedOn: d('2026-04-10') }))
    expect(answerOf(verdict)).toBe(answer)
    if (!verdict.allowed) expect(verdict.facts).toEqual({ date, from: '2026-03-04', to: '2026-04-10' })
  })
})
