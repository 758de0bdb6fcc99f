import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { addedLeave, leaveLiesInTheOrder } from '#rules/absence/leave-lies-in-the-order.ts'
import { answerOf } from '#test/rules/answer-of.ts'

const order = { startDate: d('2026-03-02'), lastDay: d('2026-05-22') }

describe('leave-outside-order', () => {
  test.each([
    ['2026-03-02', '2026-05-22', 'allowed'],
    ['2026-03-02', '2026-03-02', 'allowed'],
    ['2026-03-01', '2026-03-02', 'leave-outside-order'],
    ['2026-05-22', '2026-05-23', 'leave-outside-order'],
    ['2026-03-04', '2026-03-03', 'leave-outside-order'],
  ])('from %s to %s: %s', (from, to, answer) => {
    expect(answerOf(leaveLiesInTheOrder({ from: d(from), to: d(to) }, order))).toBe(answer)
  })
})

describe('§ 6: what leave adds on a day', () => {
  test.each([
    [[], null, 120],
    [[], 50, 50],
    [[], 500, 120],
    [[50], null, 70],
    [[50, 50], 50, 20],
    [[null], 50, 0],
  ])('beside %j, %j adds %i of 120 planned minutes', (standing, added, more) => {
    expect(addedLeave(120, standing, added)).toBe(more)
  })
})
