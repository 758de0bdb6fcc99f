import type { LocalDate } from '#kernel/local-date.ts'
import type { PipelinedTrx, Statement, Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { invalid } from '#platform/http/problems/problem.ts'
import { finalReportDue } from '#rules/calendar/deadlines.ts'
import { firstHolidayYear, lastHolidayYear } from '#rules/calendar/public-holidays.ts'
import { type WorkingDays, workingDays } from '#rules/calendar/working-days.ts'

type ClosingDay = {
  readonly date: LocalDate | null
  readonly monthDay: string | null
  readonly validFrom: LocalDate
  readonly validTo: LocalDate | null
}

const without = (rows: readonly ClosingDay[]): WorkingDays =>
  workingDays({
    yearly: rows.flatMap(({ monthDay, validFrom, validTo }) =>
      monthDay === null ? [] : [{ monthDay, validFrom, validTo }],
    ),
    single: new Set(rows.flatMap(({ date }) => (date === null ? [] : [date]))),
  })

/** Which dates are working days, with the closing days that the administration keeps. */
export const workingDaysOf = async (trx: Trx): Promise<WorkingDays> =>
  without(await trx.selectFrom('closingDays').select(['date', 'monthDay', 'validFrom', 'validTo']).execute())

const closingDays: Statement = {
  name: 'calendar-closing-days',
  text: `select date, month_day as "monthDay", valid_from as "validFrom", valid_to as "validTo" from closing_days`,
}

/** The same for the hot path. */
export const workingDaysThrough = async (trx: PipelinedTrx): Promise<WorkingDays> =>
  without(await trx.run<ClosingDay>(closingDays, []))

/**
 * § 3: the date on which a course's final report is due, by the reading that the portal is set to.
 * @param endedOn the day on which the course ended
 * @throws RangeError when the dates lie in a year whose public holidays are not known
 */
export const finalReportDueOn = async (
  trx: Trx,
  deps: Pick<Deps, 'finalReportReading'>,
  endedOn: LocalDate,
): Promise<LocalDate> => finalReportDue(endedOn, await workingDaysOf(trx), deps.finalReportReading).dueOn

const unknownYear = (pointer: string) =>
  invalid(pointer, 'out-of-range', {
    da: `Kalenderen kender årene ${firstHolidayYear} til ${lastHolidayYear}.`,
    en: `The calendar knows the years ${firstHolidayYear} to ${lastHolidayYear}.`,
  })

/**
 * Demands that the calendar knows a date's year.
 * @param pointer where the caller named the date
 * @throws HttpProblem `invalid-request` at `pointer`
 */
export const demandKnownYear = (pointer: string, date: LocalDate): void => {
  const year = Number(date.slice(0, 4))
  if (year < firstHolidayYear || year > lastHolidayYear) throw unknownYear(pointer)
}

/**
 * What `count` counts from a date that a caller named.
 * @throws HttpProblem `invalid-request` at `pointer` when the counting leaves the years that the calendar knows
 */
export const countedFrom = <T>(pointer: string, date: LocalDate, count: () => T): T => {
  demandKnownYear(pointer, date)
  try {
    return count()
  } catch (error) {
    if (error instanceof RangeError) throw unknownYear(pointer)
    throw error
  }
}
