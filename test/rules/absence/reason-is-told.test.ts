import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  elaborationRequired,
  passivityIsNotAbsence,
  reasonFitsTheDay,
  reasonIsKnown,
  reasonTextRequired,
} from '#rules/absence/reason-is-told.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const told = { reason: 'non-participation', reasonText: undefined, elaboration: undefined, priorWarning: undefined }
const pointers = (facts: Readonly<Record<string, unknown>>) =>
  (facts['faults'] as { pointer: string }[]).map((fault) => fault.pointer)

describe('§ 10: passivity-is-not-absence', () => {
  test('passivity alone is not reported, refusing to take part is', () => {
    expect(answerOf(passivityIsNotAbsence('passivity'))).toBe('passivity-is-not-absence')
    expect(answerOf(passivityIsNotAbsence('non-participation'))).toBe('allowed')
  })
})

describe('§ 10: elaboration-required', () => {
  test.each([
    [{}, ['/elaboration', '/priorWarning']],
    [{ elaboration: 'Råbte ad de andre' }, ['/priorWarning']],
    [{ priorWarning: false }, ['/elaboration']],
    [{ priorWarning: true, elaboration: ' \n' }, ['/elaboration']],
    [{ reasonText: 'Råbte ad de andre', priorWarning: true }, ['/elaboration']],
  ])('non-participation with %j lacks %j', (given, lacking) => {
    const refusal = refusalOf(elaborationRequired({ ...told, ...given }))
    expect([refusal.slug, pointers(refusal.facts)]).toEqual(['elaboration-required', lacking])
  })

  test.each([true, false])('elaborated, with priorWarning %s, it passes', (priorWarning) => {
    expect(answerOf(elaborationRequired({ ...told, elaboration: 'Råbte ad de andre', priorWarning }))).toBe('allowed')
  })

  test('other reasons need none', () => {
    expect(answerOf(elaborationRequired({ ...told, reason: 'no-notice' }))).toBe('allowed')
  })
})

describe('§ 6: reason-text-required', () => {
  test.each([
    ['other', undefined, 'reason-text-required'],
    ['other', '  ', 'reason-text-required'],
    ['other', 'Vandskade', 'allowed'],
    ['no-notice', undefined, 'allowed'],
  ])('%s with %j: %s', (reason, reasonText, answer) => {
    expect(answerOf(reasonTextRequired({ ...told, reason, reasonText }))).toBe(answer)
  })
})

describe('§ 6: unknown-absence-reason', () => {
  test('a reason is one of the codes that are valid that day', () => {
    const valid = new Set(['no-notice'])
    expect(answerOf(reasonIsKnown('no-notice', valid))).toBe('allowed')
    expect(refusalOf(reasonIsKnown('lost', valid))).toEqual({
      slug: 'unknown-absence-reason',
      facts: {},
    })
    expect(answerOf(reasonIsKnown('No-Notice', valid))).toBe('unknown-absence-reason')
  })
})

describe('ours: reason-says-present', () => {
  test.each([
    ['left-early', '2026-03-04', '2026-03-05', 'reason-says-present'],
    ['late-arrival', '2026-03-04', '2026-03-05', 'reason-says-present'],
    ['non-participation', '2026-03-04', '2026-03-05', 'reason-says-present'],
    ['no-notice', '2026-03-04', '2026-03-05', 'allowed'],
    ['left-early', '2026-03-05', '2026-03-05', 'allowed'],
    ['left-early', '2026-03-04', null, 'allowed'],
  ])('%s on %s, first there on %s: %s', (reason, date, firstAttendedOn, answer) => {
    expect(answerOf(reasonFitsTheDay(reason, d(date), firstAttendedOn === null ? null : d(firstAttendedOn)))).toBe(
      answer,
    )
  })
})
