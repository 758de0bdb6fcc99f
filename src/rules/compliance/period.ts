import { addDays, daysBetween, type LocalDate, localDate } from '#kernel/local-date.ts'

/** Ours: a period is at most so many days long: five years and a leap day or two. */
export const mostDays = 1828

/** Days from the first to the last, both included. */
export type Days = { readonly from: LocalDate; readonly to: LocalDate }

/** A period in parts that can be read whole: whole months by their first days, and days. No day is in two parts. */
export type PeriodParts = { readonly months: readonly Days[]; readonly days: readonly Days[] }

const firstOf = (date: LocalDate): LocalDate => localDate(`${date.slice(0, 7)}-01`)
/** The first of the month after a date. */
const nextFirst = (date: LocalDate): LocalDate => firstOf(addDays(firstOf(date), 31))

/** Whether a period is one: it does not end before it begins, and is not longer than five years. */
export const isPeriod = ({ from, to }: Days): boolean => from <= to && daysBetween(from, to) < mostDays

/**
 * Divides a period into whole months and days. The month of `today` stays in days, since what is open there is overdue by the
 * day.
 */
export const partsOf = ({ from, to }: Days, today: LocalDate): PeriodParts => {
  const months: { from: LocalDate; to: LocalDate }[] = []
  const days: { from: LocalDate; to: LocalDate }[] = []
  const add = (parts: { from: LocalDate; to: LocalDate }[], one: Days, next: (to: LocalDate) => LocalDate): void => {
    const last = parts.at(-1)
    if (last && next(last.to) === one.from) last.to = one.to
    else parts.push({ ...one })
  }
  for (let first = firstOf(from); first <= to; first = nextFirst(first)) {
    const last = addDays(nextFirst(first), -1)
    const whole = first >= from && last <= to && firstOf(today) !== first
    if (whole) add(months, { from: first, to: first }, nextFirst)
    else add(days, { from: first < from ? from : first, to: last > to ? to : last }, (date) => addDays(date, 1))
  }
  return { months, days }
}
