import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { protocolDayStatus } from '#rules/protocol/day-status.ts'

const of = (activityId: string, plannedMinutes: number) => ({ activityId, plannedMinutes })
const status = (changes: Partial<Parameters<typeof protocolDayStatus>[0]>) =>
  protocolDayStatus({
    date: d('2026-03-03'),
    today: d('2026-03-05'),
    firstDay: d('2026-03-02'),
    lastDay: d('2026-05-22'),
    planned: [of('a', 60), of('b', 60)],
    recorded: null,
    beforeFirstAttendance: false,
    ...changes,
  })

describe('§ 5: how a planned day stands', () => {
  test('missing until it is recorded; recorded where each activity has its minutes', () => {
    expect(status({})).toBe('missing')
    expect(status({ recorded: [of('b', 60), of('a', 60)] })).toBe('recorded')
    expect(status({ recorded: [of('b', 60), of('a', 60), of('c', 0)] })).toBe('recorded')
  })

  test('outdated once the plan is another: more, less, or another activity', () => {
    expect(status({ recorded: [of('a', 60)] })).toBe('outdated')
    expect(status({ recorded: [of('a', 60), of('b', 90)] })).toBe('outdated')
    expect(status({ recorded: [of('a', 60), of('c', 60)] })).toBe('outdated')
    expect(status({ recorded: [of('a', 120)] })).toBe('outdated')
    expect(status({ recorded: [of('a', 60), of('b', 60), of('c', 30)] })).toBe('outdated')
  })

  test('today it is missing already, tomorrow it lies ahead', () => {
    expect(status({ today: d('2026-03-03') })).toBe('missing')
    expect(status({ today: d('2026-03-02') })).toBe('ahead')
  })

  test('§ 7: before the citizen first came it needs none; what was recorded all the same counts', () => {
    expect(status({ beforeFirstAttendance: true })).toBe('not-started')
    expect(status({ beforeFirstAttendance: true, today: d('2026-03-02') })).toBe('ahead')
    expect(status({ beforeFirstAttendance: true, recorded: [of('a', 60), of('b', 60)] })).toBe('recorded')
  })

  test('no planned day, or one before the course’s first or after its last, is none, whatever stands on it', () => {
    expect(status({ planned: [], recorded: [of('a', 60)] })).toBe('unplanned')
    expect(status({ lastDay: d('2026-03-02') })).toBe('unplanned')
    expect(status({ firstDay: d('2026-03-04'), recorded: [of('a', 60), of('b', 60)] })).toBe('unplanned')
    expect(status({ firstDay: d('2026-03-03') })).toBe('missing')
    expect(status({ lastDay: d('2026-03-03') })).toBe('missing')
  })
})
