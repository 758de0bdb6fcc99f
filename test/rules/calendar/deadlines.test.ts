import { execFileSync } from 'node:child_process'
import process from 'node:process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, dateOfDay, dayNumber, type LocalDate, localDate } from '#kernel/local-date.ts'
import {
  attendanceProtocolDue,
  finalReportDue,
  newMeetingEarliest,
  protocolCorrectionDue,
  reSummonsLetterDue,
} from '#rules/calendar/deadlines.ts'
import { workingDaysBetween } from '#rules/calendar/working-days.ts'
import { isWorkingDay } from './calendar-of.ts'
import cases from './deadlines.json' with { type: 'json' }

const d = localDate
/** Any date that the calendar can count on from. */
const dates = fc.integer({ min: dayNumber(d('2010-01-01')), max: dayNumber(d('2060-11-30')) }).map(dateOfDay)
const counting = {
  'final-report-due': (from: LocalDate) => finalReportDue(from, isWorkingDay),
  'final-report-due, stricter': (from: LocalDate) => finalReportDue(from, isWorkingDay, 'fifth-working-day'),
  'new-meeting-earliest': (from: LocalDate) => newMeetingEarliest(from, isWorkingDay),
  're-summons-letter-due': (from: LocalDate) => reSummonsLetterDue(from, isWorkingDay),
  'attendance-protocol-correction-due': (from: LocalDate) => protocolCorrectionDue(from, isWorkingDay),
} as const
const everyCount = Object.entries(counting)

describe('worked cases', () => {
  test('a month that changed on Tuesday 31 March 2026 is corrected by the fifth working day, past Easter', () => {
    expect(protocolCorrectionDue(d('2026-03-31'), isWorkingDay)).toMatchObject({
      dueOn: '2026-04-10',
      counted: ['2026-04-01', '2026-04-07', '2026-04-08', '2026-04-09', '2026-04-10'],
    })
  })

  test.each(cases['final-report-due'])(
    'final-report-due: an end on $endedOn is due on $dueOn',
    ({ endedOn, dueOn }) => {
      expect(finalReportDue(d(endedOn), isWorkingDay).dueOn).toBe(dueOn)
    },
  )

  test.each(cases['new-meeting-earliest'])(
    'new-meeting-earliest: missed on $missedOn, from $earliestOn to $latestOn',
    ({ missedOn, earliestOn, latestOn }) => {
      expect(newMeetingEarliest(d(missedOn), isWorkingDay)).toMatchObject({ dueOn: earliestOn, latestOn })
    },
  )

  test.each(cases['re-summons-letter-due'])(
    're-summons-letter-due: missed on $missedOn is due on $dueOn',
    ({ missedOn, dueOn }) => {
      expect(reSummonsLetterDue(d(missedOn), isWorkingDay).dueOn).toBe(dueOn)
    },
  )

  test.each(cases['attendance-protocol-due'])(
    'attendance-protocol-due: of $month is due on $dueOn',
    ({ month, dueOn }) => {
      for (const day of ['01', '15', '28']) {
        expect(attendanceProtocolDue(d(`${month}-${day}`))).toMatchObject({ dueOn, counted: [] })
      }
    },
  )
})

describe('final-report-due', () => {
  test('§ 3: shows the six working days that it counted, the last of them being the date', () => {
    expect(finalReportDue(d('2026-03-27'), isWorkingDay)).toEqual({
      rule: 'final-report-due',
      from: '2026-03-27',
      dueOn: '2026-04-09',
      // Easter: Thursday 2 April to Monday 6 April
      counted: ['2026-03-30', '2026-03-31', '2026-04-01', '2026-04-07', '2026-04-08', '2026-04-09'],
    })
  })

  test('the stricter reading, a setting, is one working day earlier', () => {
    expect(finalReportDue(d('2018-03-05'), isWorkingDay, 'fifth-working-day').dueOn).toBe('2018-03-12')
    fc.assert(
      fc.property(dates, (endedOn) => {
        const [loose, strict] = [
          finalReportDue(endedOn, isWorkingDay),
          finalReportDue(endedOn, isWorkingDay, 'fifth-working-day'),
        ]
        expect(loose.counted.slice(0, 5)).toEqual(strict.counted)
      }),
    )
  })

  test('an end on a day of rest counts as the working day before it does', () => {
    fc.assert(
      fc.property(
        dates.filter((date) => !isWorkingDay(date) && date > '2010-01-10'),
        (endedOn) => {
          let before = endedOn
          while (!isWorkingDay(before)) before = addDays(before, -1)
          expect(finalReportDue(endedOn, isWorkingDay).counted).toEqual(finalReportDue(before, isWorkingDay).counted)
        },
      ),
    )
  })
})

