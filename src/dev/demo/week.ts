import { type Instant, localDateAt } from '#kernel/instant.ts'
import { addDays, dayNumber, type LocalDate } from '#kernel/local-date.ts'

/** The days that the story plays on, Monday to Sunday, and the last day of its orders. */
export type Week = {
  readonly monday: LocalDate
  readonly tuesday: LocalDate
  readonly wednesday: LocalDate
  readonly thursday: LocalDate
  readonly friday: LocalDate
  readonly sunday: LocalDate
  /** The Friday three weeks later, which lies ahead, so that no course is over when the story plays. */
  readonly lastDay: LocalDate
}

/** The last week that was over before `now`, by Copenhagen's calendar. */
export const lastWholeWeek = (now: Instant): Week => {
  const today = localDateAt(now)
  // Day 0, 1970-01-01, was a Thursday.
  const monday = addDays(today, -((dayNumber(today) + 3) % 7) - 7)
  return {
    monday,
    tuesday: addDays(monday, 1),
    wednesday: addDays(monday, 2),
    thursday: addDays(monday, 3),
    friday: addDays(monday, 4),
    sunday: addDays(monday, 6),
    lastDay: addDays(monday, 25),
  }
}

/** Monday to Friday. */
export const weekdays = (week: Week): readonly LocalDate[] => [
  week.monday,
  week.tuesday,
  week.wednesday,
  week.thursday,
  week.friday,
]
