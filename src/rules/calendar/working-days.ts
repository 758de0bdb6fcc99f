import { addDays, dayNumber, type LocalDate } from '#kernel/local-date.ts'
import { firstHolidayYear, lastHolidayYear, publicHolidaysOf } from './public-holidays.ts'

/** The days on which the administration is closed beside weekends and public holidays; reference data. */
export type ClosingDays = {
  /** Every year on that day and month (`MM-DD`), from a date on and, if it ended, to another. */
  readonly yearly: readonly {
    readonly monthDay: string
    readonly validFrom: LocalDate
    readonly validTo: LocalDate | null
  }[]
  readonly single: ReadonlySet<LocalDate>
}

/** Says of each date whether it is a working day. */
export type WorkingDays = (date: LocalDate) => boolean

/** 1970-01-01 was a Thursday; Monday is 0. */
const weekday = (date: LocalDate): number => (((dayNumber(date) + 3) % 7) + 7) % 7

const holidays = new Map<number, ReadonlySet<string>>()

const isPublicHoliday = (date: LocalDate): boolean => {
  const year = Number(date.slice(0, 4))
  if (year < firstHolidayYear || year > lastHolidayYear) {
    throw new RangeError(`the public holidays of ${year} are not known`)
  }
  let known = holidays.get(year)
  if (!known) {
    known = new Set(publicHolidaysOf(year))
    holidays.set(year, known)
  }
  return known.has(date.slice(5))
}

/** Ours: a working day is Monday to Friday, less Danish public holidays, less the closing days. */
export const workingDays =
  (closing: ClosingDays): WorkingDays =>
  (date) =>
    weekday(date) < 5 &&
    !isPublicHoliday(date) &&
    !closing.single.has(date) &&
    !closing.yearly.some(
      (day) => day.monthDay === date.slice(5) && date >= day.validFrom && (day.validTo === null || date <= day.validTo),
    )

/**
 * The `count`th working day after a date, with the working days that were counted on the way, the last of them being it.
 * The date itself is never counted, whether it is a working day or not.
 */
export const workingDaysAfter = (
  from: LocalDate,
  count: number,
  isWorkingDay: WorkingDays,
): { readonly on: LocalDate; readonly counted: readonly LocalDate[] } => {
  const counted: LocalDate[] = []
  let on = from
  while (counted.length < count) {
    on = addDays(on, 1)
    if (isWorkingDay(on)) counted.push(on)
  }
  return { on, counted }
}

/** The working days after `from` up to and with `to`: how many working days later `to` is. 0 when it is not later. */
export const workingDaysBetween = (from: LocalDate, to: LocalDate, isWorkingDay: WorkingDays): number => {
  let count = 0
  for (let on = addDays(from, 1); on <= to; on = addDays(on, 1)) if (isWorkingDay(on)) count++
  return count
}
