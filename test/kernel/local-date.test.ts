import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, dayNumber, daysBetween, isLocalDate, localDate } from '#kernel/local-date.ts'

const dayMs = 86_400_000
const first = Date.UTC(1900, 0, 1) / dayMs
const last = Date.UTC(2199, 11, 31) / dayMs
/** The same date by the language's own calendar, which the kernel does not use. */
const byDate = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)
const someDay = fc.integer({ min: first, max: last })

describe('a local date', () => {
  test('of every day from 1900 to 2199 has the number that Date.UTC gives it, and comes back from it', () => {
    const wrong: string[] = []
    const epoch = localDate('1970-01-01')
    for (let day = first; day <= last; day++) {
      const text = byDate(day)
      if (!isLocalDate(text) || dayNumber(text) !== day || addDays(epoch, day) !== text) wrong.push(text)
    }
    expect(wrong).toEqual([])
    expect(last - first + 1).toBe(109_573)
  })

  test.each([
    '1900-02-29',
    '2100-02-29',
    '2026-02-29',
    '2026-02-30',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-01-32',
  ])('is refused when there is no such day: %s', (text) => {
    expect(isLocalDate(text)).toBe(false)
    expect(() => localDate(text)).toThrow(RangeError)
  })

  test.each(['2024-02-29', '2000-02-29', '1904-02-29', '1900-01-01', '2199-12-31'])(
    'is taken when there is one: %s',
    (text) => {
      expect(localDate(text)).toBe(text)
    },
  )

  test.each([
    '',
    '2026-1-1',
    '26-01-01',
    '2026/01/01',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '2026-01-01\n',
    '٢٠٢٦-٠١-٠١',
    '1899-12-31',
    '2200-01-01',
    '0000-01-01',
  ])('is refused in another form or outside the years: %j', (text) => {
    expect(isLocalDate(text)).toBe(false)
  })

  test('any text is read as Date reads it, or refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1900, max: 2199 }),
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 0, max: 33 }),
        (year, month, day) => {
          const text = [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-')
          const date = new Date(Date.UTC(year, month - 1, day))
          expect(isLocalDate(text)).toBe(date.toISOString().slice(0, 10) === text)
        },
      ),
    )
  })

  test('days added can be taken away, and are what lies between', () => {
    fc.assert(
      fc.property(someDay, fc.integer({ min: -1000, max: 1000 }), (day, days) => {
        const date = localDate(byDate(day))
        const then = addDays(date, days)
        expect(daysBetween(date, then)).toBe(days)
        expect(addDays(then, -days)).toBe(date)
        expect(then).toBe(byDate(day + days))
      }),
    )
  })

  test('compares as text the way it compares in time', () => {
    fc.assert(
      fc.property(someDay, someDay, (a, b) => {
        const [one, other] = [localDate(byDate(a)), localDate(byDate(b))]
        expect(Math.sign(daysBetween(one, other))).toBe(one < other ? 1 : one > other ? -1 : 0)
      }),
    )
  })

  test('leap days: one in 2024, none in 2026 nor in 2100', () => {
    expect(addDays(localDate('2024-02-28'), 1)).toBe('2024-02-29')
    expect(addDays(localDate('2026-02-28'), 1)).toBe('2026-03-01')
    expect(addDays(localDate('2100-02-28'), 1)).toBe('2100-03-01')
    expect(addDays(localDate('2025-12-31'), 1)).toBe('2026-01-01')
  })
})
