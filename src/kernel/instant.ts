import { addDays, dateOfDay, dayNumber, isLocalDate, type LocalDate } from './local-date.ts'

/** A point in time: RFC 3339 in UTC with milliseconds (`2026-03-02T08:12:45.000Z`); compares correctly as a string. */
export type Instant = string & { readonly __brand: 'Instant' }

const pattern = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)\.(\d{3})Z$/

/** Milliseconds since 1970-01-01T00:00:00Z; throws a RangeError for text that is no Instant. */
export const epochMilliseconds = (instant: Instant): number => {
  const match = pattern.exec(instant)
  const [, date = '', hours, minutes, seconds, milliseconds] = match ?? []
  if (!isLocalDate(date)) throw new RangeError(`not an instant: ${instant}`)
  return (
    dayNumber(date) * 86_400_000 +
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000 +
    Number(milliseconds)
  )
}

/** Copenhagen's calendar date of an instant, whatever time zone the process runs in. */
const copenhagen = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Copenhagen',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** The local date in Europe/Copenhagen at that instant: what "the same day" means everywhere in the rules. */
export const localDateAt = (instant: Instant): LocalDate => copenhagen.format(epochMilliseconds(instant)) as LocalDate

/** The instant that many milliseconds after 1970-01-01T00:00:00Z (whole milliseconds). */
export const instantOfEpoch = (milliseconds: number): Instant => {
  const days = Math.floor(milliseconds / 86_400_000)
  const rest = milliseconds - days * 86_400_000
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1000) % 60].map(two)
  return `${dateOfDay(days)}T${time.join(':')}.${String(rest % 1000).padStart(3, '0')}Z` as Instant
}

/**
 * The end of a local day in Copenhagen, 24:00, as the instant at which the next one begins: 23:00Z in winter and 22:00Z in
 * summer. What is due on a date can be done before it (Ours: never at it).
 */
export const endOfLocalDay = (date: LocalDate): Instant => {
  const next = addDays(date, 1)
  const utcMidnight = dayNumber(next) * 86_400_000
  // Copenhagen is one or two hours ahead; the later of the two instants that already lies on the next day is too late.
  const summer = instantOfEpoch(utcMidnight - 7_200_000)
  return localDateAt(summer) === next ? summer : instantOfEpoch(utcMidnight - 3_600_000)
}
