import { describe, expect, test } from 'vitest'
import { activityIsApproved } from '#rules/order/activity-is-approved.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

describe('§ 4, § 14, § 16: activity-not-approved', () => {
  test('only an approved activity carries plans and registrations', () => {
    expect(answerOf(activityIsApproved('approved'))).toBe('allowed')
    for (const status of ['proposed', 'rejected'] as const) {
      expect(refusalOf(activityIsApproved(status, { activityId: 'a' }))).toEqual({
        slug: 'activity-not-approved',
        facts: { activityStatus: status, activityId: 'a' },
      })
    }
  })
})
