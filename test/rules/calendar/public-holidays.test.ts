import Holidays from 'date-holidays'
import { describe, expect, test } from 'vitest'
import { addDays, type LocalDate, localDate } from '#kernel/local-date.ts'
import { firstHolidayYear, lastHolidayYear, publicHolidaysOf } from '#rules/calendar/public-holidays.ts'

const years = Array.from({ length: lastHolidayYear - firstHolidayYear + 1 }, (_, index) => firstHolidayYear + index)

/** Easter Sunday by the anonymous Gregorian computus: a second source beside the library. */
const easterOf = (year: number): LocalDate => {
  const a = year % 19
  const [b, c] = [Math.floor(year / 100), year % 100]
  const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const [month, day] = [Math.floor((h + l - 7 * m + 114) / 31), ((h + l - 7 * m + 114) % 31) + 1]
  return localDate(`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`)
}

describe('the table of public holidays', () => {
  test('holds 2010 to 2060 and says nothing of other years', () => {
    expect([firstHolidayYear, lastHolidayYear]).toEqual([2010, 2060])
    expect(publicHolidaysOf(2009)).toEqual([])
    expect(publicHolidaysOf(2061)).toEqual([])
  })

  test('is what date-holidays says of Denmark, in every year', () => {
    const denmark = new Holidays('DK')
    for (const year of years) {
      const days = denmark
        .getHolidays(year)
        .filter((holiday) => holiday.type === 'public')
        .map((holiday) => holiday.date.slice(5, 10))
      expect([year, ...publicHolidaysOf(year)]).toEqual([year, ...[...new Set(days)].sort()])
    }
  })

  test('is what the date of Easter gives, Store Bededag until 2023 alone', () => {
    for (const year of years) {
      const fromEaster = [-3, -2, 0, 1, ...(year <= 2023 ? [26] : []), 39, 49, 50].map((days) =>
        addDays(easterOf(year), days).slice(5),
      )
      const all = new Set(['01-01', ...fromEaster, '12-25', '12-26'])
      expect([year, ...publicHolidaysOf(year)]).toEqual([year, ...[...all].sort()])
    }
  })
})
