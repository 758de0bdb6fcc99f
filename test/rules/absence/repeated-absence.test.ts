import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, daysBetween, type LocalDate, localDate } from '#kernel/local-date.ts'
import { repeatedAbsence, repeatedFrom, repeatedWithinDays } from '#rules/absence/repeated-absence.ts'

const days = (...dates: string[]): LocalDate[] => dates.map(localDate)

describe('§ 8: absence repeats', () => {
  test('at the third registration within thirty days, the first and the last counted', () => {
    expect(repeatedAbsence(days('2026-03-02', '2026-03-31'), null)).toBeNull()
    expect(repeatedAbsence(days('2026-03-31', '2026-03-02', '2026-03-10'), null)).toEqual({
      count: 3,
      from: '2026-03-02',
      to: '2026-03-31',
      toldTo: '2026-03-31',
    })
    expect(repeatedAbsence(days('2026-03-02', '2026-03-10', '2026-04-01'), null)).toBeNull()
  })

  test('wherever the thirty days begin', () => {
    expect(repeatedAbsence(days('2026-01-05', '2026-03-02', '2026-03-03', '2026-03-04'), null)).toMatchObject({
      from: '2026-03-02',
      to: '2026-03-04',
    })
  })

  test('ours: once for those thirty days, and again at three more after them', () => {
    const told = days('2026-03-02', '2026-03-03', '2026-03-04')
    expect(repeatedAbsence([...told, ...days('2026-03-05', '2026-03-30')], localDate('2026-03-31'))).toBeNull()
    expect(
      repeatedAbsence([...told, ...days('2026-04-01', '2026-04-02', '2026-04-03')], localDate('2026-03-31')),
    ).toMatchObject({ count: 3, from: '2026-04-01' })
  })

  test('what it tells always lies within thirty days, after what was told, and is three or more', () => {
    const date = fc.integer({ min: 0, max: 200 }).map((day) => addDays(localDate('2026-01-01'), day))
    fc.assert(
      fc.property(fc.uniqueArray(date, { maxLength: 40 }), fc.option(date), (dates, toldTo) => {
        const told = repeatedAbsence(dates, toldTo)
        if (told === null) return
        expect(told.count).toBeGreaterThanOrEqual(repeatedFrom)
        expect(daysBetween(told.from, told.to)).toBeLessThan(repeatedWithinDays)
        if (toldTo !== null) expect(told.from > toldTo).toBe(true)
        expect(told.toldTo >= told.to).toBe(true)
      }),
    )
  })
})
