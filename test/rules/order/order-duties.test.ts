import { describe, expect, test } from 'vitest'
import { localDate as d } from '#kernel/local-date.ts'
import { workingDays } from '#rules/calendar/working-days.ts'
import {
  interimReportsDue,
  interimReportsMoved,
  notBeforeAsked,
  protocolsDue,
  type StandingDuty,
} from '#rules/order/order-duties.ts'

const isWorkingDay = workingDays({ yearly: [], single: new Set() })
const order = { startDate: d('2026-03-02'), endDate: d('2026-04-27') }

describe('§ 3: interim reports', () => {
  test('every so many weeks after the start, while the course runs; five working days unless the order says', () => {
    expect(interimReportsDue(order, { interimEveryWeeks: 4 }, isWorkingDay)).toEqual([
      // Maundy Thursday, Good Friday and Easter Monday are none.
      { subject: '2026-03-30', dueOn: '2026-04-09' },
    ])
    expect(interimReportsDue(order, { interimEveryWeeks: 3, interimDueWorkingDays: 1 }, isWorkingDay)).toEqual([
      { subject: '2026-03-23', dueOn: '2026-03-24' },
      { subject: '2026-04-13', dueOn: '2026-04-14' },
    ])
  })

  test('none where the order asks for none, or ends before the first', () => {
    expect(interimReportsDue(order, null, isWorkingDay)).toEqual([])
    expect(interimReportsDue(order, { interimDueWorkingDays: 3 }, isWorkingDay)).toEqual([])
    expect(interimReportsDue(order, { interimEveryWeeks: 8 }, isWorkingDay)).toEqual([])
  })
})

describe('§ 5: protocols', () => {
  test('one for each month with planned days, due on the 1st of the next', () => {
    expect(protocolsDue([d('2026-12-31'), d('2026-11-02'), d('2026-12-01')])).toEqual([
      { subject: '2026-11', dueOn: '2026-12-01' },
      { subject: '2026-12', dueOn: '2027-01-01' },
    ])
    expect(protocolsDue([])).toEqual([])
  })
})

describe('ours: what an amendment asks for', () => {
  test('is due on the next working day at the earliest', () => {
    const duties = [
      { subject: 'a', dueOn: d('2026-03-13') },
      { subject: 'b', dueOn: d('2026-03-17') },
    ]
    expect(duties.map((duty) => notBeforeAsked(duty, d('2026-03-13'), isWorkingDay).dueOn)).toEqual([
      '2026-03-16',
      '2026-03-17',
    ])
  })
})

describe('interim reports after an amendment', () => {
  const [first, second] = [
    { subject: '2026-03-30', dueOn: d('2026-04-09') },
    { subject: '2026-04-27', dueOn: d('2026-05-04') },
  ]
  const [firstMoved, secondMoved] = [
    { subject: '2026-03-31', dueOn: d('2026-04-10') },
    { subject: '2026-04-28', dueOn: d('2026-05-05') },
  ]
  const stands = (duty: { subject: string; dueOn: string }, changes: Partial<StandingDuty> = {}): StandingDuty => ({
    subject: duty.subject,
    originalDueOn: d(duty.dueOn),
    dueOn: d(duty.dueOn),
    overdue: false,
    ...changes,
  })
  const moved = (changes: Partial<Parameters<typeof interimReportsMoved>[0]> = {}) =>
    interimReportsMoved({
      from: [first, second],
      to: [firstMoved, secondMoved],
      samePlaces: true,
      standing: [stands(first), stands(second)],
      met: new Set(),
      amendedOn: d('2026-03-13'),
      isWorkingDay,
      ...changes,
    })

  test('what nothing changed about stays, also where it was due later than its schedule said', () => {
    const standing = [stands(first, { originalDueOn: d('2026-04-20'), dueOn: d('2026-04-20') }), stands(second)]
    expect(moved({ to: [first, second], standing })).toEqual({ waive: [], open: [] })
  })

  test('when the start moves, each goes to its place, with the date that was agreed for it', () => {
    expect(moved()).toEqual({ waive: ['2026-03-30', '2026-04-27'], open: [firstMoved, secondMoved] })
    const standing = [stands(first, { dueOn: d('2026-05-15') }), stands(second)]
    expect(moved({ standing }).open).toEqual([
      { subject: '2026-03-31', dueOn: '2026-05-15', originalDueOn: '2026-04-10' },
      secondMoved,
    ])
  })

  test('one that was given is not asked for again, an overdue one stays', () => {
    expect(moved({ standing: [stands(second)], met: new Set(['2026-03-30']) })).toEqual({
      waive: ['2026-04-27'],
      open: [secondMoved],
    })
    const standing = [stands(first, { overdue: true }), stands(second)]
    expect(moved({ standing, amendedOn: d('2026-04-13') })).toEqual({ waive: ['2026-04-27'], open: [secondMoved] })
  })

  test('one that moves into the past is due on the next working day; one whose date is over is not opened', () => {
    const given = { to: [first, second], from: [firstMoved, secondMoved], amendedOn: d('2026-04-10') }
    expect(moved({ ...given, standing: [stands(firstMoved), stands(secondMoved)] }).open).toEqual([
      { subject: '2026-03-30', dueOn: '2026-04-13' },
      second,
    ])
    expect(moved({ ...given, from: [], standing: [] })).toEqual({ waive: [], open: [second] })
  })

  test('with another interval they are told by their dates; what falls away is waived', () => {
    expect(moved({ to: [second], samePlaces: false })).toEqual({ waive: ['2026-03-30'], open: [] })
    expect(moved({ to: [] })).toEqual({ waive: ['2026-03-30', '2026-04-27'], open: [] })
  })

  test('an agreed date that is not before the new one stays as it is', () => {
    const to = [{ ...first, dueOn: d('2026-04-10') }, second]
    expect(moved({ to, standing: [stands(first, { dueOn: d('2026-05-08') }), stands(second)] })).toEqual({
      waive: [],
      open: [],
    })
  })
})
