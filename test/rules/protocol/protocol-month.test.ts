import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Instant } from '#kernel/instant.ts'
import { type LocalDate, localDate } from '#kernel/local-date.ts'
import type { DayEntry } from '#rules/protocol/day-facts.ts'
import { type DayFacts, type ProtocolActivity, protocolMonth } from '#rules/protocol/protocol-month.ts'
import { submitProtocolRules } from '#rules/protocol/submit-protocol.ts'
import { answerOf } from '#test/rules/answer-of.ts'
import {
  plainAnswer,
  type RandomEntry,
  type RandomMonth,
  type RandomOrder,
  randomDates,
  randomMonth,
} from './random-month.ts'

const noon = (date: string): Instant => `${date}T12:00:00.000Z` as Instant
const activities: readonly ProtocolActivity[] = [0, 1].map((number) => ({
  id: `activity-${number}`,
  title: `Hold ${number}`,
  kind: 'on-site',
  documentId: null,
}))

const entryOf = (entry: RandomEntry): DayEntry & { plannedMinutes: number } => {
  const parts = [
    { code: 'unauthorised', minutes: entry.unauthorised },
    { code: 'sick-reported', minutes: entry.sick },
    { code: 'approved-leave', minutes: entry.leave },
  ].filter((part) => part.minutes > 0)
  const plannedMinutes = entry.attended + entry.unauthorised + entry.sick + entry.leave
  return { activityId: `activity-${entry.activity}`, plannedMinutes, attendedMinutes: entry.attended, absent: parts }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** What the database would give of a random month (test/features/protocols holds the two against each other). */
const factsOf = (month: RandomMonth, date: LocalDate, index: number): DayFacts => {
  const [order] = month.orders as [RandomOrder]
  const found = month.registrations[index]
  const registration = found && !found.withdrawn ? found : null
  const onDay = month.orders.map((one, place) => {
    const planned = sum(one.days[index]?.planned ?? [])
    const over = one.endedOn !== null && date > one.endedOn
    const before = one.procedure && (one.firstAttendedOn === null || date < one.firstAttendedOn)
    const recorded = one.days[index]?.recorded ?? null
    const said = (member: 'attended' | 'unauthorised' | 'leave'): number =>
      over || planned === 0 ? 0 : sum((recorded ?? []).map((entry) => entry[member]))
    return {
      planned,
      before,
      over,
      waits: !over && before && recorded === null,
      held: registration?.heldAgainst.includes(place) === true,
      named: registration?.names === place,
      unauthorised: said('unauthorised'),
      attended: said('attended'),
      turned: Math.min(said('leave'), one.days[index]?.leaveAfter ?? planned),
    }
  })
  const held = onDay.filter((one) => one.held)
  const today = order.days[index]
  return {
    date,
    planned: (today?.planned ?? []).flatMap((plannedMinutes, number) =>
      plannedMinutes > 0 ? [{ activityId: `activity-${number}`, plannedMinutes }] : [],
    ),
    attendance: today?.recorded
      ? {
          entries: today.recorded.map(entryOf),
          recordedAt: noon(date),
          recordedLate: false,
          version: 1,
          registeredBy: { name: 'Liv' },
        }
      : null,
    leaveMinutes: 0,
    excusedCode: null,
    absence: null,
    beforeFirstAttendance: onDay[0]?.before ?? false,
    bothRegisters: {
      unauthorisedMinutes: sum(onDay.map((one) => one.unauthorised)),
      registration: registration && {
        absentMinutes: registration.minutes,
        reason: registration.reason,
        attendedMinutes: sum(held.map((one) => one.attended)),
        leaveMinutes: sum(held.map((one) => one.turned)),
        notStartedMinutes: sum(held.filter((one) => one.waits).map((one) => one.planned)),
        endedMinutes: sum(held.filter((one) => one.over).map((one) => one.planned)),
        ownIdleMinutes: sum(held.filter((one) => one.named && (one.waits || one.over)).map((one) => one.planned)),
        runningMinutes: sum(held.filter((one) => !one.waits && !one.over).map((one) => one.planned)),
      },
    },
  }
}

const answerFor = (month: RandomMonth): string => {
  const { days } = protocolMonth({
    today: month.today,
    firstDay: localDate('2026-03-02'),
    lastDay: month.orders[0]?.endedOn ?? localDate('2026-05-22'),
    activities,
    facts: randomDates.map((date, index) => factsOf(month, date, index)),
  })
  return answerOf(
    submitProtocolRules({
      month: '2026-03',
      days,
      today: month.today,
      submitted: null,
      owed: false,
      correctionReason: undefined,
      accepted: [],
      texts: [],
    }),
  )
}

describe('§ 5: a month is accepted exactly when the rule, said plainly, accepts it', () => {
  const runs = 4000

  test('protocol-does-not-reconcile, protocol-incomplete, month-not-over, or nothing: for random months', () => {
    fc.assert(
      fc.property(randomMonth, (month) => answerFor(month) === plainAnswer(month)),
      { numRuns: runs },
    )
  })

  test('every answer comes up, and none of them seldom', () => {
    const answers = fc.sample(randomMonth, { numRuns: 2000, seed: 4 }).map(plainAnswer)
    const count = (answer: string): number => answers.filter((one) => one === answer).length
    for (const answer of ['allowed', 'protocol-incomplete', 'protocol-does-not-reconcile', 'month-not-over']) {
      expect(count(answer), answer).toBeGreaterThan(100)
    }
    expect(count('nothing-planned-that-month')).toBeGreaterThan(0)
  })

  test('a month whose open days are all named and explained is accepted', () => {
    fc.assert(
      fc.property(
        randomMonth.filter(
          (month) => plainAnswer(month) !== 'nothing-planned-that-month' && month.today > '2026-03-05',
        ),
        (month) => {
          const { days, daysWithoutEntry, daysOutdated, differences } = protocolMonth({
            today: month.today,
            firstDay: localDate('2026-03-02'),
            lastDay: month.orders[0]?.endedOn ?? localDate('2026-05-22'),
            activities,
            facts: randomDates.map((date, index) => factsOf(month, date, index)),
          })
          const open = [...new Set([...daysWithoutEntry, ...daysOutdated, ...differences.map(({ date }) => date)])]
          const given = {
            month: '2026-03',
            days,
            today: month.today,
            submitted: null,
            owed: false,
            correctionReason: undefined,
            texts: [],
          }
          const all = answerOf(submitProtocolRules({ ...given, accepted: open }))
          const [, ...butOne] = open
          const fewer = answerOf(submitProtocolRules({ ...given, accepted: butOne }))
          return all === 'allowed' && (open.length === 0 || fewer !== 'allowed')
        },
      ),
      { numRuns: 500 },
    )
  })
})
