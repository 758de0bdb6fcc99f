import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { workingDays } from '#rules/calendar/working-days.ts'
import { areaKey, assessedLate, assessmentDatesHold, withFirstAssessments } from '#rules/progress/start-assessment.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const isWorkingDay = workingDays({ yearly: [], single: new Set() })
const on = (assessedOn: string) => ({ assessedOn: d(assessedOn) })

describe('assessment-date', () => {
  const course = { today: d('2026-03-13'), lastDay: d('2026-05-22') }
  test.each([
    ['2026-03-13', 'allowed'],
    ['2025-12-01', 'allowed'],
    ['2026-03-14', 'assessment-date'],
  ])('%s: %s', (date, answer) => {
    expect(answerOf(assessmentDatesHold([on('2026-03-02'), on(date)], course))).toBe(answer)
  })

  test('not after the end either, and the places that are wrong are told', () => {
    const ended = { today: d('2026-06-01'), lastDay: d('2026-05-22') }
    expect(answerOf(assessmentDatesHold([on('2026-05-22')], ended))).toBe('allowed')
    expect(refusalOf(assessmentDatesHold([on('2026-05-22'), on('2026-05-23')], ended))).toMatchObject({
      slug: 'assessment-date',
      facts: { to: '2026-05-22', faults: [{ pointer: '/areas/1/assessedOn' }] },
    })
  })
})

describe('§ 2: recorded at the start', () => {
  test.each([
    // Monday 2 March; the tenth working day after it is Monday 16 March.
    ['2026-03-02', '2026-03-02', false],
    ['2026-03-02', '2026-03-16', false],
    ['2026-03-02', '2026-03-17', true],
    // Easter lies between.
    ['2026-03-26', '2026-04-14', false],
    ['2026-03-26', '2026-04-15', true],
    // Recorded before the citizen first came.
    ['2026-03-16', '2026-03-02', false],
  ])('began %s, recorded %s: late is %s', (began, recorded, late) => {
    expect(assessedLate(d(began), d(recorded), isWorkingDay)).toBe(late)
  })

  test('nothing is late of a course that has not begun', () => {
    expect(assessedLate(null, d('2026-12-01'), isWorkingDay)).toBe(false)
  })
})

describe('what was recorded first stays visible', () => {
  const area = (name: string, start: number, assessedOn = '2026-03-03') => ({
    area: name,
    start,
    assessedOn: d(assessedOn),
  })
  const version = (number: number, ...areas: ReturnType<typeof area>[]) => ({
    version: number,
    areas,
    registeredAt: `at ${number}`,
  })

  test('a changed start, a changed day, and what was left out', () => {
    const versions = [
      version(1, area('health', 4), area('network', 5), area('goal', 2)),
      version(2, area('health', 7), area('network', 5), area('new', 1)),
      version(3, area('Health', 6), area('network', 5, '2026-03-10')),
    ]
    expect(withFirstAssessments(versions)).toEqual({
      areas: [
        { ...area('Health', 6), first: { start: 4, assessedOn: '2026-03-03', registeredAt: 'at 1' } },
        { ...area('network', 5, '2026-03-10'), first: { start: 5, assessedOn: '2026-03-03', registeredAt: 'at 1' } },
      ],
      removed: [area('goal', 2), area('new', 1)],
    })
    expect(withFirstAssessments([])).toEqual({ areas: [], removed: [] })
  })

  test('an area is the same however its letters are composed', () => {
    expect(areaKey(' A\u030Arhus')).toBe(areaKey('århus'))
    expect(areaKey('a')).not.toBe(areaKey('b'))
  })
})
