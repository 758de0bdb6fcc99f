import { describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { beginsAlone, notInThePast, placeVersion } from '#rules/reference-data/dated-versions.ts'
import { answerOf } from '#test/rules/answer-of.ts'

const version = (from: string, to: string | null = null) => ({
  validFrom: localDate(from),
  validTo: to === null ? null : localDate(to),
})
const today = localDate('2026-03-13')

describe('ours: versions of reference data', () => {
  test('begin today or later (validity-in-the-past)', () => {
    expect(answerOf(notInThePast(today, today))).toBe('allowed')
    expect(answerOf(notInThePast(localDate('2026-03-12'), today))).toBe('validity-in-the-past')
  })

  test('one on a day (version-already-there)', () => {
    expect(answerOf(beginsAlone(today, [version('2010-01-01')]))).toBe('allowed')
    expect(answerOf(beginsAlone(today, [version('2026-03-13')]))).toBe('version-already-there')
  })

  test('the one before ends the day before, the new one before the next', () => {
    const [first, next] = [version('2010-01-01', '2026-12-31'), version('2027-01-01')]
    expect(placeVersion(localDate('2026-06-01'), [next, first])).toEqual({
      closes: { version: first, validTo: '2026-05-31' },
      validTo: '2026-12-31',
    })
    expect(placeVersion(localDate('2028-01-01'), [first, next])).toEqual({
      closes: { version: next, validTo: '2027-12-31' },
      validTo: null,
    })
  })

  test('where there is none before, or it has ended, nothing is closed', () => {
    expect(placeVersion(today, [])).toEqual({ closes: null, validTo: null })
    expect(placeVersion(today, [version('2010-01-01', '2020-12-31')])).toEqual({ closes: null, validTo: null })
  })
})
