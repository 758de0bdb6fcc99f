import { describe, expect, test } from 'vitest'
import { absenceRecipients } from '#rules/routing/absence-recipients.ts'

const party = (id: string) => ({ id, name: id.toUpperCase() })
const recipient = (id: string, because: string) => ({ organisationId: id, name: id.toUpperCase(), because })
const [one, two, kKassen, dragoer] = [party('one'), party('two'), party('k-kassen'), party('dragoer')]
const policies = [
  { targetGroup: 'resource-course', recipient: kKassen, because: '§ 7' },
  { targetGroup: 'education-benefit', recipient: kKassen, because: '§ 8' },
  { targetGroup: 'rehabilitation', recipient: null, because: '§ 7' },
]
const order = (targetGroup: string, jobcenter = one) => ({ targetGroup, jobcenter })

describe('§ 7, § 8: where an absence goes', () => {
  test("to the recipient of the order's target group, with the section that says so", () => {
    expect(absenceRecipients([order('resource-course')], policies, undefined)).toEqual([recipient('k-kassen', '§ 7')])
    expect(absenceRecipients([order('rehabilitation')], policies, undefined)).toEqual([recipient('one', '§ 7')])
  })

  test('ours: to the ordering jobcenter when no policy speaks of the group', () => {
    expect(absenceRecipients([order('newly-invented')], policies, undefined)).toEqual([
      recipient('one', 'ordering-jobcenter'),
    ])
  })

  test('of two orders of the day to both recipients, once each, for the first reason', () => {
    const orders = [
      order('resource-course'),
      order('rehabilitation', two),
      order('education-benefit', two),
      order('other', two),
    ]
    expect(absenceRecipients(orders, policies, undefined)).toEqual([
      recipient('k-kassen', '§ 7'),
      recipient('two', '§ 7'),
    ])
  })

  test("000: with a copy to the citizen's own municipality, unless it hears anyway", () => {
    expect(absenceRecipients([order('resource-course')], policies, dragoer)).toEqual([
      recipient('k-kassen', '§ 7'),
      recipient('dragoer', 'residence-municipality-copy'),
    ])
    expect(absenceRecipients([order('resource-course')], policies, kKassen)).toEqual([recipient('k-kassen', '§ 7')])
  })
})
