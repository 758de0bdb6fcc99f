/** A calendar date in Europe/Copenhagen, `YYYY-MM-DD`; compares correctly as a string. */
export type LocalDate = string & { readonly __brand: 'LocalDate' }

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/

/** Days since 1970-01-01 of a proleptic Gregorian date (H. Hinnant's civil calendar arithmetic). */
const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

const civilFromDays = (days: number): LocalDate => {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const mp = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join(
    '-',
  ) as LocalDate
}

/** Days since 1970-01-01. */
export const dayNumber = (date: LocalDate): number =>
  daysFromCivil(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)))

/** The date that lies `days` days after 1970-01-01. */
export const dateOfDay = (days: number): LocalDate => civilFromDays(days)

/** Whether the text is a date that exists, between the years 1900 and 2199 (Ours: nothing here lies outside). */
export const isLocalDate = (text: string): text is LocalDate => {
  const match = pattern.exec(text)
  if (!match) return false
  const [, year, month, day] = match.map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31) return false
  return civilFromDays(daysFromCivil(year, month, day)) === text
}

/** Reads `YYYY-MM-DD`; throws a RangeError when there is no such day. */
export const localDate = (text: string): LocalDate => {
  if (!isLocalDate(text)) throw new RangeError(`not a date: ${text}`)
  return text
}

/** The date `days` calendar days later (earlier when negative). */
export const addDays = (date: LocalDate, days: number): LocalDate => civilFromDays(dayNumber(date) + days)

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: LocalDate, to: LocalDate): number => dayNumber(to) - dayNumber(from)
