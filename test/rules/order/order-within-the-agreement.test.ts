import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  amendmentWithinTheAgreement,
  budgetIsKept,
  orderValueOere,
  orderWithinTheAgreement,
} from '#rules/order/order-within-the-agreement.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const agreement = {
  supplierId: 'nord',
  offers: ['clarification', 'preparation'],
  targetGroups: ['rehabilitation'],
  validFrom: d('2026-01-01'),
  validTo: d('2026-12-31'),
  unitPriceOere: 41_000,
  budgetOere: 50_000_000,
  committedOere: 0,
}
const order = {
  supplierId: 'nord',
  offer: 'clarification',
  targetGroup: 'rehabilitation',
  startDate: d('2026-01-01'),
  endDate: d('2026-12-31'),
  orderedMinutes: 7200,
}

describe('§ 14: agreement-not-valid', () => {
  test('an order from the first to the last day of the agreement lies within it', () => {
    expect(answerOf(orderWithinTheAgreement(order, agreement))).toBe('allowed')
  })

  test.each([
    [{ supplierId: 'syd' }, ['supplierId']],
    [{ offer: 'job-search' }, ['offer']],
    [{ targetGroup: 'other' }, ['targetGroup']],
    [{ startDate: d('2025-12-31') }, ['startDate']],
    [{ endDate: d('2027-01-01') }, ['endDate']],
    [{ offer: 'x', endDate: d('2027-01-01'), targetGroup: 'y' }, ['offer', 'targetGroup', 'endDate']],
  ])('%j lies outside by %j', (changes, outside) => {
    expect(refusalOf(orderWithinTheAgreement({ ...order, ...changes }, agreement))).toEqual({
      slug: 'agreement-not-valid',
      facts: { outside },
    })
  })
})

describe('§ 4: an hour is 60 minutes', () => {
  test.each([
    [60, 41_000, 41_000],
    [7200, 45_000, 5_400_000],
    [1, 41_000, 683],
    [90, 43_750, 65_625],
    [1, 30, 1],
    [1, 29, 0],
  ])('%i minutes at %i øre an hour are %i øre', (minutes, price, value) => {
    expect(orderValueOere(minutes, price)).toBe(value)
  })

  test('the value is within half an øre of the exact one, and whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 10_000_000 }), (minutes, price) => {
        const value = orderValueOere(minutes, price)
        expect(Number.isSafeInteger(value)).toBe(true)
        expect(Math.abs(value * 60 - minutes * price)).toBeLessThanOrEqual(30)
      }),
    )
  })
})

describe('003: budget-exceeded', () => {
  test('the ceiling may be reached and not passed', () => {
    const value = orderValueOere(7200, 41_000)
    const left = { ...agreement, committedOere: 50_000_000 - value }
    expect(answerOf(budgetIsKept(7200, left))).toBe('allowed')
    expect(refusalOf(budgetIsKept(7200, { ...left, committedOere: left.committedOere + 1 }))).toEqual({
      slug: 'budget-exceeded',
      facts: { budgetOere: 50_000_000, committedOere: 50_000_000 - value + 1, orderValueOere: value },
    })
  })

  test('an agreement without a ceiling has none', () => {
    expect(answerOf(budgetIsKept(1_000_000, { ...agreement, budgetOere: null, committedOere: 10 ** 12 }))).toBe(
      'allowed',
    )
  })
})

describe('§ 14: agreement-not-valid, of an amendment', () => {
  const narrow = { ...agreement, offers: ['preparation'], validFrom: d('2026-02-01'), validTo: d('2026-10-31') }
  test('what lies outside already may stay or come closer', () => {
    for (const changes of [
      {},
      { orderedMinutes: 60 },
      { endDate: d('2026-12-01') },
      { endDate: d('2026-10-31') },
      { startDate: d('2026-01-15') },
      { offer: 'preparation' },
    ]) {
      expect(answerOf(amendmentWithinTheAgreement(order, { ...order, ...changes }, narrow))).toBe('allowed')
    }
  })

  test('what moves away is refused by its own name', () => {
    for (const changes of [
      { endDate: d('2027-01-01') },
      { startDate: d('2025-12-31') },
      { targetGroup: 'lottery' },
      { offer: 'lottery' },
    ]) {
      const answer = refusalOf(amendmentWithinTheAgreement(order, { ...order, ...changes }, narrow))
      expect(answer).toEqual({ slug: 'agreement-not-valid', facts: { outside: Object.keys(changes) } })
    }
  })
})
