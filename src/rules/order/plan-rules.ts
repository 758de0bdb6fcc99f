import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import { activityIsApproved } from './activity-is-approved.ts'

/** Planned minutes of an activity on a date. */
export type PlannedDay = { readonly date: LocalDate; readonly activityId: string; readonly plannedMinutes: number }

export type PlannedActivity = {
  readonly id: string
  readonly status: 'proposed' | 'approved' | 'rejected'
  readonly startDate: LocalDate
  readonly endDate: LocalDate
}

/** What is registered on a date of the order, against which a changed plan is held. Minutes. */
export type RegisteredDay = {
  readonly date: LocalDate
  readonly registeredMinutes: number
  /** What the supplier planned for the citizen on other orders that day. */
  readonly plannedElsewhere: number
  /** What the order's plan holds that day before the change. */
  readonly plannedBefore: number
}

/** The planned minutes in all. */
export const totalMinutes = (days: readonly PlannedDay[]): number =>
  days.reduce((sum, day) => sum + day.plannedMinutes, 0)

/** § 4: no planned day before the start or after the end. */
export const planWithinTheOrder = (
  days: readonly PlannedDay[],
  order: { readonly startDate: LocalDate; readonly lastDay: LocalDate },
): Verdict<'plan-outside-order'> => {
  const dates = days.map((day) => day.date).filter((date) => date < order.startDate || date > order.lastDay)
  return dates.length === 0
    ? allowed
    : refused('plan-outside-order', { dates: [...new Set(dates)].sort(), from: order.startDate, to: order.lastDay })
}

/** § 4: the planned minutes never pass the ordered ones; single weeks may differ from the average. */
export const planWithinTheHours = (plannedMinutes: number, orderedMinutes: number): Verdict<'plan-exceeds-order'> =>
  plannedMinutes <= orderedMinutes ? allowed : refused('plan-exceeds-order', { plannedMinutes, orderedMinutes })

/** The minutes of a day, which no plan passes. */
const minutesOfDay = 1440

/** Ours: the activities of a day last no longer than the day. */
export const planFitsTheDay = (days: readonly PlannedDay[]): Verdict<'plan-day-too-long'> => {
  const minutes = new Map<LocalDate, number>()
  for (const day of days) minutes.set(day.date, (minutes.get(day.date) ?? 0) + day.plannedMinutes)
  const dates = [...minutes].filter(([, planned]) => planned > minutesOfDay).map(([date]) => date)
  return dates.length === 0 ? allowed : refused('plan-day-too-long', { dates: dates.sort() })
}

/**
 * Ours: the days of submitted months that a plan holds as they stand. They are kept whatever became of the order since,
 * so an amendment that leaves them outside it does not make every plan impossible.
 * @param before the plan as it stands
 * @param submittedMonths `YYYY-MM`
 */
export const keptAsSubmitted = (
  days: readonly PlannedDay[],
  before: readonly PlannedDay[],
  submittedMonths: ReadonlySet<string>,
): ReadonlySet<PlannedDay> => {
  const text = ({ date, activityId, plannedMinutes }: PlannedDay): string => `${date} ${activityId} ${plannedMinutes}`
  const standing = new Set(before.map(text))
  return new Set(days.filter((day) => submittedMonths.has(day.date.slice(0, 7)) && standing.has(text(day))))
}

/** § 4: a plan that is declared complete adds up to the ordered total. */
export const completePlanAddsUp = (
  complete: boolean,
  plannedMinutes: number,
  orderedMinutes: number,
): Verdict<'plan-total-differs'> =>
  !complete || plannedMinutes === orderedMinutes
    ? allowed
    : refused('plan-total-differs', {
        plannedMinutes,
        orderedMinutes,
        differenceMinutes: plannedMinutes - orderedMinutes,
      })

/**
 * § 4, § 14, § 16: every planned activity is the order's and approved, and planned within its own dates.
 * @param kept days that stand whatever the dates are
 */
