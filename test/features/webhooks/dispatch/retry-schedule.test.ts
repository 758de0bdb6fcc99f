import { describe, expect, test } from 'vitest'
import {
  leastAttempts,
  leastHours,
  longestRetryAfter,
  retryDelays,
  secondsToNextAttempt,
} from '#features/webhooks/dispatch/retry-schedule.ts'

const pauseAfter = (attempts: number, given: { chance?: number; hours?: number; retryAfter?: number | null } = {}) =>
  secondsToNextAttempt({
    attempts,
    secondsSinceFirst: (given.hours ?? 0) * 3600,
    retryAfter: given.retryAfter ?? null,
    chance: given.chance ?? 0.5,
  })

describe('the attempts of a delivery', () => {
  test('are at least twelve, further and further apart, over at least 72 hours also when chance is against them', () => {
    expect(leastAttempts).toBeGreaterThanOrEqual(12)
    expect([...retryDelays]).toEqual([...retryDelays].sort((a, b) => a - b))
    const hours = retryDelays.reduce((sum, _, n) => sum + (pauseAfter(n + 1, { chance: 0 }) ?? 0), 0) / 3600
    expect(hours).toBeGreaterThanOrEqual(leastHours)
  })

  test('are spread by a fifth either way', () => {
    expect(pauseAfter(1, { chance: 0 })).toBe(4)
    expect(pauseAfter(1)).toBe(5)
    expect(pauseAfter(1, { chance: 1 })).toBeCloseTo(6)
  })

  test('end when both the number and the hours are reached', () => {
    expect(pauseAfter(leastAttempts, { hours: 72 })).toBe(null)
    expect(pauseAfter(leastAttempts + 5, { hours: 72 })).toBe(null)
    expect(pauseAfter(leastAttempts, { hours: 71.9 })).toBe(86_400)
    expect(pauseAfter(leastAttempts - 1, { hours: 500 })).toBe(86_400)
  })

  test('come no earlier than the receiver asks, within a day, and no earlier than planned', () => {
    expect(pauseAfter(1, { retryAfter: 60 })).toBe(60)
    expect(pauseAfter(1, { retryAfter: 1 })).toBe(5)
    expect(pauseAfter(1, { retryAfter: 10 ** 9 })).toBe(longestRetryAfter)
    expect(pauseAfter(leastAttempts, { hours: 80, retryAfter: 60 })).toBe(null)
  })
})
