import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { extensionIsLater, extensionNeedsJobcenter, obligationIsUnsettled } from '#rules/obligation/extension-rules.ts'
import { obligationStatuses } from '#rules/obligation/obligation-state.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

test('extension-needs-jobcenter: by the ordering jobcenter and nobody else (§ 3)', () => {
  expect(answerOf(extensionNeedsJobcenter({ byOrderingJobcenter: true }))).toBe('allowed')
  expect(answerOf(extensionNeedsJobcenter({ byOrderingJobcenter: false }))).toBe('extension-needs-jobcenter')
})

test('obligation-settled: open and overdue duties can be extended, settled ones cannot', () => {
  const allowed = obligationStatuses.filter((status) => obligationIsUnsettled({ status }).allowed)
  expect(allowed).toEqual(['open', 'overdue'])
  expect(refusalOf(obligationIsUnsettled({ status: 'met-late' }))).toEqual({
    slug: 'obligation-settled',
    facts: { obligationStatus: 'met-late' },
  })
})

describe('extension-not-later', () => {
  const extend = (toDueOn: string, currentDueOn: string, today: string) =>
    answerOf(extensionIsLater({ toDueOn: d(toDueOn), currentDueOn: d(currentDueOn), today: d(today) }))

  test('a date after the one that stands is taken, also of an overdue duty', () => {
    expect(extend('2026-03-17', '2026-03-16', '2026-03-13')).toBe('allowed')
    expect(extend('2026-03-13', '2026-03-02', '2026-03-13')).toBe('allowed')
  })

  test('the same or an earlier date is refused, and one that has passed', () => {
    expect(extend('2026-03-16', '2026-03-16', '2026-03-13')).toBe('extension-not-later')
    expect(extend('2026-03-14', '2026-03-16', '2026-03-13')).toBe('extension-not-later')
    expect(extend('2026-03-12', '2026-03-02', '2026-03-13')).toBe('extension-not-later')
  })
})
