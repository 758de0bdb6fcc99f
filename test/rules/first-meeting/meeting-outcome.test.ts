import { describe, expect, test } from 'vitest'
import type { Instant } from '#kernel/instant.ts'
import { localDate as d } from '#kernel/local-date.ts'
import { firstMeetingCase } from '#rules/first-meeting/first-meeting-case.ts'
import {
  firstMeetingExcusedRules,
  firstMeetingMissedRules,
  givesExcusedMeetingADate,
  newDateDue,
  newMeetingFitsTheOrder,
  pendingOutcomeIsTold,
  procedureIsUsed,
} from '#rules/first-meeting/meeting-outcome.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const firstMeetingAt = '2026-03-02T08:00:00.000Z' as Instant
const open = {
  on: d('2026-03-02'),
  state: { status: 'approved', courseStatus: 'awaiting-first-meeting' } as const,
  procedure: true,
  theCase: firstMeetingCase(firstMeetingAt, [], []),
  today: d('2026-03-13'),
}
const attending = { status: 'approved', courseStatus: 'attending' } as const

test('first-meeting-procedure-not-used: for groups that have it not', () => {
  expect([answerOf(procedureIsUsed(true)), answerOf(procedureIsUsed(false))]).toEqual([
    'allowed',
    'first-meeting-procedure-not-used',
  ])
})

describe('first-meeting-date: the new meeting', () => {
  test.each([
    ['2026-03-02', 'first-meeting-date'],
    ['2026-03-03', 'allowed'],
    ['2026-05-22', 'allowed'],
    ['2026-05-23', 'first-meeting-date'],
  ])('on %s, after 2 March and with an order until 22 May: %s', (on, answer) => {
    expect(answerOf(newMeetingFitsTheOrder(d(on), d('2026-03-02'), d('2026-05-22')))).toBe(answer)
  })
})

test('§ 7: missed: the course is asked before the procedure, the procedure before the meeting', () => {
  const ahead = { ...open, today: d('2026-03-01') }
  const asked = [{ ...ahead, state: attending, procedure: false }, { ...ahead, procedure: false }, ahead, open]
  expect(asked.map((one) => answerOf(firstMeetingMissedRules(one)))).toEqual([
    'first-meeting-already-settled',
    'first-meeting-procedure-not-used',
    'first-meeting-date',
    'allowed',
  ])
})

describe('§ 7: excused', () => {
  const rules = (changes: Partial<Parameters<typeof firstMeetingExcusedRules>[0]>) =>
    firstMeetingExcusedRules({ ...open, newMeetingOn: null, lastDay: d('2026-05-22'), ...changes })
  const told = (newMeetingAt: Instant | null) =>
    firstMeetingCase(firstMeetingAt, [{ outcome: 'excused', metOn: d('2026-03-02'), newMeetingAt }], [])

  test('with a new date or without, in the course alone', () => {
    expect(answerOf(rules({}))).toBe('allowed')
    expect(answerOf(rules({ newMeetingOn: d('2026-03-09') }))).toBe('allowed')
    expect(refusalOf(rules({ newMeetingOn: d('2026-03-02') })).facts).toMatchObject({
      from: '2026-03-03',
      to: '2026-05-22',
    })
    expect(answerOf(rules({ state: attending }))).toBe('first-meeting-already-settled')
    expect(answerOf(rules({ procedure: false }))).toBe('first-meeting-procedure-not-used')
  })

  test.each([
    ['without a date, to give it one', null, '2026-03-20', 'allowed'],
    ['without a date, and still none', null, null, 'first-meeting-not-pending'],
    ['to move one that lies ahead', '2026-03-16T08:00:00.000Z', '2026-03-20', 'allowed'],
    ['to move one whose day has come', '2026-03-13T08:00:00.000Z', '2026-03-20', 'first-meeting-date'],
  ])('told again, %s: %s', (_, pending, next, answer) => {
    const theCase = told(pending as Instant | null)
    const newMeetingOn = next === null ? null : d(next)
    expect(answerOf(rules({ theCase, newMeetingOn }))).toBe(answer)
    expect(givesExcusedMeetingADate(d('2026-03-02'), newMeetingOn, theCase, open.today)).toBe(answer === 'allowed')
  })

  test('ours: somebody says by the fourteenth day what becomes of it', () => {
    expect(newDateDue(d('2026-03-02'))).toBe('2026-03-16')
  })
})

describe('ours: first-meeting-outcome-missing', () => {
  const ends = (changes: Partial<Parameters<typeof pendingOutcomeIsTold>[0]>) =>
    answerOf(
      pendingOutcomeIsTold({
        by: 'supplier',
        state: open.state,
        procedure: true,
        timesMissed: 1,
        pendingOn: d('2026-03-13'),
        today: d('2026-03-13'),
        ...changes,
      }),
    )

  test('a supplier that ends a course tells first what became of a meeting whose day has come; nobody else', () => {
    expect(ends({})).toBe('first-meeting-outcome-missing')
    expect(ends({ pendingOn: d('2026-03-14') })).toBe('allowed')
    expect(ends({ timesMissed: 0 })).toBe('allowed')
    expect(ends({ pendingOn: null })).toBe('allowed')
    expect(ends({ procedure: false })).toBe('allowed')
    expect(ends({ state: { status: 'approved', courseStatus: 'attending' } })).toBe('allowed')
    for (const by of ['jobcenter', 'benefits-office', 'portal'] as const) expect(ends({ by })).toBe('allowed')
  })
})
