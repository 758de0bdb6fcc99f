import { describe, expect, test } from 'vitest'
import { type AbsenceCase, registerAbsenceRules } from '#rules/absence/register-absence-rules.ts'
import { answerOf } from '#test/rules/answer-of.ts'
import { courseOf, d } from './course-of.ts'

const claim: AbsenceCase['claim'] = {
  date: d('2026-03-12'),
  extent: { kind: 'whole-day' },
  reason: 'no-notice',
  reasonText: undefined,
  elaboration: undefined,
  priorWarning: undefined,
  confirmations: [],
  decisionReceivedOn: undefined,
  classified: false,
}

const absenceCase = (changes: Partial<AbsenceCase> = {}, claimed: Partial<AbsenceCase['claim']> = {}): AbsenceCase => ({
  claim: { ...claim, ...claimed },
  course: courseOf(),
  citizenId: 'citizen',
  today: d('2026-03-13'),
  activityStatus: 'approved',
  validReasons: new Set([
    'no-notice',
    'other',
    'non-participation',
    'sickness-not-accepted',
    'own-sickness',
    'passivity',
  ]),
  plannedMinutes: 120,
  leaveMinutes: 0,
  live: undefined,
  replacing: undefined,
  ...changes,
})

/** One fault each, in the order in which they are asked for. */
const faults: readonly (readonly [string, Partial<AbsenceCase>, Partial<AbsenceCase['claim']>])[] = [
  ['supplier-cannot-authorise-absence', {}, { classified: true }],
  ['sick-leave-not-in-portal', {}, { reason: 'own-sickness' }],
  ['passivity-is-not-absence', {}, { reason: 'passivity' }],
  ['unknown-absence-reason', {}, { reason: 'lost' }],
  ['elaboration-required', {}, { reason: 'non-participation' }],
  ['reason-text-required', {}, { reason: 'other' }],
  ['sick-leave-suspected', {}, { elaboration: 'Har feber' }],
  ['order-state', { course: courseOf({ orderStatus: 'cancelled' }) }, {}],
  ['course-not-started', { course: courseOf({ firstAttendedOn: null, courseStatus: 're-summoned' }) }, {}],
  ['activity-not-approved', { activityStatus: 'proposed' }, {}],
  ['absence-date-in-future', { today: d('2026-03-11') }, {}],
  ['decision-date-invalid', {}, { decisionReceivedOn: d('2026-03-12') }],
  ['absence-outside-course', { course: courseOf({ endedOn: d('2026-03-11') }) }, {}],
  ['not-found', { replacing: { id: 'gone', found: undefined } }, {}],
  ['nothing-planned-that-day', { plannedMinutes: 0 }, {}],
  ['absence-already-registered', { live: { id: 'live' } }, {}],
  ['absent-minutes-exceed-plan', {}, { extent: { kind: 'minutes', minutes: 121 } }],
  ['leave-already-approved', { leaveMinutes: 120 }, {}],
]

describe('§ 6, § 8, § 9, § 10: what is asked of an absence', () => {
  test('an absence without fault is taken', () => {
    expect(answerOf(registerAbsenceRules(absenceCase()))).toBe('allowed')
  })

  test.each(faults)('%s', (slug, changes, claimed) => {
    expect(answerOf(registerAbsenceRules(absenceCase(changes, claimed)))).toBe(slug)
  })

  test('what must never enter the register is said before what is merely missing or misplaced', () => {
    const everything = (from: number) => {
      const rest = faults.slice(from)
      const merged = rest.reduceRight<[Partial<AbsenceCase>, Partial<AbsenceCase['claim']>]>(
        ([changes, claimed], [, more, moreClaimed]) => [
          // Both course faults and both reasons cannot hold at once: the earlier one wins.
          { ...changes, ...more },
          { ...claimed, ...moreClaimed },
        ],
        [{}, {}],
      )
      return answerOf(registerAbsenceRules(absenceCase(...merged)))
    }
    expect(faults.map((_, index) => everything(index))).toEqual(faults.map(([slug]) => slug))
  })

  test('a correction of the live registration passes', () => {
    const live = { id: 'live' }
    const found = { id: 'live', citizenId: 'citizen', date: claim.date, withdrawn: false }
    expect(answerOf(registerAbsenceRules(absenceCase({ live, replacing: { id: 'live', found } })))).toBe('allowed')
  })
})
