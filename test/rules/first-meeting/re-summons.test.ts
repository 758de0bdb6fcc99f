import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOfLocalDay, type Instant, localDateAt } from '#kernel/instant.ts'
import { addDays, localDate as d } from '#kernel/local-date.ts'
import { newMeetingEarliest } from '#rules/calendar/deadlines.ts'
import { workingDays } from '#rules/calendar/working-days.ts'
import { firstMeetingCase } from '#rules/first-meeting/first-meeting-case.ts'
import {
  letterAnswersAMissedMeeting,
  letterDateFits,
  letterIsOwed,
  letterIsStillTold,
  letterMetAt,
  newMeetingInTheWindow,
  newMeetingIsLate,
  remindersWereMade,
  reSummonsRules,
} from '#rules/first-meeting/re-summons.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const yearly = ['06-05', '12-24', '12-31'].map((monthDay) => ({ monthDay, validFrom: d('2010-01-01'), validTo: null }))
const isWorkingDay = workingDays({ yearly, single: new Set() })
const at = (date: string) => `${date}T08:00:00.000Z` as Instant

describe('§ 7: new-meeting-too-early, new-meeting-outside-window', () => {
  test.each([
    ['missed on a Monday', '2026-03-02', '2026-03-05', '2026-03-16'],
    ['on a Friday', '2026-03-06', '2026-03-11', '2026-03-20'],
    ['on the Wednesday before Easter', '2026-04-01', '2026-04-09', '2026-04-15'],
    ['on the Wednesday before Ascension Day', '2026-05-13', '2026-05-19', '2026-05-27'],
    ['before Christmas, with the Friday of Boxing Day', '2025-12-22', '2025-12-30', '2026-01-05'],
    ['on New Year’s Eve’s eve', '2026-12-30', '2027-01-06', '2027-01-13'],
  ])('%s, %s: from %s to %s', (_, missedOn, earliest, latest) => {
    const letter = { missedOn: d(missedOn), letterSentOn: d(missedOn) }
    const ask = (on: string) => newMeetingInTheWindow({ ...letter, newMeetingOn: d(on) }, isWorkingDay)
    expect(answerOf(ask(addDays(d(earliest), -1)))).toBe('new-meeting-too-early')
    expect([answerOf(ask(earliest)), answerOf(ask(latest))]).toEqual(['allowed', 'allowed'])
    expect(refusalOf(ask(addDays(d(latest), 1)))).toEqual({
      slug: 'new-meeting-outside-window',
      facts: { earliestOn: earliest, latestOn: latest },
    })
  })

  test('three working days lie behind the earliest one, and the window is never empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: -3, max: 20 }), (day, later) => {
        const missedOn = addDays(d('2024-01-01'), day)
        const on = addDays(missedOn, later)
        const worked = Array.from({ length: Math.max(0, later) }, (_, i) => addDays(missedOn, i + 1)).filter(
          isWorkingDay,
        )
        const letter = { newMeetingOn: on, missedOn, letterSentOn: missedOn }
        const answer = answerOf(newMeetingInTheWindow(letter, isWorkingDay))
        expect(answer).toBe(
          worked.length < 3 ? 'new-meeting-too-early' : later > 14 ? 'new-meeting-outside-window' : 'allowed',
        )
        expect(newMeetingEarliest(missedOn, isWorkingDay).dueOn <= addDays(missedOn, 14)).toBe(true)
      }),
    )
  })
})

describe('ours: a letter that goes out too late for a meeting in the window', () => {
  /** Missed on Monday 2 March 2026, so the window ends on Monday the 16th. */
  const meeting = (letterSentOn: string, newMeetingOn: string) => {
    const letter = { missedOn: d('2026-03-02'), letterSentOn: d(letterSentOn), newMeetingOn: d(newMeetingOn) }
    return answerOf(newMeetingInTheWindow(letter, isWorkingDay))
  }
  test.each([
    ['2026-03-11', '2026-03-16', 'allowed'],
    ['2026-03-11', '2026-03-17', 'new-meeting-outside-window'],
    ['2026-03-12', '2026-03-16', 'allowed'],
    ['2026-03-12', '2026-03-17', 'allowed'],
    ['2026-03-20', '2026-03-24', 'new-meeting-outside-window'],
    ['2026-03-20', '2026-03-25', 'allowed'],
  ])('sent on %s for %s: %s', (letterSentOn, newMeetingOn, answer) => {
    expect(meeting(letterSentOn, newMeetingOn)).toBe(answer)
    expect(newMeetingIsLate(d(newMeetingOn), d('2026-03-02'))).toBe(newMeetingOn > '2026-03-16')
  })
})

describe('ours: a letter is told after the citizen came, of the last missed meeting without one', () => {
  const outcome = (kind: 'missed' | 'attended', on: string) => ({ outcome: kind, metOn: d(on), newMeetingAt: null })
  const came = [outcome('missed', '2026-03-02'), outcome('attended', '2026-03-04')]
  const attending = { status: 'approved', courseStatus: 'attending' } as const
  test.each([
    ['unanswered', firstMeetingCase(at('2026-03-02'), came, []), '2026-03-02', 'allowed'],
    ['another day', firstMeetingCase(at('2026-03-02'), came, []), '2026-03-03', 'first-meeting-already-settled'],
    [
      'answered',
      firstMeetingCase(at('2026-03-02'), came, [{ missedOn: d('2026-03-02'), newMeetingAt: at('2026-03-09') }]),
      '2026-03-02',
      'first-meeting-already-settled',
    ],
  ])('%s', (_what, theCase, missedOn, answer) => {
    expect(answerOf(letterIsStillTold(d(missedOn), attending, theCase))).toBe(answer)
  })
})

