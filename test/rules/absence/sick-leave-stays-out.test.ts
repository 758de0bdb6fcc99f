import { describe, expect, test } from 'vitest'
import { sickLeaveStaysOut } from '#rules/absence/sick-leave-stays-out.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const known = new Set(['own-sickness', 'child-sick', 'sickness-not-accepted', 'no-notice'])

describe('§ 9: sick-leave-not-in-portal', () => {
  test('own sickness goes to Kontaktcentret, of sickness-benefit recipients to the caseworker', () => {
    expect(refusalOf(sickLeaveStaysOut('own-sickness', 'cash-benefit-activity-ready', known))).toEqual({
      slug: 'sick-leave-not-in-portal',
      facts: { tell: 'kontaktcenter' },
    })
    expect(refusalOf(sickLeaveStaysOut('own-sickness', 'sickness-benefit', known)).facts).toEqual({
      tell: 'caseworker',
    })
  })

  test.each(['child-sick', 'sickness-not-accepted', 'no-notice'])('%s is another reason', (reason) => {
    expect(answerOf(sickLeaveStaysOut(reason, 'cash-benefit-activity-ready', known))).toBe('allowed')
  })

  test.each([
    'sick',
    'SICK',
    'syg',
    'sygdom',
    'sygemeldt',
    'Borgeren er syg',
    'own_sickness',
    'sickLeave',
    'sick-leave',
    'feber',
  ])('%s is no code, and own sickness in words', (reason) => {
    expect(answerOf(sickLeaveStaysOut(reason, 'cash-benefit-activity-ready', known))).toBe('sick-leave-not-in-portal')
  })

  test.each(['lost', 'sygeplejerske', 'barn-syg', 'Barnet er sygt', 'child-sick', 'sickness-not-accepted'])(
    '%s is no code either, and nobody is said to be sick but a child',
    (reason) => {
      expect(answerOf(sickLeaveStaysOut(reason, 'cash-benefit-activity-ready', new Set(['no-notice'])))).toBe('allowed')
    },
  )

  test('a code that a set knows is what the set says it is', () => {
    expect(answerOf(sickLeaveStaysOut('syg', 'cash-benefit-activity-ready', new Set(['syg'])))).toBe('allowed')
  })
})
