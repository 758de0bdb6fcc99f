import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type LocalDate, localDate } from '#kernel/local-date.ts'
import { type Days, isPeriod, partsOf } from '#rules/compliance/period.ts'

const date = (text: string) => localDate(text)
const daysOf = ({ from, to }: Days): LocalDate[] => {
  const days: LocalDate[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}
const monthOf = (first: LocalDate): Days => {
  const next = addDays(first, 31).slice(0, 7)
  return { from: first, to: addDays(date(`${next}-01`), -1) }
}

describe('a period in whole months and days', () => {
  test('takes whole months together, and the month of today by its days', () => {
    const period = { from: date('2025-11-20'), to: date('2026-04-17') }
    expect(partsOf(period, date('2026-03-13'))).toEqual({
      months: [{ from: '2025-12-01', to: '2026-02-01' }],
      days: [
        { from: '2025-11-20', to: '2025-11-30' },
        { from: '2026-03-01', to: '2026-04-17' },
      ],
    })
    const year = { from: date('2024-01-01'), to: date('2024-12-31') }
    expect(partsOf(year, date('2026-03-13'))).toEqual({ months: [{ from: '2024-01-01', to: '2024-12-01' }], days: [] })
  })

  test('has each day of any period once', () => {
    const day = fc.integer({ min: 0, max: 1500 }).map((offset) => addDays(date('2023-12-15'), offset))
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 800 }), day, (from, length, today) => {
        const period = { from, to: addDays(from, length) }
        const { months, days } = partsOf(period, today)
        const ofMonths = months
          .flatMap(daysOf)
          .filter((one) => one.endsWith('-01'))
          .flatMap((first) => daysOf(monthOf(first)))
        expect([...ofMonths, ...days.flatMap(daysOf)].sort()).toEqual(daysOf(period))
        expect(ofMonths.some((one) => one.slice(0, 7) === today.slice(0, 7))).toBe(false)
      }),
    )
  })

  test('is as long as one likes, in a few ranges, and does not end before it begins', () => {
    expect(isPeriod({ from: date('2024-01-01'), to: date('2024-01-01') })).toBe(true)
    expect(isPeriod({ from: date('2024-01-02'), to: date('2024-01-01') })).toBe(false)
    const ages = { from: date('1900-01-15'), to: date('2199-12-31') }
    expect(isPeriod(ages)).toBe(true)
    expect(partsOf(ages, date('2026-03-13'))).toEqual({
      months: [
        { from: '1900-02-01', to: '2026-02-01' },
        { from: '2026-04-01', to: '2199-12-01' },
      ],
      days: [
        { from: '1900-01-15', to: '1900-01-31' },
        { from: '2026-03-01', to: '2026-03-31' },
      ],
    })
  })
})
