import type { Instant } from '#kernel/instant.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import type { Ordered, Ordering } from './ordering.ts'
import type { Party } from './portal-client.ts'
import type { Course } from './stage.ts'
import type { StoryClock } from './story-clock.ts'

/** Everything that the story of a course is played with. */
export type CourseStage = Ordering & {
  readonly clock: StoryClock
  readonly otherJobcenter: Party
}

const date = (text: string): LocalDate => text as LocalDate
const at = (text: string): Instant => text as Instant

/** The course lies months back, so that the clock passes nobody else's dates. */
export const term = { monday: date('2026-03-02'), lastDay: date('2026-04-24') } as const

/** The moments of the story, in order. */
export const moments = {
  order: at('2026-02-23T09:00:00.000Z'),
  firstMeeting: at('2026-03-02T09:00:00.000Z'),
  firstAbsence: at('2026-03-05T13:00:00.000Z'),
  backAgain: at('2026-03-06T08:00:00.000Z'),
  hospital: at('2026-03-09T10:00:00.000Z'),
  leaveDay: at('2026-03-11T10:00:00.000Z'),
  secondAbsence: at('2026-03-12T13:00:00.000Z'),
  backAgainAfterSecond: at('2026-03-13T08:00:00.000Z'),
  thirdAbsence: at('2026-03-17T13:00:00.000Z'),
  backAgainAfterThird: at('2026-03-18T08:00:00.000Z'),
  end: at('2026-03-23T14:00:00.000Z'),
  dueSoon: at('2026-03-27T09:00:00.000Z'),
  /** Half an hour before midnight: Copenhagen is on summer time since the 29th. */
  lastHour: at('2026-03-31T21:30:00.000Z'),
  overdue: at('2026-03-31T22:05:00.000Z'),
  dayAfter: at('2026-04-01T08:00:00.000Z'),
} as const

/** The dates that the story counts with. */
export const dates = {
  firstAbsence: date('2026-03-05'),
  backAgain: date('2026-03-06'),
  leave: date('2026-03-11'),
  secondAbsence: date('2026-03-12'),
  backAgainAfterSecond: date('2026-03-13'),
  /** Where the citizen visits a company instead. */
  visit: date('2026-03-20'),
  thirdAbsence: date('2026-03-17'),
  backAgainAfterThird: date('2026-03-18'),
  /** A Monday. */
  end: date('2026-03-23'),
  /** The Tuesday of the week after. */
  finalReportDue: date('2026-03-31'),
  extendedTo: date('2026-04-10'),
} as const

const daysOfRest: readonly string[] = ['2026-04-02', '2026-04-03', '2026-04-06']
const minutesADay = 180

/** Monday to Friday, without Easter. */
const courseDays = (): LocalDate[] => {
  const days: LocalDate[] = []
  for (let day = term.monday; day <= term.lastDay; day = addDays(day, 7)) {
    for (const offset of [0, 1, 2, 3, 4]) days.push(addDays(day, offset))
  }
  return days.filter((day) => !daysOfRest.includes(day))
}

/** What is ordered: three hours a day, an interim report every two weeks that may take ten working days. */
export const ordered: Ordered = {
  orderedMinutes: courseDays().length * minutesADay,
  reports: { interimEveryWeeks: 2, interimDueWorkingDays: 10 },
}

/** The whole plan; one day is spent at the other activity, if there is one. */
export const wholePlan = (course: Course, visitId = course.activityId) =>
  courseDays().map((day) => ({
    date: day,
    activityId: day === dates.visit ? visitId : course.activityId,
    plannedMinutes: minutesADay,
  }))