export const plannedActivitiesAreApproved = (
  days: readonly PlannedDay[],
  activities: readonly PlannedActivity[],
  kept: ReadonlySet<PlannedDay> = new Set(),
): Verdict<'activity-not-approved' | 'not-found' | 'plan-outside-order'> => {
  const known = new Map(activities.map((activity) => [activity.id, activity]))
  for (const [index, day] of days.entries()) {
    const activity = known.get(day.activityId)
    if (!activity) {
      const detail = { da: 'Findes ikke på bestillingen.', en: 'Is not on the order.' }
      return refused('not-found', { faults: [{ pointer: `/days/${index}/activityId`, code: 'not-found', detail }] })
    }
    const verdict = activityIsApproved(activity.status, { activityId: activity.id })
    if (!verdict.allowed) return verdict
    if (!kept.has(day) && (day.date < activity.startDate || day.date > activity.endDate)) {
      return refused('plan-outside-order', {
        dates: [day.date],
        from: activity.startDate,
        to: activity.endDate,
        activityId: activity.id,
      })
    }
  }
  return allowed
}

/**
 * Ours: a plan may change for past days too, but not below what is registered on them. A day's registration is held
 * against all that the supplier planned for the citizen, other orders included.
 */
export const planHoldsWhatIsRegistered = (
  days: readonly PlannedDay[],
  registered: readonly RegisteredDay[],
): Verdict<'plan-conflicts-with-record'> => {
  const planned = new Map<LocalDate, number>()
  for (const day of days) planned.set(day.date, (planned.get(day.date) ?? 0) + day.plannedMinutes)
  const dates = registered
    .filter(({ date, registeredMinutes, plannedElsewhere, plannedBefore }) => {
      const minutes = planned.get(date) ?? 0
      // A day that lies below its record already (another order was cancelled or amended) may stay as it is.
      return minutes < plannedBefore && minutes + plannedElsewhere < registeredMinutes
    })
    .map((day) => day.date)
  return dates.length === 0 ? allowed : refused('plan-conflicts-with-record', { dates: [...new Set(dates)].sort() })
}

/**
 * Ours: the day of the attended first meeting is on record like a registered day. Where the plan held it before, it goes
 * on holding something; how much is free.
 * @param attendedOn null until the citizen came
 * @param plan the order's plan before the change
 */
export const withTheFirstMeeting = (
  registered: readonly RegisteredDay[],
  attendedOn: LocalDate | null,
  plan: readonly PlannedDay[],
): RegisteredDay[] => {
  if (attendedOn === null) return [...registered]
  const plannedBefore = totalMinutes(plan.filter((day) => day.date === attendedOn))
  return [...registered, { date: attendedOn, registeredMinutes: 1, plannedElsewhere: 0, plannedBefore }]
}

/**
 * § 4: whether a plan is taken as the order's whole plan.
 * @param given.kept those of `days` that stand unchanged in a submitted month (`keptAsSubmitted`)
 */
export const planRules = (given: {
  readonly days: readonly PlannedDay[]
  readonly complete: boolean
  readonly order: { readonly startDate: LocalDate; readonly lastDay: LocalDate; readonly orderedMinutes: number }
  readonly activities: readonly PlannedActivity[]
  readonly registered: readonly RegisteredDay[]
  readonly kept?: ReadonlySet<PlannedDay>
}): Verdict => {
  const plannedMinutes = totalMinutes(given.days)
  const asked = given.days.filter((day) => given.kept?.has(day) !== true)
  return firstRefusal(
    () => planWithinTheOrder(asked, given.order),
    () => plannedActivitiesAreApproved(given.days, given.activities, given.kept),
    () => planFitsTheDay(given.days),
    () => planWithinTheHours(plannedMinutes, given.order.orderedMinutes),
    () => completePlanAddsUp(given.complete, plannedMinutes, given.order.orderedMinutes),
    () => planHoldsWhatIsRegistered(given.days, given.registered),
  )
}
