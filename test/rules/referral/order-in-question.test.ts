import { describe, expect, test } from 'vitest'
import { contactCanBeAskedFor, noticeCanBeGiven } from '#rules/referral/order-in-question.ts'
import { answerOf } from '#test/rules/answer-of.ts'

const state = (status: 'draft' | 'approved' | 'ended' | 'cancelled') => ({ status, courseStatus: 'attending' as const })

describe('§ 8: which orders are spoken about (order-state)', () => {
  test('a notice concerns an order that was placed, also when its course ended', () => {
    expect(
      (['draft', 'approved', 'ended', 'cancelled'] as const).map((s) => answerOf(noticeCanBeGiven(state(s)))),
    ).toEqual(['order-state', 'allowed', 'allowed', 'order-state'])
  })

  test('a contact request concerns a course that goes on', () => {
    expect(
      (['draft', 'approved', 'ended', 'cancelled'] as const).map((s) => answerOf(contactCanBeAskedFor(state(s)))),
    ).toEqual(['order-state', 'allowed', 'order-state', 'order-state'])
  })
})
