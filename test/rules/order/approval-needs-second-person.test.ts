import { describe, expect, test } from 'vitest'
import { approvalNeedsSecondPerson } from '#rules/order/approval-needs-second-person.ts'
import { answerOf } from '#test/rules/answer-of.ts'

describe('§ 1: approval-needs-second-person', () => {
  test.each([
    ['dorte@jobcenter.example', 'approval-needs-second-person'],
    ['Dorte@Jobcenter.EXAMPLE', 'approval-needs-second-person'],
    [' dorte@jobcenter.example ', 'approval-needs-second-person'],
    ['gorm@jobcenter.example', 'allowed'],
    ['dorte@jobcenter2.example', 'allowed'],
  ])('drafted by dorte@jobcenter.example, approved by %j: %s', (email, answer) => {
    expect(answerOf(approvalNeedsSecondPerson({ email: 'dorte@jobcenter.example' }, { email }))).toBe(answer)
  })
})
