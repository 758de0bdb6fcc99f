import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import {
  type MilestoneFacts,
  milestoneCanBeRegistered,
  milestoneNotYetWithdrawn,
  reportCanCarryMilestone,
} from '#rules/progress/milestone-reached.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const given = { milestone: 'cv', reachedOn: d('2026-03-10'), pointer: '/milestones/2' }
const facts = (changes: Partial<MilestoneFacts> = {}): MilestoneFacts => ({
  known: true,
  today: d('2026-03-13'),
  startDate: d('2026-03-02'),
  lastDay: d('2026-05-22'),
  standing: null,
  ...changes,
})
const standing = { id: 'm1', reachedOn: d('2026-03-09') }

describe('a milestone is registered by itself', () => {
  test.each([
    ['2026-03-02', 'allowed'],
    ['2026-03-13', 'allowed'],
    ['2026-03-01', 'milestone-date'],
    ['2026-03-14', 'milestone-date'],
  ])('reached on %s: %s', (reachedOn, answer) => {
    expect(answerOf(milestoneCanBeRegistered({ ...given, reachedOn: d(reachedOn) }, facts()))).toBe(answer)
  })

  test('not after the end of the course', () => {
    const ended = facts({ lastDay: d('2026-03-09') })
    expect(refusalOf(milestoneCanBeRegistered(given, ended))).toMatchObject({
      slug: 'milestone-date',
      facts: { from: '2026-03-02', to: '2026-03-09', faults: [{ pointer: '/milestones/2/reachedOn' }] },
    })
  })

  test('unknown-milestone: a code that is not valid that day', () => {
    expect(refusalOf(milestoneCanBeRegistered(given, facts({ known: false })))).toMatchObject({
      slug: 'unknown-milestone',
      facts: { faults: [{ pointer: '/milestones/2/milestone' }] },
    })
  })

  test('milestone-already-reached: once on an order, whatever the date', () => {
    expect(refusalOf(milestoneCanBeRegistered(given, facts({ standing })))).toEqual({
      slug: 'milestone-already-reached',
      facts: { milestone: 'cv', milestoneId: 'm1', reachedOn: '2026-03-09' },
    })
  })
})

describe('a milestone in a report', () => {
  const report = (broughtBy: string | null) => ({ reportId: 'r1', broughtBy })
  test('is new, or repeats what stands with the same date', () => {
    expect(answerOf(reportCanCarryMilestone(given, facts(), report(null)))).toBe('allowed')
    const same = facts({ standing: { ...standing, reachedOn: given.reachedOn } })
    expect(answerOf(reportCanCarryMilestone(given, same, report(null)))).toBe('allowed')
    expect(answerOf(reportCanCarryMilestone(given, same, report('r2')))).toBe('allowed')
  })

  test('corrects what an earlier version of the same report brought, and nothing else', () => {
    expect(answerOf(reportCanCarryMilestone(given, facts({ standing }), report('r1')))).toBe('allowed')
    expect(answerOf(reportCanCarryMilestone(given, facts({ standing }), report('r2')))).toBe(
      'milestone-already-reached',
    )
    expect(answerOf(reportCanCarryMilestone(given, facts({ standing }), report(null)))).toBe(
      'milestone-already-reached',
    )
  })

  test('is of a known code and a day of the course too', () => {
    expect(answerOf(reportCanCarryMilestone(given, facts({ known: false }), report(null)))).toBe('unknown-milestone')
    const early = { ...given, reachedOn: d('2026-03-01') }
    expect(answerOf(reportCanCarryMilestone(early, facts(), report(null)))).toBe('milestone-date')
  })
})

test('milestone-already-withdrawn: once', () => {
  expect(answerOf(milestoneNotYetWithdrawn({ withdrawn: false }))).toBe('allowed')
  expect(answerOf(milestoneNotYetWithdrawn({ withdrawn: true }))).toBe('milestone-already-withdrawn')
})
