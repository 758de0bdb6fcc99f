import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDate as d, dateOfDay, dayNumber } from '#kernel/local-date.ts'
import { workingDays, workingDaysAfter, workingDaysBetween } from '#rules/calendar/working-days.ts'
import { freshClosingDays, isWorkingDay } from './calendar-of.ts'

const dates = fc.integer({ min: dayNumber(d('2010-01-01')), max: dayNumber(d('2060-12-31')) }).map(dateOfDay)

describe('a working day', () => {
  test.each([
    ['2026-03-13', true, 'a Friday'],
    ['2026-03-14', false, 'a Saturday'],
    ['2026-03-15', false, 'a Sunday'],
    ['2026-03-16', true, 'a Monday'],
    ['2026-04-02', false, 'Maundy Thursday'],
    ['2026-04-03', false, 'Good Friday'],
    ['2026-04-06', false, 'Easter Monday'],
    ['2026-05-14', false, 'Ascension'],
    ['2026-05-15', true, 'the Friday after it'],
    ['2026-05-25', false, 'Whit Monday'],
    ['2023-05-05', false, 'the last Store Bededag'],
    ['2024-04-26', true, 'what would have been the next'],
    ['2026-06-05', false, 'a closing day, Constitution Day'],
    ['2026-12-24', false, 'a closing day'],
    ['2026-12-30', true, 'a Wednesday between the holidays'],
    ['2026-12-31', false, 'a closing day'],
    ['2027-01-01', false, "New Year's Day"],
    ['2024-02-29', true, 'a leap day, a Thursday'],
    ['2026-05-01', true, 'no public holiday'],
  ])('%s: %s (%s)', (date, expected) => {
    expect(isWorkingDay(d(date))).toBe(expected)
  })

  test('is never a Saturday or a Sunday, as the calendar of the language says', () => {
    fc.assert(
      fc.property(dates, (date) => {
        const weekday = new Date(`${date}T12:00:00Z`).getUTCDay()
        if (weekday === 0 || weekday === 6) expect(isWorkingDay(date)).toBe(false)
      }),
    )
  })

  test('is taken away by a single closing day, and by a yearly one while it is valid', () => {
    const closed = workingDays({
      yearly: [{ monthDay: '03-16', validFrom: d('2026-01-01'), validTo: d('2027-12-31') }],
      single: new Set([d('2026-03-17')]),
    })
    expect(['2026-03-16', '2026-03-17', '2027-03-16', '2027-03-17'].map((date) => closed(d(date)))).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect(['2022-03-16', '2028-03-16'].map((date) => closed(d(date)))).toEqual([true, true])
    expect(workingDays({ ...freshClosingDays, yearly: [] })(d('2026-06-05'))).toBe(true)
  })

  test('of a year whose holidays are not known is not guessed', () => {
    expect(() => isWorkingDay(d('2009-12-31'))).toThrow(RangeError)
    expect(() => isWorkingDay(d('2061-01-03'))).toThrow(RangeError)
  })
})

describe('counting', () => {
  test('the date itself never counts', () => {
    expect(workingDaysAfter(d('2026-03-13'), 1, isWorkingDay)).toEqual({ on: '2026-03-16', counted: ['2026-03-16'] })
    expect(workingDaysAfter(d('2026-03-14'), 1, isWorkingDay).on).toBe('2026-03-16')
    expect(workingDaysAfter(d('2026-03-13'), 0, isWorkingDay)).toEqual({ on: '2026-03-13', counted: [] })
  })

  test('between two dates lie as many as lead from one to the other', () => {
    expect(workingDaysBetween(d('2026-04-01'), d('2026-04-07'), isWorkingDay)).toBe(1)
    expect(workingDaysBetween(d('2026-04-07'), d('2026-04-01'), isWorkingDay)).toBe(0)
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 60 }), (from, count) => {
        fc.pre(from < '2060-06-01')
        const { on } = workingDaysAfter(from, count, isWorkingDay)
        expect(workingDaysBetween(from, on, isWorkingDay)).toBe(count)
      }),
    )
  })
})