describe('every deadline that is counted in working days', () => {
  test.each(everyCount)('%s: is a working day after the date, and counts every one until then', (_name, count) => {
    fc.assert(
      fc.property(dates, (from) => {
        const { dueOn, counted } = count(from)
        expect(isWorkingDay(dueOn)).toBe(true)
        expect(dueOn > from).toBe(true)
        expect(counted.at(-1)).toBe(dueOn)
        expect(counted).toHaveLength(workingDaysBetween(from, dueOn, isWorkingDay))
        expect([...counted].sort()).toEqual(counted)
        expect(counted.every((day) => isWorkingDay(day) && day > from)).toBe(true)
      }),
    )
  })

  test.each(everyCount)('%s: a later date is never due earlier', (_name, count) => {
    fc.assert(
      fc.property(dates, fc.nat(400), (from, days) => {
        const later = addDays(from, days)
        fc.pre(later <= '2060-11-30')
        expect(count(later).dueOn >= count(from).dueOn).toBe(true)
      }),
    )
  })

  test.each(everyCount)('%s: beyond the calendar it says so and guesses nothing', (_name, count) => {
    expect(() => count(d('2060-12-31'))).toThrow(RangeError)
    expect(() => count(d('2009-12-01'))).toThrow(RangeError)
  })
})

describe('attendance-protocol-due', () => {
  test('§ 5: the 1st of the month after, whatever day that is', () => {
    expect(attendanceProtocolDue(d('2024-02-29')).dueOn).toBe('2024-03-01')
    expect(attendanceProtocolDue(d('2026-01-31')).dueOn).toBe('2026-02-01')
    expect(attendanceProtocolDue(d('2026-12-24')).dueOn).toBe('2027-01-01')
    fc.assert(
      fc.property(dates, (on) => {
        const { dueOn } = attendanceProtocolDue(on)
        expect(dueOn.slice(8)).toBe('01')
        expect(addDays(dueOn, -1).slice(0, 7)).toBe(on.slice(0, 7))
      }),
    )
  })
})

describe('the turn of the year, leap days and the change to summer time', () => {
  test.each([
    ['2025-12-23', '2026-01-07'],
    ['2027-12-22', '2028-01-03'],
    ['2024-02-22', '2024-03-01'],
    ['2023-02-22', '2023-03-02'],
    ['2026-03-20', '2026-03-30'],
    ['2026-10-16', '2026-10-26'],
  ])('an end on %s is due on %s', (endedOn, dueOn) => {
    expect(finalReportDue(d(endedOn), isWorkingDay).dueOn).toBe(dueOn)
  })
})

test.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'Asia/Kathmandu', 'UTC'])(
  'gives the same dates where the process runs in %s',
  (zone) => {
    const asked = cases['final-report-due'].map(({ endedOn }) => endedOn)
    const script = `import { finalReportDue } from '#rules/calendar/deadlines.ts'
      import { isWorkingDay } from './test/rules/calendar/calendar-of.ts'
      console.log(JSON.stringify(${JSON.stringify(asked)}.map((on) => finalReportDue(on, isWorkingDay).dueOn)))`
    const text = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { PATH: process.env['PATH'], TZ: zone },
      encoding: 'utf8',
    })
    expect(JSON.parse(text)).toEqual(cases['final-report-due'].map(({ dueOn }) => dueOn))
  },
)
