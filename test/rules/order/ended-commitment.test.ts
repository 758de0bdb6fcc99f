import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commitmentOfEnded } from '#rules/order/ended-commitment.ts'
import { orderValueOere } from '#rules/order/order-within-the-agreement.ts'

const order = { committedOere: 120 * 45_000, orderedMinutes: 7200 }

describe('003: what an ended course still takes of its agreement', () => {
  test.each([
    ['all that was planned', 7200, 120 * 45_000],
    ['half of it', 3600, 60 * 45_000],
    ['a single hour', 60, 45_000],
    ['nothing, where nothing was planned', 0, 0],
    ['no more than before, where an amendment left more planned than ordered', 9000, 120 * 45_000],
  ])('%s', (_name, plannedMinutes, expected) => {
    expect(commitmentOfEnded(order, { neverStarted: false, plannedMinutes, recordedAfterMinutes: 0 })).toBe(expected)
  })

  test('what was recorded after the end was delivered in good faith; never more than was ordered', () => {
    const course = { neverStarted: false, plannedMinutes: 60, recordedAfterMinutes: 600 }
    expect(commitmentOfEnded(order, course)).toBe(11 * 45_000)
    expect(commitmentOfEnded(order, { ...course, recordedAfterMinutes: 9000 })).toBe(120 * 45_000)
    expect(commitmentOfEnded(order, { ...course, neverStarted: true })).toBe(0)
  })

  test('a course that never started costs nothing, whatever was planned', () => {
    expect(commitmentOfEnded(order, { neverStarted: true, plannedMinutes: 7200, recordedAfterMinutes: 0 })).toBe(0)
  })

  test('the price is the one of the commitment, to the øre, from orders of more than an hour on', () => {
    const price = fc.integer({ min: 0, max: 10_000_000 })
    fc.assert(
      fc.property(
        fc.integer({ min: 61, max: 1_000_000 }),
        price,
        fc.nat(1_000_000),
        (orderedMinutes, perHour, some) => {
          const plannedMinutes = Math.min(some, orderedMinutes)
          const committedOere = orderValueOere(orderedMinutes, perHour)
          const kept = commitmentOfEnded(
            { committedOere, orderedMinutes },
            { neverStarted: false, plannedMinutes, recordedAfterMinutes: 0 },
          )
          expect(kept).toBe(orderValueOere(plannedMinutes, perHour))
        },
      ),
    )
  })

  test('it is never raised, also of the shortest orders', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(1_000_000),
        fc.nat(120),
        (orderedMinutes, perHour, planned) => {
          const committedOere = orderValueOere(orderedMinutes, perHour)
          const course = { neverStarted: false, plannedMinutes: planned, recordedAfterMinutes: 0 }
          const kept = commitmentOfEnded({ committedOere, orderedMinutes }, course)
          expect(kept).toBeGreaterThanOrEqual(0)
          expect(kept).toBeLessThanOrEqual(committedOere)
        },
      ),
    )
  })
})
