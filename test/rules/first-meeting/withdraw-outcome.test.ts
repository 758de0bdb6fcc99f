import { expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { courseStatusOf, withdrawOutcomeRules } from '#rules/first-meeting/withdraw-outcome.ts'

const given = {
  outcome: { id: 'b', outcome: 'attended', withdrawn: false },
  lastOutcomeId: 'b',
  state: { status: 'approved', courseStatus: 'attending' },
  recorded: [],
} as Parameters<typeof withdrawOutcomeRules>[0]

test('the last outcome of an order that goes on is taken back once', () => {
  expect(withdrawOutcomeRules(given).allowed).toBe(true)
  const { outcome } = given
  expect(withdrawOutcomeRules({ ...given, outcome: { ...outcome, withdrawn: true } })).toMatchObject({
    slug: 'outcome-already-withdrawn',
  })
  expect(withdrawOutcomeRules({ ...given, state: { status: 'ended', courseStatus: 'ended' } })).toMatchObject({
    slug: 'order-state',
  })
  expect(withdrawOutcomeRules({ ...given, lastOutcomeId: 'c' })).toMatchObject({
    slug: 'outcome-not-last',
    facts: { lastOutcomeId: 'c' },
  })
})

test('not from under attendance and absences, which a missed meeting has none of', () => {
  const recorded = ['2026-03-13', '2026-03-12', '2026-03-13'].map(localDate)
  expect(withdrawOutcomeRules({ ...given, recorded })).toMatchObject({
    slug: 'first-meeting-has-records',
    facts: { recordedOn: ['2026-03-12', '2026-03-13'] },
  })
  const outcome = { ...given.outcome, outcome: 'missed' as const }
  expect(withdrawOutcomeRules({ ...given, outcome, recorded }).allowed).toBe(true)
})

test('the course stands where the remaining outcomes leave it', () => {
  expect(courseStatusOf([])).toBe('awaiting-first-meeting')
  expect(courseStatusOf([{ outcome: 'excused' }])).toBe('awaiting-first-meeting')
  expect(courseStatusOf([{ outcome: 'missed' }, { outcome: 'excused' }])).toBe('re-summoned')
})
