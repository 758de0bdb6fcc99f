import { describe, expect, test } from 'vitest'
import {
  type CountedLine,
  creditorOf,
  lineAmountOere,
  settlementBasis,
  settlementTotals,
} from '#rules/settlement/settlement.ts'

describe('000: a line of a settlement', () => {
  test.each([
    [60, 45_000, 45_000],
    [1, 30, 1],
    [1, 29, 0],
    [1, 90, 2],
    [7, 45_001, 5250],
    [0, 45_000, 0],
    [44_640, 99_999, 74_399_256],
  ])('%d minutes at %d øre an hour are %d øre, half up', (minutes, price, amount) => {
    expect(lineAmountOere(minutes, price)).toBe(amount)
  })

  test('outside suppliers are settled as spent, municipal ones at the budget’s unit price', () => {
    expect(['external', 'unemployment-fund', 'municipal'].map(settlementBasis)).toEqual([
      'actual-cost',
      'actual-cost',
      'budgeted-unit-price',
    ])
  })
})

test('København is paid, and by nobody for its own citizens', () => {
  expect([creditorOf('0155'), creditorOf('0101')]).toEqual(['0101', null])
})

test('sums are of rounded lines, a citizen counts once, and both parts make the whole', () => {
  const line = (citizenId: string, deliveredMinutes: number, changes: Partial<CountedLine> = {}): CountedLine => ({
    citizenId,
    deliveredMinutes,
    amountOere: lineAmountOere(deliveredMinutes, 30),
    basis: 'actual-cost',
    submitted: true,
    ...changes,
  })
  const lines = [line('a', 1), line('a', 1), line('b', 1, { basis: 'budgeted-unit-price', submitted: false })]
  expect(settlementTotals(lines)).toEqual({
    citizens: 2,
    lines: 3,
    deliveredMinutes: 3,
    // Unrounded it would be one and a half.
    amountOere: 3,
    actualCost: { lines: 2, deliveredMinutes: 2, amountOere: 2 },
    budgetedUnitPrice: { lines: 1, deliveredMinutes: 1, amountOere: 1 },
    withoutProtocol: { lines: 1, deliveredMinutes: 1, amountOere: 1 },
  })
  expect(settlementTotals([])).toMatchObject({ citizens: 0, lines: 0, amountOere: 0 })
})
