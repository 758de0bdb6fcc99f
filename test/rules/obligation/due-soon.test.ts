import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, localDate as d, dateOfDay, dayNumber } from '#kernel/local-date.ts'
import { workingDaysBetween } from '#rules/calendar/working-days.ts'
import { dueSoonUntil } from '#rules/obligation/due-soon.ts'
import { isWorkingDay } from '#test/rules/calendar/calendar-of.ts'

const dates = fc.integer({ min: dayNumber(d('2010-01-01')), max: dayNumber(d('2060-06-30')) }).map(dateOfDay)

describe('due soon', () => {
  test.each([
    // Wednesday: Thursday, Friday, and the weekend after them
    ['2026-03-11', 2, '2026-03-15'],
    ['2026-03-12', 2, '2026-03-16'],
    // Easter: the Tuesday before, with Wednesday and the Tuesday after
    ['2026-03-31', 2, '2026-04-07'],
    ['2026-03-30', 2, '2026-04-06'],
    ['2026-12-23', 2, '2026-12-29'],
    ['2026-03-13', 0, '2026-03-15'],
    ['2026-03-12', 0, '2026-03-12'],
  ])('on %s, %i working days ahead: what is due up to %s', (today, ahead, until) => {
    expect(dueSoonUntil(d(today), ahead, isWorkingDay)).toBe(until)
  })

  test('is every date with at most so many working days left, and no other', () => {
    fc.assert(
      fc.property(dates, fc.nat(10), fc.nat(40), (today, ahead, days) => {
        const dueOn = addDays(today, days)
        const soon = dueOn <= dueSoonUntil(today, ahead, isWorkingDay)
        expect(soon).toBe(workingDaysBetween(today, dueOn, isWorkingDay) <= ahead)
      }),
    )
  })
})
