import { describe, expect, test } from 'vitest'
import { noticeRecipients } from '#rules/routing/notice-recipients.ts'

const policies = [
  { targetGroup: 'education-benefit', office: 'k-kassen' },
  { targetGroup: 'resource-course', office: 'k-kassen' },
  { targetGroup: 'cash-benefit-job-ready', office: 'another-office' },
  { targetGroup: 'sickness-benefit', office: null },
]
const order = (targetGroup: string) => ({ targetGroup, jobcenterId: 'jobcenter' })

describe('§ 8: who hears of a notice', () => {
  test('the benefits office of the target group, and the ordering jobcenter', () => {
    expect(noticeRecipients(order('cash-benefit-job-ready'), policies, undefined)).toEqual({
      told: ['another-office', 'jobcenter'],
      readers: ['another-office', 'jobcenter'],
    })
  })

  test('ours: K-kassen also for a group that no benefits office decides on', () => {
    expect(noticeRecipients(order('sickness-benefit'), policies, undefined).told).toEqual(['k-kassen', 'jobcenter'])
    expect(noticeRecipients(order('unheard-of'), policies, undefined).told).toEqual(['k-kassen', 'jobcenter'])
    expect(noticeRecipients(order('sickness-benefit'), [], undefined).told).toEqual(['jobcenter'])
  })

  test("the citizen's own municipality's office may read it and is not told (000)", () => {
    expect(noticeRecipients(order('resource-course'), policies, 'dragoer')).toEqual({
      told: ['k-kassen', 'jobcenter'],
      readers: ['k-kassen', 'jobcenter', 'dragoer'],
    })
  })
})
