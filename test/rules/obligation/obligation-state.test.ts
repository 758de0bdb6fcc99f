import { describe, expect, test } from 'vitest'
import { endOfLocalDay, type Instant } from '#kernel/instant.ts'
import { localDate as d } from '#kernel/local-date.ts'
import { lateness, obligationStatus } from '#rules/obligation/obligation-state.ts'
import { isWorkingDay } from '#test/rules/calendar/calendar-of.ts'

const at = (text: string): Instant => text as Instant
const winter = endOfLocalDay(d('2026-03-16'))

describe('the status of a duty due on 16 March 2026', () => {
  const status = (now: string, metAt: string | null = null, waivedAt: string | null = null) =>
    obligationStatus({ dueAt: winter, metAt: metAt as Instant | null, waivedAt: waivedAt as Instant | null }, at(now))

  test('is open until 24:00 in Copenhagen that day, then overdue', () => {
    expect(status('2026-03-16T22:59:59.999Z')).toBe('open')
    expect(status('2026-03-16T23:00:00.000Z')).toBe('overdue')
  })

  test('is met before that, met-late from then on', () => {
    const later = '2026-04-01T10:00:00.000Z'
    expect(status(later, '2026-03-16T22:59:59.999Z')).toBe('met')
    expect(status(later, '2026-03-16T23:00:00.000Z')).toBe('met-late')
  })

  test('is waived once it was waived, also after its date', () => {
    expect(status('2026-04-01T10:00:00.000Z', null, '2026-03-10T10:00:00.000Z')).toBe('waived')
  })

  test('in summer the day ends an hour earlier in UTC', () => {
    const dueAt = endOfLocalDay(d('2026-07-16'))
    expect(obligationStatus({ dueAt, metAt: null, waivedAt: null }, at('2026-07-16T21:59:59.999Z'))).toBe('open')
    expect(obligationStatus({ dueAt, metAt: null, waivedAt: null }, at('2026-07-16T22:00:00.000Z'))).toBe('overdue')
  })
})

describe('how late a duty was met', () => {
  test.each([
    // due Wednesday before Easter
    ['2026-04-01', '2026-04-01T21:59:59.999Z', 0, 0],
    ['2026-04-01', '2026-04-01T22:00:00.000Z', 1, 1],
    ['2026-04-01', '2026-04-06T10:00:00.000Z', 5, 1],
    ['2026-04-01', '2026-04-07T10:00:00.000Z', 6, 1],
    ['2026-04-01', '2026-04-08T10:00:00.000Z', 7, 2],
    ['2026-04-01', '2026-03-20T10:00:00.000Z', 0, 0],
    // due on a Sunday, the 1st
    ['2026-03-01', '2026-03-02T10:00:00.000Z', 1, 1],
  ])('due on %s, met at %s: %i days, %i working days', (dueOn, metAt, daysLate, workingDaysLate) => {
    expect(lateness(d(dueOn), at(metAt), isWorkingDay)).toEqual({ daysLate, workingDaysLate })
  })
})
