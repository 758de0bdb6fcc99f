import { describe, expect, test } from 'vitest'
import type { LocalDate } from '#kernel/local-date.ts'
import { controlPoints } from '#rules/inspection/control-points.ts'
import { type CourseFacts, type MonthFacts, proposeFindings } from '#rules/inspection/propose-findings.ts'

const day = (text: string) => text as LocalDate
const nothing: CourseFacts = {
  duties: [],
  months: [],
  absences: [],
  plan: { complete: false, conflicts: false, minutes: 0 },
  started: false,
  approvedOn: null,
  lastDay: null,
  focusAreas: 0,
  reSummonses: [],
}
const month = (changes: Partial<MonthFacts> = {}): MonthFacts => ({
  month: '2026-03',
  incomplete: false,
  stale: false,
  daysWithoutEntry: [],
  daysOutdated: [],
  daysRecordedLate: [],
  daysRecorded: 5,
  offSiteDays: 0,
  documentationMissing: [],
  differences: [],
  sickDays: 0,
  sickNotAccepted: [],
  ...changes,
})
const proposed = (point: string, changes: Partial<CourseFacts>) =>
  proposeFindings({ ...nothing, ...changes }).get(point as 'plan-complete')
const duty = (
  kind: CourseFacts['duties'][number]['kind'],
  status: CourseFacts['duties'][number]['status'],
  more = {},
) => ({
  kind,
  status,
  dueOn: day('2026-03-10'),
  openedLateByAuthority: false,
  ...more,
})

test('exactly the points that are judged by data have a proposal', () => {
  const byData = controlPoints.filter(({ judgedBy }) => judgedBy === 'data').map(({ code }) => code)
  expect([...proposeFindings(nothing).keys()].sort()).toEqual([...byData].sort())
})

test('of a course without anything there is nothing to judge', () => {
  for (const [point, { outcome, because }] of proposeFindings(nothing)) {
    expect([point, outcome, because]).toEqual([point, 'not-applicable', [{ fact: 'nothing-to-judge', count: 0 }]])
  }
})

describe('duties', () => {
  test('met in time is in order; late or overdue is not, with their dates; open ones say nothing', () => {
    expect(
      proposed('reports-in-time', { duties: [duty('final-report', 'met'), duty('interim-report', 'open')] }),
    ).toEqual({
      outcome: 'in-order',
      because: [{ fact: 'met-in-time', count: 1 }],
    })
    expect(
      proposed('reports-in-time', {
        duties: [duty('final-report', 'met-late'), duty('interim-report', 'overdue'), duty('handover-report', 'met')],
      }),
    ).toEqual({
      outcome: 'irregularity',
      because: [
        { fact: 'overdue', count: 1, dates: ['2026-03-10'] },
        { fact: 'met-late', count: 1, dates: ['2026-03-10'] },
        { fact: 'met-in-time', count: 1 },
      ],
    })
  })

  test('waived ones and those that were entered when they were over are held against nobody', () => {
    const waived = [duty('final-report', 'waived'), duty('final-report', 'waived', { openedLateByAuthority: true })]
    expect(proposed('reports-in-time', { duties: waived })?.outcome).toBe('not-applicable')
    const late = duty('final-report', 'overdue', { openedLateByAuthority: true })
    const told = { fact: 'entered-late-by-authority', count: 1, dates: ['2026-03-10'] }
    expect(proposed('reports-in-time', { duties: [...waived, late] })).toEqual({ outcome: null, because: [told] })
    const met = { fact: 'met-in-time', count: 1 }
    expect(proposed('reports-in-time', { duties: [late, duty('interim-report', 'met')] })).toEqual({
      ...{ outcome: 'in-order', because: [met, told] },
    })
  })
})

