import { describe, expect, test } from 'vitest'
import { classification, everyAbsenceIsUnauthorised } from '#rules/absence/every-absence-is-unauthorised.ts'
import { answerOf } from '#test/rules/answer-of.ts'

describe('§ 6: supplier-cannot-authorise-absence', () => {
  test('every absence is unauthorised', () => {
    expect(classification).toBe('unauthorised')
  })

  test('a classification of the supplier is refused, whatever it is', () => {
    expect(answerOf(everyAbsenceIsUnauthorised(true))).toBe('supplier-cannot-authorise-absence')
    expect(answerOf(everyAbsenceIsUnauthorised(false))).toBe('allowed')
  })
})
