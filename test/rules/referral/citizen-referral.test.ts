import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { allowed } from '#kernel/verdict.ts'
import { citizenReferralRules, wentToBenefitsOffice } from '#rules/referral/citizen-referral.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const given = (changes: Partial<Parameters<typeof citizenReferralRules>[0]> = {}) => ({
  on: localDate('2026-03-13'),
  today: localDate('2026-03-13'),
  absence: { date: localDate('2026-03-12'), withdrawn: false },
  alreadyReferred: false,
  routed: allowed,
  ...changes,
})
const offices = new Set(['k-kassen', 'dragoer'])
const to = (organisationId: string, because = '§ 7') => ({ organisationId, because })

describe('§ 8: the citizen is asked to call K-kassen', () => {
  test('about an absence that a benefits office received, a copy not counted (referral-not-needed)', () => {
    expect(answerOf(wentToBenefitsOffice([to('k-kassen')], offices))).toBe('allowed')
    expect(answerOf(wentToBenefitsOffice([to('jobcenter')], offices))).toBe('referral-not-needed')
    const copy = to('dragoer', 'residence-municipality-copy')
    expect(answerOf(wentToBenefitsOffice([to('jobcenter'), copy], offices))).toBe('referral-not-needed')
    expect(answerOf(citizenReferralRules(given({ routed: wentToBenefitsOffice([], offices) })))).toBe(
      'referral-not-needed',
    )
  })

  test('once (citizen-already-referred), and not about a withdrawn registration (absence-already-withdrawn)', () => {
    expect(answerOf(citizenReferralRules(given()))).toBe('allowed')
    expect(answerOf(citizenReferralRules(given({ alreadyReferred: true })))).toBe('citizen-already-referred')
    const absence = { date: localDate('2026-03-12'), withdrawn: true }
    expect(answerOf(citizenReferralRules(given({ absence })))).toBe('absence-already-withdrawn')
  })

  test('between the day of absence and today (referral-date-invalid)', () => {
    expect(answerOf(citizenReferralRules(given({ on: localDate('2026-03-12') })))).toBe('allowed')
    for (const on of ['2026-03-11', '2026-03-14']) {
      expect(refusalOf(citizenReferralRules(given({ on: localDate(on) })))).toEqual({
        slug: 'referral-date-invalid',
        facts: { from: '2026-03-12', to: '2026-03-13' },
      })
    }
  })
})
