import { describe, expect, test } from 'vitest'
import { leaveAlreadyApproved, leaveIsNew, minutesWithoutLeave } from '#rules/absence/leave-already-approved.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const whole = { kind: 'whole-day' } as const
const minutes = (count: number) => ({ kind: 'minutes', minutes: count }) as const

describe('§ 6: leave-already-approved', () => {
  test('leave for the whole day leaves nothing to register', () => {
    expect(answerOf(leaveAlreadyApproved(whole, 120, 120))).toBe('leave-already-approved')
    expect(answerOf(leaveAlreadyApproved(minutes(1), 120, 120))).toBe('leave-already-approved')
  })

  test('what leave does not cover can be registered; a whole day is the rest', () => {
    expect(answerOf(leaveAlreadyApproved(whole, 120, 50))).toBe('allowed')
    expect(minutesWithoutLeave(120, 50)).toBe(70)
    expect(answerOf(leaveAlreadyApproved(minutes(70), 120, 50))).toBe('allowed')
    expect(refusalOf(leaveAlreadyApproved(minutes(71), 120, 50)).facts).toEqual({
      plannedMinutes: 120,
      leaveMinutes: 50,
      openMinutes: 70,
    })
  })

  test('without leave there is nothing to say', () => {
    expect(answerOf(leaveAlreadyApproved(minutes(120), 120, 0))).toBe('allowed')
  })

  test('the same leave is given once', () => {
    expect(answerOf(leaveIsNew(undefined))).toBe('allowed')
    expect(refusalOf(leaveIsNew('a'))).toEqual({ slug: 'leave-already-approved', facts: { leaveId: 'a' } })
  })
})
