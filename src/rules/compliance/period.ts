import { addDays, type LocalDate } from '#kernel/local-date.ts'

/** Days from the first to the last, both included. */
export type Days = { readonly from: LocalDate; readonly to: LocalDate }

/** A period in parts that can be read whole: whole months by their first days, and days. No day is in two parts. */
export type PeriodParts = { readonly months: readonly Days[]; readonly days: readonly Days[] }

const firstOf = (date: LocalDate): LocalDate => `${date.slice(0, 7)}-01` as LocalDate
/** The first of the month after a date. */
const nextFirst = (date: LocalDate): LocalDate => firstOf(addDays(firstOf(date), 31))

/** Whether a period is one: it does not end before it begins. It may be as long as one likes. */
export const isPeriod = ({ from, to }: Days): boolean => from <= to

const dayBefore = (date: LocalDate): LocalDate => addDays(date, -1)

/**
 * Divides a period into whole months and days. The month of `today` stays in days, since what is open there is overdue by the
 * day. At most three ranges of days and two of months, however long the period.
 */
export const partsOf = ({ from, to }: Days, today: LocalDate): PeriodParts => {
  const months: Days[] = []
  const days: Days[] = []
  /** Days from a first to a day before another, of which there may be none. */
  const add = (parts: Days[], first: LocalDate, next: LocalDate): void => {
    if (first < next) parts.push({ from: first, to: dayBefore(next) })
  }
  const end = addDays(to, 1)
  const [firstWhole, afterWhole] = [from === firstOf(from) ? from : nextFirst(from), firstOf(end)]
  if (firstWhole >= afterWhole) return { months, days: [{ from, to }] }
  const wholeMonths = (first: LocalDate, next: LocalDate): void => {
    if (first < next) months.push({ from: first, to: firstOf(dayBefore(next)) })
  }
  const [current, following] = [firstOf(today), nextFirst(today)]
  if (current < firstWhole || current >= afterWhole) {
    add(days, from, firstWhole)
    wholeMonths(firstWhole, afterWhole)
    add(days, afterWhole, end)
    return { months, days }
  }
  wholeMonths(firstWhole, current)
  wholeMonths(following, afterWhole)
  // What lies beside the month of today is one range with it.
  if (current === firstWhole && following === afterWhole) return { months, days: [{ from, to }] }
  if (current === firstWhole) {
    add(days, from, following)
    add(days, afterWhole, end)
    return { months, days }
  }
  add(days, from, firstWhole)
  if (following === afterWhole) add(days, current, end)
  else {
    add(days, current, following)
    add(days, afterWhole, end)
  }
  return { months, days }
}
