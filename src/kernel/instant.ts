import { dayNumber, isLocalDate, type LocalDate } from './local-date.ts'

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
