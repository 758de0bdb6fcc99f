import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { excusedDayRules } from './excused-days.ts'

/** § 7: a first meeting is settled once; after the course nobody comes to it. */
export const firstMeetingIsOpen = (state: OrderState): Verdict<'first-meeting-already-settled' | 'order-state'> => {
  if (state.status === 'draft' || state.status === 'cancelled') {
    return refused('order-state', {
      orderStatus: state.status,
      courseStatus: state.courseStatus,
      allowedIn: ['approved'],
    })
  }
  return state.courseStatus === 'awaiting-first-meeting' || state.courseStatus === 're-summoned'
    ? allowed
    : refused('first-meeting-already-settled', { courseStatus: state.courseStatus })
}

/** § 7: the citizen came on a day of the course that does not lie ahead. */
export const attendedOnADayOfTheCourse = (
  on: LocalDate,
  course: { readonly startDate: LocalDate; readonly lastDay: LocalDate; readonly today: LocalDate },
): Verdict<'first-meeting-date'> =>
  on >= course.startDate && on <= course.lastDay && on <= course.today
    ? allowed
    : refused('first-meeting-date', {
        on,
        from: course.startDate,
        to: course.lastDay < course.today ? course.lastDay : course.today,
      })

/**
 * § 7: when the citizen comes, every planned day from the first date up to then is accounted for.
 * @param planned the planned days from the first meeting's date to the day before the citizen came
 * @param accounted the days that are registered absent or named as excused
 */
export const daysSinceFirstMeetingAreAccountedFor = (
  planned: readonly LocalDate[],
  accounted: ReadonlySet<LocalDate>,
): Verdict<'back-registration-incomplete'> => {
  const missingDates = [...new Set(planned.filter((date) => !accounted.has(date)))].sort()
  return missingDates.length === 0 ? allowed : refused('back-registration-incomplete', { missingDates })
}

/** § 7: whether "the citizen came" is taken. */
export const firstMeetingAttendedRules = (given: {
  readonly on: LocalDate
  readonly state: OrderState
  readonly course: { readonly startDate: LocalDate; readonly lastDay: LocalDate; readonly today: LocalDate }
  readonly plannedBefore: readonly LocalDate[]
  readonly accounted: ReadonlySet<LocalDate>
  /** The days that are named as excused, with what they are held against. */
  readonly excusedDays?: Parameters<typeof excusedDayRules>[0]
}): Verdict =>
  firstRefusal(
    () => firstMeetingIsOpen(given.state),
    () => attendedOnADayOfTheCourse(given.on, given.course),
    () => (given.excusedDays ? excusedDayRules(given.excusedDays) : allowed),
    () => daysSinceFirstMeetingAreAccountedFor(given.plannedBefore, given.accounted),
  )
