import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { deliveryAddressIsRegistered, orderIsCoherent, targetGroupIsKnown } from '#rules/order/order-is-coherent.ts'
import { answerOf } from '#test/rules/answer-of.ts'

describe('ours: order-incoherent', () => {
  test.each([
    ['2026-03-02', '2026-05-22', '2026-03-02', 'allowed'],
    ['2026-03-02', '2026-05-22', '2026-05-22', 'allowed'],
    ['2026-03-02', '2026-03-02', '2026-03-02', 'allowed'],
    ['2026-03-02', '2026-05-22', '2026-03-01', 'order-incoherent'],
    ['2026-03-02', '2026-05-22', '2026-05-23', 'order-incoherent'],
    ['2026-05-22', '2026-03-02', '2026-03-02', 'order-incoherent'],
    ['1999-01-04', '1999-02-26', '1999-01-04', 'allowed'],
  ])('from %s to %s, first meeting on %s: %s', (startDate, endDate, firstMeetingOn, answer) => {
    const order = { startDate: d(startDate), endDate: d(endDate), firstMeetingOn: d(firstMeetingOn) }
    expect(answerOf(orderIsCoherent(order))).toBe(answer)
  })
})

describe('§ 7: unknown-target-group', () => {
  test('a target group is a code that is valid when the order starts', () => {
    expect(answerOf(targetGroupIsKnown('rehabilitation', new Set(['rehabilitation'])))).toBe('allowed')
    expect(answerOf(targetGroupIsKnown('rehabilitation', new Set()))).toBe('unknown-target-group')
  })
})

describe('§ 4: unknown-delivery-address', () => {
  test('the course takes place at an address that is registered for the supplier', () => {
    expect(answerOf(deliveryAddressIsRegistered('a', ['b', 'a']))).toBe('allowed')
    expect(answerOf(deliveryAddressIsRegistered('c', ['b', 'a']))).toBe('unknown-delivery-address')
    expect(answerOf(deliveryAddressIsRegistered('c', []))).toBe('unknown-delivery-address')
  })
})
