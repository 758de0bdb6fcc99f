import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Instant } from '#kernel/instant.ts'
import { addDays, localDate as d, type LocalDate } from '#kernel/local-date.ts'
import {
  firstMeetingCase,
  pendingMeetingHasCome,
  pendingMeetingOn,
  type RecordedOutcome,
  type RecordedReSummons,
} from '#rules/first-meeting/first-meeting-case.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const at = (date: string) => `${date}T08:00:00.000Z` as Instant
const missed = (on: string): RecordedOutcome => ({ outcome: 'missed', metOn: d(on), newMeetingAt: null })
const excused = (on: string, next: string | null): RecordedOutcome => ({
  outcome: 'excused',
  metOn: d(on),
  newMeetingAt: next === null ? null : at(next),
})
const attended = (on: string): RecordedOutcome => ({ outcome: 'attended', metOn: d(on), newMeetingAt: null })
const letter = (missedOn: string, next: string): RecordedReSummons => ({
  missedOn: d(missedOn),
  newMeetingAt: at(next),
})
const caseOf = (outcomes: RecordedOutcome[], letters: RecordedReSummons[] = []) =>
  firstMeetingCase(at('2026-03-02'), outcomes, letters)

describe('§ 7: where the case stands', () => {
  test.each([
    ['nothing recorded: the order’s meeting', [], [], '2026-03-02', 0, null],
    ['missed: none, until a letter sets it', [missed('2026-03-02')], [], null, 1, '2026-03-02'],
    ['missed and answered', [missed('2026-03-02')], [letter('2026-03-02', '2026-03-09')], '2026-03-09', 1, null],
    [
      'missed again',
      [missed('2026-03-02'), missed('2026-03-09')],
      [letter('2026-03-02', '2026-03-09')],
      null,
      2,
      '2026-03-09',
    ],
    ['excused with a date', [excused('2026-03-02', '2026-03-09')], [], '2026-03-09', 0, null],
    ['excused without one', [excused('2026-03-02', null)], [], null, 0, null],
    [
      'excused, and the date told later',
      [excused('2026-03-02', null), excused('2026-03-02', '2026-03-10')],
      [],
      '2026-03-10',
      0,
      null,
    ],
    [
      'the new meeting excused',
      [missed('2026-03-02'), excused('2026-03-09', '2026-03-12')],
      [letter('2026-03-02', '2026-03-09')],
      '2026-03-12',
      1,
      null,
    ],
    ['attended', [missed('2026-03-02'), attended('2026-03-05')], [letter('2026-03-02', '2026-03-09')], null, 1, null],
  ])('%s', (_, outcomes, letters, pendingOn, timesMissed, unanswered) => {
    const theCase = caseOf(outcomes, letters)
    expect([pendingMeetingOn(theCase), theCase.timesMissed, theCase.unansweredMissedOn]).toEqual([
      pendingOn,
      timesMissed,
      unanswered,
    ])
  })

  test('the day of a meeting is the one in Copenhagen', () => {
    expect(pendingMeetingOn({ pendingMeetingAt: '2026-03-01T23:30:00.000Z' as Instant })).toBe('2026-03-02')
  })

  /** What a supplier does with the meeting that is pending: who misses it gets a letter, who is excused a date. */
  const step = fc.record({ kind: fc.constantFrom('missed', 'excused'), days: fc.integer({ min: 5, max: 14 }) })
  test('whatever happened, there is a next meeting or a missed one to answer, and each was on its own day', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.boolean(), (steps, answerTheLast) => {
        const outcomes: RecordedOutcome[] = []
        const letters: RecordedReSummons[] = []
        let on: LocalDate = d('2026-03-02')
        for (const [index, { kind, days }] of steps.entries()) {
          const next = addDays(on, days)
          if (kind === 'excused') outcomes.push(excused(on, next))
          else {
            outcomes.push(missed(on))
            if (index < steps.length - 1 || answerTheLast) letters.push(letter(on, next))
          }
          on = next
        }
        const theCase = caseOf(outcomes, letters)
        const unanswered = steps.at(-1)?.kind === 'missed' && !answerTheLast
        expect(theCase.pendingMeetingAt === null).toBe(unanswered)
        expect(theCase.unansweredMissedOn).toBe(unanswered ? outcomes.at(-1)?.metOn : null)
        expect(theCase.timesMissed).toBe(steps.filter(({ kind }) => kind === 'missed').length)
        expect(theCase.answered.size).toBe(letters.length)
        if (!unanswered) expect(pendingMeetingOn(theCase)).toBe(on)
      }),
    )
  })
})

describe('first-meeting-not-pending, first-meeting-date: an outcome is that of the meeting that is arranged', () => {
  test.each([
    ['2026-03-02', '2026-03-02', 'allowed'],
    ['2026-03-02', '2026-03-13', 'allowed'],
    ['2026-03-02', '2026-03-01', 'first-meeting-date'],
    ['2026-03-03', '2026-03-13', 'first-meeting-date'],
  ])('on %s, told on %s: %s', (on, today, answer) => {
    expect(answerOf(pendingMeetingHasCome(d(on), caseOf([]), d(today)))).toBe(answer)
  })

  test('without one the answer says what has to be told first', () => {
    const today = d('2026-03-13')
    expect(refusalOf(pendingMeetingHasCome(d('2026-03-09'), caseOf([missed('2026-03-02')]), today))).toEqual({
      slug: 'first-meeting-not-pending',
      facts: { unansweredMissedOn: '2026-03-02' },
    })
    expect(
      refusalOf(pendingMeetingHasCome(d('2026-03-09'), caseOf([excused('2026-03-02', null)]), today)).facts,
    ).toEqual({
      lastExcusedOn: '2026-03-02',
    })
  })
})
