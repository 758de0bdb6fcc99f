import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { changedByTheJobcenter, planConflicts } from '#rules/order/amendment.ts'
import { answerOf } from '#test/rules/answer-of.ts'

describe('§ 4: hours-changed-by-supplier', () => {
  test('only the jobcenter changes an order', () => {
    expect(answerOf(changedByTheJobcenter('jobcenter'))).toBe('allowed')
    expect(answerOf(changedByTheJobcenter('supplier'))).toBe('hours-changed-by-supplier')
  })
})

describe('an amendment below what is planned or registered flags the plan', () => {
  const fits = {
    order: { startDate: d('2026-03-02'), lastDay: d('2026-05-22'), orderedMinutes: 600 },
    plannedMinutes: 600,
    planned: [d('2026-03-02'), d('2026-05-22')],
    registered: [d('2026-03-02')],
  }
  test.each([
    ['what fits', {}, false],
    ['more planned than ordered', { plannedMinutes: 601 }, true],
    ['planned before the start', { planned: [d('2026-03-01')] }, true],
    ['planned after the end', { planned: [d('2026-05-23')] }, true],
    ['registered after the end', { registered: [d('2026-05-23')] }, true],
  ])('%s', (_what, changes, conflict) => {
    expect(planConflicts({ ...fits, ...changes })).toBe(conflict)
  })
})
