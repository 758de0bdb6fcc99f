import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { endsByItself } from '#rules/order/ends-by-itself.ts'

describe('§ 3 (ours): a course that nobody ended ends by itself', () => {
  const order = { endDate: d('2026-05-22'), approvedOn: d('2026-02-18') }

  test('once its end date is over', () => {
    expect(endsByItself(order, d('2026-05-22'))).toBe(false)
    expect(endsByItself(order, d('2026-05-23'))).toBe(true)
  })

  test('one that was approved after its end is left thirty days for its late entry', () => {
    const late = { ...order, approvedOn: d('2026-06-01') }
    expect(endsByItself(late, d('2026-06-01'))).toBe(false)
    expect(endsByItself(late, d('2026-07-01'))).toBe(false)
    expect(endsByItself(late, d('2026-07-02'))).toBe(true)
    expect(endsByItself({ ...order, approvedOn: d('2026-05-22') }, d('2026-05-23'))).toBe(true)
  })
})
