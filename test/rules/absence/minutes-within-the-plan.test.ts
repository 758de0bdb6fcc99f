import { describe, expect, test } from 'vitest'
import { absentMinutes, minutesWithinThePlan, somethingIsPlanned } from '#rules/absence/minutes-within-the-plan.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const minutes = (count: number) => ({ kind: 'minutes', minutes: count }) as const

describe('§ 5, § 6: nothing-planned-that-day', () => {
  test('without planned minutes there is nothing to be absent from; one is something', () => {
    expect(answerOf(somethingIsPlanned(0))).toBe('nothing-planned-that-day')
    expect(answerOf(somethingIsPlanned(1))).toBe('allowed')
  })
})

describe('§ 8: absent-minutes-exceed-plan', () => {
  test.each([
    [1, 'allowed'],
    [119, 'allowed'],
    [120, 'allowed'],
    [121, 'absent-minutes-exceed-plan'],
  ])('%i of 120 planned minutes: %s', (absent, answer) => {
    expect(answerOf(minutesWithinThePlan(minutes(absent), 120))).toBe(answer)
  })

  test('the refusal tells both', () => {
    expect(refusalOf(minutesWithinThePlan(minutes(121), 120)).facts).toEqual({
      plannedMinutes: 120,
      absentMinutes: 121,
    })
  })

  test('a whole day fits whatever is planned', () => {
    expect(answerOf(minutesWithinThePlan({ kind: 'whole-day' }, 480))).toBe('allowed')
  })
})

describe('§ 5: absent from every hour is absent the whole day', () => {
  test.each([
    [{ kind: 'whole-day' } as const, { wholeDay: true, absentMinutes: 120 }],
    [minutes(120), { wholeDay: true, absentMinutes: 120 }],
    [minutes(119), { wholeDay: false, absentMinutes: 119 }],
  ])('%j', (extent, stored) => {
    expect(absentMinutes(extent, 120)).toEqual(stored)
  })
})