describe('already-re-summoned: a letter answers one missed meeting', () => {
  const missed = (on: string) => ({ outcome: 'missed' as const, metOn: d(on), newMeetingAt: null })
  const today = d('2026-03-13')
  const answered = firstMeetingCase(
    at('2026-03-02'),
    [missed('2026-03-02')],
    [{ missedOn: d('2026-03-02'), newMeetingAt: at('2026-03-09') }],
  )

  test.each([
    ['the last missed one', firstMeetingCase(at('2026-03-02'), [missed('2026-03-02')], []), '2026-03-02', 'allowed'],
    ['the pending one of a day that has come', answered, '2026-03-09', 'allowed'],
    ['one that has a letter', answered, '2026-03-02', 'already-re-summoned'],
    ['a day without a meeting', answered, '2026-03-10', 'first-meeting-date'],
    [
      'another day, while one is not answered',
      firstMeetingCase(at('2026-03-02'), [missed('2026-03-02')], []),
      '2026-03-09',
      'first-meeting-not-pending',
    ],
  ])('%s', (_, theCase, missedOn, answer) => {
    expect(answerOf(letterAnswersAMissedMeeting(d(missedOn), theCase, today))).toBe(answer)
  })
})

describe('letter-date-invalid', () => {
  test.each([
    ['2026-03-01', 'letter-date-invalid'],
    ['2026-03-02', 'allowed'],
    ['2026-03-09', 'allowed'],
    ['2026-03-10', 'letter-date-invalid'],
  ])('sent on %s, after a meeting of the 2nd and with a new one on the 9th: %s', (letterSentOn, answer) => {
    const letter = { missedOn: d('2026-03-02'), newMeetingOn: d('2026-03-09'), today: d('2026-03-13') }
    expect(answerOf(letterDateFits({ ...letter, letterSentOn: d(letterSentOn) }))).toBe(answer)
  })

  test('nor ahead', () => {
    const letter = { missedOn: d('2026-03-02'), newMeetingOn: d('2026-03-09'), today: d('2026-03-02') }
    expect(refusalOf(letterDateFits({ ...letter, letterSentOn: d('2026-03-03') })).facts).toEqual({
      from: '2026-03-02',
      to: '2026-03-02',
    })
  })
})

test('reminder-date-invalid: what lies ahead, or before the missed meeting, is named by its place', () => {
  const now = at('2026-03-13')
  const made = [{ at: now, pointer: '/a' }]
  expect(answerOf(remindersWereMade(made, d('2026-03-13'), now))).toBe('allowed')
  expect(answerOf(remindersWereMade(made, d('2026-03-14'), now))).toBe('reminder-date-invalid')
  const later = { at: '2026-03-13T08:00:00.001Z' as Instant, pointer: '/b' }
  const ahead = remindersWereMade([...made, later], d('2026-03-02'), now)
  expect((refusalOf(ahead).facts['faults'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(['/b'])
})

describe('when the duty of the letter is met', () => {
  test('as it was sent: told on the day at the arrival, told later at the end of its day', () => {
    expect(letterMetAt(d('2026-03-13'), at('2026-03-13'))).toBe(at('2026-03-13'))
    expect(letterMetAt(d('2026-03-12'), at('2026-03-13'))).toBe('2026-03-12T22:59:59.999Z')
    expect(letterMetAt(d('2026-06-12'), at('2026-06-15'))).toBe('2026-06-12T21:59:59.999Z')
  })

  test('always on the day it was sent, and before that day’s end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 30 }), (day, later) => {
        const sentOn = addDays(d('2020-01-01'), day)
        const metAt = letterMetAt(sentOn, at(addDays(sentOn, later)))
        expect(localDateAt(metAt)).toBe(sentOn)
        expect(metAt < endOfLocalDay(sentOn)).toBe(true)
      }),
    )
  })

  test('ours: none is owed where a new meeting can no longer lie within the order', () => {
    const owed = (lastDay: string) => letterIsOwed(d('2026-03-02'), d(lastDay), isWorkingDay)
    expect([owed('2026-03-04'), owed('2026-03-05')]).toEqual([false, true])
  })
})

test('§ 7: the course is asked first, then the missed meeting, the window, the order, the letter and the log', () => {
  const good = {
    missedOn: d('2026-03-02'),
    letterSentOn: d('2026-03-03'),
    newMeetingOn: d('2026-03-09'),
    reminders: [],
    state: { status: 'approved', courseStatus: 'awaiting-first-meeting' } as const,
    procedure: true,
    theCase: firstMeetingCase(at('2026-03-02'), [], []),
    lastDay: d('2026-05-22'),
    now: at('2026-03-13'),
    isWorkingDay,
  }
  const log = { ...good, reminders: [{ at: at('2026-03-14'), pointer: '/reminders/0/at' }] }
  const letter = { ...log, letterSentOn: d('2026-03-01') }
  const order = { ...letter, lastDay: d('2026-03-06') }
  const window = { ...order, newMeetingOn: d('2026-03-04') }
  const meeting = { ...window, missedOn: d('2026-03-01') }
  const procedure = { ...meeting, procedure: false }
  const course = { ...procedure, state: { status: 'approved', courseStatus: 'attending' } as const }
  expect(
    [course, procedure, meeting, window, order, letter, log, good].map((one) => answerOf(reSummonsRules(one))),
  ).toEqual([
    'first-meeting-already-settled',
    'first-meeting-procedure-not-used',
    'first-meeting-date',
    'new-meeting-too-early',
    'first-meeting-date',
    'letter-date-invalid',
    'reminder-date-invalid',
    'allowed',
  ])
})
