import { describe, expect, test } from 'vitest'
import { bothPartiesAreReachable } from '#rules/order/contact-person-missing.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const reachable = { contactPersons: 1, secureEmail: 'post@sikker.example' }

describe('§ 17, § 18: contact-person-missing', () => {
  test('both parties have somebody to talk to and a secure e-mail address', () => {
    expect(answerOf(bothPartiesAreReachable(reachable, reachable))).toBe('allowed')
  })

  test.each([
    { ...reachable, contactPersons: 0 },
    { ...reachable, secureEmail: null },
    { ...reachable, secureEmail: ' ' },
  ])('who has %j is named', (lacking) => {
    expect(refusalOf(bothPartiesAreReachable(lacking, reachable))).toEqual({
      slug: 'contact-person-missing',
      facts: { lacking: ['supplier'] },
    })
    expect(refusalOf(bothPartiesAreReachable(reachable, lacking)).facts).toEqual({ lacking: ['jobcenter'] })
    expect(refusalOf(bothPartiesAreReachable(lacking, lacking)).facts).toEqual({ lacking: ['supplier', 'jobcenter'] })
  })
})