describe('registers', () => {
  const dates = [day('2026-03-03'), day('2026-03-02')]
  test.each([
    ['attendance-day-by-day', { daysRecordedLate: dates }, 'recorded-late'],
    ['attendance-day-by-day', { daysWithoutEntry: dates }, 'without-entry'],
    ['protocol-in-time', { daysOutdated: dates }, 'planned-otherwise'],
    ['off-site-documented', { offSiteDays: 2, documentationMissing: dates }, 'documentation-missing'],
    ['registers-agree', { differences: dates }, 'registers-differ'],
    ['sickness-accepted', { sickDays: 2, sickNotAccepted: dates }, 'sickness-not-accepted'],
  ])('%s: %j', (point, changes, fact) => {
    const proposal = proposed(point, { months: [month(changes)] })
    expect(proposal?.outcome).toBe('irregularity')
    expect(proposal?.because[0]).toEqual({ fact, count: 2, dates: ['2026-03-02', '2026-03-03'] })
  })

  test.each([
    ['attendance-day-by-day', {}, 'recorded-the-same-day', 5],
    ['registers-agree', {}, 'registers-agree', 5],
    ['off-site-documented', { offSiteDays: 3 }, 'documented', 3],
    ['sickness-accepted', { sickDays: 4 }, 'sickness-accepted', 4],
  ])('%s is in order without them', (point, changes, fact, count) => {
    expect(proposed(point, { months: [month(changes)] })).toEqual({ outcome: 'in-order', because: [{ fact, count }] })
  })

  test('a protocol that is incomplete or stale is irregular, however early it came', () => {
    const duties = [duty('attendance-protocol', 'met')]
    for (const [changes, fact] of [
      [{ incomplete: true }, 'submitted-incomplete'],
      [{ stale: true }, 'changed-since-submission'],
    ] as const) {
      expect(proposed('protocol-in-time', { duties, months: [month(changes)] })).toMatchObject({
        outcome: 'irregularity',
        because: [{ fact, count: 1 }, { fact: 'met-in-time' }],
      })
    }
  })

  test('absences: late ones, and days whose registration is overdue', () => {
    const absences = [
      { date: day('2026-03-04'), daysLate: 0 },
      { date: day('2026-03-05'), daysLate: 2 },
    ]
    expect(proposed('absence-same-day', { absences, duties: [duty('absence-registration', 'overdue')] })).toEqual({
      outcome: 'irregularity',
      because: [
        { fact: 'overdue', count: 1, dates: ['2026-03-10'] },
        { fact: 'registered-late', count: 1, dates: ['2026-03-05'] },
        { fact: 'registered-in-time', count: 1 },
      ],
    })
  })
})

test('plan, start assessment and contacts', () => {
  const plan = { complete: false, conflicts: false, minutes: 360 }
  expect(proposed('plan-complete', { plan: { ...plan, complete: true } })?.outcome).toBe('in-order')
  expect(proposed('plan-complete', { plan, started: true })?.because[0]?.fact).toBe('plan-not-complete')
  expect(proposed('plan-complete', { plan: { ...plan, minutes: 0 }, started: true })?.because[0]?.fact).toBe(
    'plan-missing',
  )
  expect(proposed('plan-complete', { plan: { ...plan, conflicts: true, complete: true } })?.outcome).toBe(
    'irregularity',
  )
  expect(proposed('start-assessment', { started: true })?.outcome).toBe('irregularity')
  expect(proposed('start-assessment', { started: true, focusAreas: 2 })?.outcome).toBe('in-order')
  const letter = { missedOn: day('2026-03-02'), contactAttempts: 0, newMeetingLate: true }
  expect(proposed('re-summons-contacts', { reSummonses: [letter] })).toMatchObject({ outcome: 'irregularity' })
  expect(proposed('re-summons-contacts', { reSummonses: [{ ...letter, contactAttempts: 1 }] })?.outcome).toBe(
    'in-order',
  )
  expect(proposed('first-meeting-handled', { reSummonses: [letter] })?.because[0]?.fact).toBe('new-meeting-late')
})

describe('what the authority entered too late', () => {
  const [before, after] = [day('2026-03-02'), day('2026-03-10')]
  const late = { approvedOn: day('2026-03-09'), lastDay: day('2026-03-31') }
  const told = { fact: 'entered-late-by-authority', count: 1, dates: [before] }

  test.each([
    ['attendance-day-by-day', { months: [month({ daysWithoutEntry: [before], daysRecorded: 0 })] }],
    ['attendance-day-by-day', { months: [month({ daysRecordedLate: [before], daysRecorded: 1 })] }],
    ['absence-same-day', { absences: [{ date: before, daysLate: 8 }] }],
    ['first-meeting-handled', { reSummonses: [{ missedOn: before, contactAttempts: 1, newMeetingLate: true }] }],
  ] as const)('is told at %s and proposes nothing: %j', (point, changes) => {
    expect(proposed(point, { ...late, ...changes })).toEqual({ outcome: null, because: [told] })
    // Approved on the day itself it could be kept.
    expect(proposed(point, { ...late, ...changes, approvedOn: before })?.outcome).toBe('irregularity')
  })

  test('excuses no day after the approval', () => {
    const months = [month({ daysWithoutEntry: [before, after], daysRecorded: 0 })]
    expect(proposed('attendance-day-by-day', { ...late, months })).toEqual({
      outcome: 'irregularity',
      because: [{ fact: 'without-entry', count: 1, dates: [after] }, told],
    })
  })

  test.each(['plan-complete', 'start-assessment'])('excuses %s where the course was over by then', (point) => {
    const course = { started: true, lastDay: day('2026-03-06'), approvedOn: day('2026-03-09') }
    expect(proposed(point, course)).toEqual({
      outcome: null,
      because: [{ ...told, dates: ['2026-03-09'] }],
    })
    expect(proposed(point, { ...course, lastDay: day('2026-03-09') })?.outcome).toBe('irregularity')
  })
})
