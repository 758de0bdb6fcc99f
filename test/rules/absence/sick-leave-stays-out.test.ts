import { describe, expect, test } from 'vitest'
import { sickLeaveStaysOut } from '#rules/absence/sick-leave-stays-out.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

describe('§ 9: sick-leave-not-in-portal', () => {
  test('own sickness goes to Kontaktcentret, of sickness-benefit recipients to the caseworker', () => {
    expect(refusalOf(sickLeaveStaysOut('own-sickness', 'cash-benefit-activity-ready'))).toEqual({
      slug: 'sick-leave-not-in-portal',
      facts: { tell: 'kontaktcenter' },
    })
    expect(refusalOf(sickLeaveStaysOut('own-sickness', 'sickness-benefit')).facts).toEqual({ tell: 'caseworker' })
  })

  test.each(['child-sick', 'sickness-not-accepted', 'no-notice'])('%s is another reason', (reason) => {
    expect(answerOf(sickLeaveStaysOut(reason, 'cash-benefit-activity-ready'))).toBe('allowed')
  })
})
