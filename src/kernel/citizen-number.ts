import { isLocalDate } from './local-date.ts'

/** The century of a CPR number, by its seventh digit and year. */
const centuryOf = (seventh: number, year: number): number => {
  if (seventh <= 3) return 1900
  if (seventh === 4 || seventh === 9) return year <= 36 ? 2000 : 1900
  return year <= 57 ? 2000 : 1800
}

/**
 * Ten digits with a real date part. Modulus 11 is not asked for, since numbers without it are given since 2007;
 * replacement numbers add 60 to the day.
 */
export const isCprNumber = (text: string): boolean => {
  if (!/^\d{10}$/.test(text)) return false
  const [day, month, year, seventh] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6), text.slice(6, 7)].map(
    Number,
  )
  if (day === undefined || month === undefined || year === undefined || seventh === undefined) return false
  const real = day > 60 ? day - 60 : day
  const full = centuryOf(seventh, year) + year
  // The kernel's dates begin in 1900; the years 1858 to 1899 have the leap years of two centuries later.
  const year4 = full < 1900 ? full + 200 : full
  return isLocalDate(`${year4}-${String(month).padStart(2, '0')}-${String(real).padStart(2, '0')}`)
}

/** Ten digits as CPR numbers are written: in one, or with a hyphen or a space after the date. */
const tenDigits = /(?<!\d)(\d{6})[-\u2010-\u2013\u00a0 ]?(\d{4})(?!\d)/gu

/** Whether a text holds ten digits that can be a CPR number. */
export const holdsCprNumber = (text: string): boolean =>
  [...text.matchAll(tenDigits)].some(([, date, rest]) => isCprNumber(`${date}${rest}`))

/** Digit groups with little between them, and no letter. */
const digitRuns = /\d+(?:[^\p{L}\p{N}]{1,3}\d+)*/gu

/** Whether neighbouring groups are ten digits that can be a CPR number; a day with its year and a time of day are none. */
const groupsHoldOne = (groups: readonly string[]): boolean =>
  groups.some((_, from) => {
    let digits = ''
    let to = from
    while (to < groups.length && digits.length < 10) digits += groups[to++]
    const [day = '', month = '', year = ''] = groups.slice(from, to)
    const isDay = day.length === 2 && month.length === 2 && /^(?:19|20)\d\d$/.test(year)
    return isCprNumber(digits) && !(isDay && to < groups.length)
  })

/**
 * As `holdsCprNumber`, also where the ten digits are parted otherwise: `610190/1234`, `61-01-90-1234`, one by one. For short
 * texts that name no citizen; in longer ones dates and amounts would be taken for numbers.
 */
export const holdsPartedCprNumber = (text: string): boolean =>
  [...text.normalize('NFKC').matchAll(digitRuns)].some(([run]) => groupsHoldOne(run.match(/\d+/g) ?? []))

/** The text with dots in the place of every number that can be a CPR number. */
export const withoutCprNumbers = (text: string): string =>
  text.replaceAll(tenDigits, (found, date: string, rest: string) => (isCprNumber(`${date}${rest}`) ? '…' : found))
