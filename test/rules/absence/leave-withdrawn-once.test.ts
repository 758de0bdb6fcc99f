import { expect, test } from 'vitest'
import { leaveNotYetWithdrawn } from '#rules/absence/leave-withdrawn-once.ts'
import { answerOf } from '#test/rules/answer-of.ts'

test('ours: leave is withdrawn once (leave-already-withdrawn)', () => {
  expect(answerOf(leaveNotYetWithdrawn({ withdrawn: false }))).toBe('allowed')
  expect(answerOf(leaveNotYetWithdrawn({ withdrawn: true }))).toBe('leave-already-withdrawn')
})
