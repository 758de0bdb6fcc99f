import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '#kernel/local-date.ts'
import { daysLate, decisionDateFits, registrationDueOn } from '#rules/absence/registered-in-time.ts'
import { answerOf } from '#test/rules/answer-of.ts'
import { d } from './course-of.ts'

const date = d('2026-03-05')
const returnedOn = null
const hindrances = [] as const

describe('§ 8: an absence is due on the day itself', () => {
  test('whatever the reason', () => {
    const plain = { date, decisionReceivedOn: undefined, returnedOn, hindrances }
    expect(registrationDueOn({ ...plain, reason: 'no-notice' })).toBe(date)
    expect(registrationDueOn({ ...plain, reason: 'sickness-not-accepted' })).toBe(date)
  })

  test('or, when Kontaktcentret did not accept the sickness, on the day the supplier was told (§ 9)', () => {
    const told = { date, decisionReceivedOn: d('2026-03-10'), returnedOn, hindrances }
    expect(registrationDueOn({ ...told, reason: 'sickness-not-accepted' })).toBe('2026-03-10')
    expect(registrationDueOn({ ...told, reason: 'no-notice' })).toBe(date)
  })

  test('days before the citizen first came are due on the day the citizen came (§ 7)', () => {
    const before = { date, reason: 'no-notice', decisionReceivedOn: undefined, hindrances }
    expect(registrationDueOn({ ...before, returnedOn: d('2026-03-09') })).toBe('2026-03-09')
    expect(registrationDueOn({ ...before, returnedOn: date })).toBe(date)
    expect(registrationDueOn({ ...before, returnedOn: d('2026-03-02') })).toBe(date)
    const told = { ...before, reason: 'sickness-not-accepted', decisionReceivedOn: d('2026-03-12') }
    expect(registrationDueOn({ ...told, returnedOn: d('2026-03-09') })).toBe('2026-03-12')
  })

  test('nobody is late with what the authority made impossible', () => {
    const from = d('2026-03-04')
    const due = (...given: { from: string; to: string }[]) =>
      registrationDueOn({
        ...{ date, reason: 'no-notice', decisionReceivedOn: undefined, returnedOn },
        hindrances: given.map((one) => ({ from: d(one.from), to: d(one.to) })),
      })
    expect(due({ from, to: '2026-03-10' })).toBe('2026-03-10')
    expect(due({ from: date, to: '2026-03-10' })).toBe('2026-03-10')
    // It ended on the day itself, of which the rest was left; it began when the supplier was late already.
    expect(due({ from, to: date })).toBe(date)
    expect(due({ from: '2026-03-06', to: '2026-03-10' })).toBe(date)
    // One after another, in whatever order they are told.
    expect(due({ from: '2026-03-10', to: '2026-03-12' }, { from, to: '2026-03-10' })).toBe('2026-03-12')
  })

  test('days late are counted from the due day, and never below nothing', () => {
    expect(daysLate(date, date)).toBe(0)
    expect(daysLate(date, d('2026-03-06'))).toBe(1)
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), (days) => {
        expect(daysLate(date, addDays(date, days))).toBe(Math.max(0, days))
      }),
    )
  })
})

describe('ours: decision-date-invalid', () => {
  test.each([
    ['sickness-not-accepted', '2026-03-04', 'decision-date-invalid'],
    ['sickness-not-accepted', '2026-03-05', 'allowed'],
    ['sickness-not-accepted', '2026-03-13', 'allowed'],
    ['sickness-not-accepted', '2026-03-14', 'decision-date-invalid'],
    ['no-notice', '2026-03-05', 'decision-date-invalid'],
  ])('%s, told on %s: %s', (reason, on, answer) => {
    expect(answerOf(decisionDateFits({ date, reason, decisionReceivedOn: d(on), today: d('2026-03-13') }))).toBe(answer)
  })

  test('none is needed', () => {
    const none = { date, decisionReceivedOn: undefined, today: d('2026-03-13') }
    expect(answerOf(decisionDateFits({ ...none, reason: 'sickness-not-accepted' }))).toBe('allowed')
    expect(answerOf(decisionDateFits({ ...none, reason: 'no-notice' }))).toBe('allowed')
  })
})
