import { expect, test } from 'vitest'
import { budgetCoversCommitment } from '#rules/reference-data/agreement-change.ts'
import { answerOf } from '#test/rules/answer-of.ts'

test('003: a ceiling holds what is approved (budget-below-commitment); no ceiling holds anything', () => {
  expect(answerOf(budgetCoversCommitment(null, 100))).toBe('allowed')
  expect(answerOf(budgetCoversCommitment(100, 100))).toBe('allowed')
  expect(answerOf(budgetCoversCommitment(99, 100))).toBe('budget-below-commitment')
})
