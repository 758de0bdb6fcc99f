import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { changedByTheJobcenter, periodsThatMove, planConflicts } from '#rules/order/amendment.ts'
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
    onRecord: [d('2026-03-02')],
  }
  test.each([
    ['what fits', {}, false],
    ['more planned than ordered', { plannedMinutes: 601 }, true],
    ['planned before the start', { planned: [d('2026-03-01')] }, true],
    ['planned after the end', { planned: [d('2026-05-23')] }, true],
    ['registered after the end', { onRecord: [d('2026-05-23')] }, true],
  ])('%s', (_what, changes, conflict) => {
    expect(planConflicts({ ...fits, ...changes })).toBe(conflict)
  })
})

describe('the periods that leave an order or come to it', () => {
  const before = { startDate: d('2026-03-02'), endDate: d('2026-05-22') }
  test.each([
    ['the same dates', {}, []],
    ['a later start', { startDate: d('2026-03-09') }, [['2026-03-02', '2026-03-08']]],
    ['an earlier start', { startDate: d('2026-02-23') }, [['2026-02-23', '2026-03-01']]],
    ['an earlier end', { endDate: d('2026-05-15') }, [['2026-05-16', '2026-05-22']]],
    ['a later end', { endDate: d('2026-05-23') }, [['2026-05-23', '2026-05-23']]],
    [
      'both',
      { startDate: d('2026-03-03'), endDate: d('2026-05-21') },
      [
        ['2026-03-02', '2026-03-02'],
        ['2026-05-22', '2026-05-22'],
      ],
    ],
  ])('%s', (_what, changes, periods) => {
    expect(periodsThatMove(before, { ...before, ...changes }).map(({ from, to }) => [from, to])).toEqual(periods)
  })
})
