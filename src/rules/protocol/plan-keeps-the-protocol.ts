import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { PlannedDay } from '#rules/order/plan-rules.ts'

/** What attendance is recorded of on a day: attended and absent minutes of an activity together. */
export type RecordedMinutes = { readonly date: LocalDate; readonly activityId: string; readonly minutes: number }

const byActivity = (days: readonly PlannedDay[]): Map<string, PlannedDay> =>
  new Map(days.map((day) => [`${day.date} ${day.activityId}`, day]))

const minutesOf = (plan: Map<string, PlannedDay>, key: string): number => plan.get(key)?.plannedMinutes ?? 0

/** The days of submitted months that a new plan has otherwise, once each. @param submittedMonths `YYYY-MM` */
export const submittedDaysThatChange = (given: {
  readonly before: readonly PlannedDay[]
  readonly after: readonly PlannedDay[]
  readonly submittedMonths: ReadonlySet<string>
}): LocalDate[] => {
  const [before, after] = [byActivity(given.before), byActivity(given.after)]
  const dates = [...new Map([...before, ...after])]
    .filter(([key]) => minutesOf(before, key) !== minutesOf(after, key))
    .map(([, day]) => day.date)
    .filter((date) => given.submittedMonths.has(date.slice(0, 7)))
  return [...new Set(dates)].sort()
}

/**
 * Ours: a plan may change for past days until their month is submitted, and no activity of a day falls below the minutes that
 * its attendance records; a day may be planned longer, and is then to be recorded again. From today on also the days of a
 * submitted month change, which is then to be corrected.
 * @param before the plan as it stands
 * @param submittedMonths `YYYY-MM`
 */
export const planKeepsTheProtocol = (given: {
  readonly before: readonly PlannedDay[]
  readonly after: readonly PlannedDay[]
  readonly recorded: readonly RecordedMinutes[]
  readonly submittedMonths: ReadonlySet<string>
  readonly today: LocalDate
}): Verdict<'plan-conflicts-with-record'> => {
  const [before, after] = [byActivity(given.before), byActivity(given.after)]
  const changed = submittedDaysThatChange(given).filter((date) => date < given.today)
  const below = given.recorded
    .filter((record) => {
      const key = `${record.date} ${record.activityId}`
      const planned = minutesOf(after, key)
      // What lies below its record already may stay as it is.
      return planned < record.minutes && planned < minutesOf(before, key)
    })
    .map((record) => record.date)
  const dates = [...new Set([...changed, ...below])].sort()
  return dates.length === 0 ? allowed : refused('plan-conflicts-with-record', { dates })
}
