import { describe, expect, test } from 'vitest'
import { localDate as d, type LocalDate } from '#kernel/local-date.ts'
import type { ProtocolDayStatus } from '#rules/protocol/day-status.ts'
import type { Reconciliation } from '#rules/protocol/reconcile.ts'
import { type ProtocolDay, submitProtocolRules } from '#rules/protocol/submit-protocol.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const agrees: Reconciliation = { kind: 'agrees' }
const differs: Reconciliation = { kind: 'differs', because: 'absence-not-registered', minutes: 30 }
const day = (
  date: string,
  status: ProtocolDayStatus = 'recorded',
  reconciliation: Reconciliation = agrees,
): ProtocolDay => ({
  date: d(date),
  status,
  reconciliation,
})
const submit = (days: readonly ProtocolDay[], changes: Partial<Parameters<typeof submitProtocolRules>[0]> = {}) =>
  submitProtocolRules({
    month: '2026-03',
    days,
    today: d('2026-03-31'),
    submitted: null,
    owed: false,
    correctionReason: undefined,
    accepted: [],
    texts: [],
    ...changes,
  })
const accepted = (...dates: string[]): { accepted: LocalDate[] } => ({ accepted: dates.map(d) })

describe('§ 5: a month is submitted', () => {
  test('when its planned days have their attendance and the registers agree', () => {
    expect(answerOf(submit([day('2026-03-02'), day('2026-03-03')]))).toBe('allowed')
    expect(answerOf(submit([day('2026-03-02', 'not-started'), day('2026-03-03')]))).toBe('allowed')
    const explained: Reconciliation = { kind: 'explained', because: ['sickness'] }
    expect(answerOf(submit([day('2026-03-02', 'recorded', explained)]))).toBe('allowed')
  })

  test('month-not-over: as soon as no planned day of it lies ahead, and not before', () => {
    const days = [day('2026-03-30'), day('2026-03-31')]
    expect(refusalOf(submit(days, { today: d('2026-03-30') }))).toEqual({
      slug: 'month-not-over',
      facts: { daysAhead: ['2026-03-31'] },
    })
    expect(answerOf(submit(days, { today: d('2026-03-31') }))).toBe('allowed')
    // Days after the course's end are none.
    const ended = [day('2026-03-30'), day('2026-03-31', 'unplanned')]
    expect(answerOf(submit(ended, { today: d('2026-03-30') }))).toBe('allowed')
  })

  test('nothing-planned-that-month: unless it was submitted before its days fell away', () => {
    expect(refusalOf(submit([])).slug).toBe('nothing-planned-that-month')
    const gone = [day('2026-03-02', 'unplanned', differs)]
    expect(refusalOf(submit(gone)).slug).toBe('nothing-planned-that-month')
    const before = { submitted: { month: '2026-03', version: 1 }, correctionReason: 'Forløbet sluttede før' }
    expect(answerOf(submit(gone, before))).toBe('allowed')
    // Its duty was overdue when they did, and is met late.
    expect(answerOf(submit([], { owed: true }))).toBe('allowed')
  })

  test('month-already-submitted: a next version has its reason', () => {
    const submitted = { month: '2026-03', version: 2 }
    expect(refusalOf(submit([day('2026-03-02')], { submitted }))).toEqual({
      slug: 'month-already-submitted',
      facts: { month: '2026-03', submittedVersion: 2 },
    })
    expect(answerOf(submit([day('2026-03-02')], { submitted, correctionReason: 'Rettet' }))).toBe('allowed')
  })

  test('protocol-incomplete: names what is missing and what was planned otherwise since', () => {
    const days = [day('2026-03-02', 'missing'), day('2026-03-03', 'outdated'), day('2026-03-04', 'recorded', differs)]
    expect(refusalOf(submit(days))).toEqual({
      slug: 'protocol-incomplete',
      facts: { missingDates: ['2026-03-02'], outdatedDates: ['2026-03-03'] },
    })
  })

  test('protocol-does-not-reconcile: date by date', () => {
    expect(refusalOf(submit([day('2026-03-02'), day('2026-03-04', 'recorded', differs)]))).toEqual({
      slug: 'protocol-does-not-reconcile',
      facts: { differences: [{ date: '2026-03-04', because: 'absence-not-registered', minutes: 30 }] },
    })
  })

  test('ours: every open day can be named and explained instead; one that is not named still stands in the way', () => {
    const days = [day('2026-03-02', 'missing'), day('2026-03-03', 'outdated'), day('2026-03-04', 'recorded', differs)]
    expect(answerOf(submit(days, accepted('2026-03-04', '2026-03-02', '2026-03-03')))).toBe('allowed')
    expect(answerOf(submit(days, accepted('2026-03-02', '2026-03-03')))).toBe('protocol-does-not-reconcile')
    expect(answerOf(submit(days, accepted('2026-03-02', '2026-03-04')))).toBe('protocol-incomplete')
  })

  test('day-not-open: names the days that are not, and those named twice', () => {
    const days = [day('2026-03-02', 'missing'), day('2026-03-03'), day('2026-03-04', 'unplanned', differs)]
    const { slug, facts } = refusalOf(
      submit(days, accepted('2026-03-02', '2026-03-03', '2026-03-02', '2026-03-04', '2026-03-09')),
    )
    expect(slug).toBe('day-not-open')
    expect((facts['faults'] as { pointer: string }[]).map((fault) => fault.pointer)).toEqual([
      '/acceptOpenDifferences/1/date',
      '/acceptOpenDifferences/2/date',
      '/acceptOpenDifferences/3/date',
      '/acceptOpenDifferences/4/date',
    ])
  })
})
