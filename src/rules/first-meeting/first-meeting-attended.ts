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

/** § 7: the citizen came on a day of the course that does not lie ahead, and not before a meeting that was told as missed. */
export const attendedOnADayOfTheCourse = (
  on: LocalDate,
  course: {
    readonly startDate: LocalDate
    readonly lastDay: LocalDate
    readonly today: LocalDate
    /** The last meeting that the citizen missed. Ours: they may have come later on that day. */
    readonly lastMissedOn: LocalDate | null
  },
): Verdict<'first-meeting-date'> => {
  const { startDate, lastMissedOn, lastDay, today } = course
  const from = lastMissedOn !== null && lastMissedOn > startDate ? lastMissedOn : startDate
  const to = lastDay < today ? lastDay : today
  return on >= from && on <= to ? allowed : refused('first-meeting-date', { on, from, to })
}

/** A planned day before the citizen came: what the order planned, and what is told of it. Minutes. */
export type DayBefore = {
  readonly date: LocalDate
  readonly plannedMinutes: number
  /** Registered absent and held against this order, in this request or before. */
  readonly absentMinutes: number
  /** Leave that the jobcenter gave on the order. */
  readonly leaveMinutes: number
  /** Named as sick, or as leave that covers the day. */
  readonly excused: boolean
}

/**
 * § 7: when the citizen comes, every planned day from the first date up to then is accounted for: the whole of it, since
 * nobody had come.
 */
export const daysSinceFirstMeetingAreAccountedFor = (
  days: readonly DayBefore[],
): Verdict<'back-registration-incomplete'> => {
  const missingDates = days
    .filter((day) => !day.excused && day.absentMinutes + day.leaveMinutes < day.plannedMinutes)
    .map(({ date }) => date)
  return missingDates.length === 0
    ? allowed
    : refused('back-registration-incomplete', { missingDates: [...new Set(missingDates)].sort() })
}

/** § 7: whether "the citizen came" is taken. */
export const firstMeetingAttendedRules = (given: {
  readonly on: LocalDate
  readonly state: OrderState
  readonly course: Parameters<typeof attendedOnADayOfTheCourse>[1]
  readonly daysBefore: readonly DayBefore[]
  /** The days that are named as excused, with what they are held against. */
  readonly excusedDays?: Parameters<typeof excusedDayRules>[0]
}): Verdict =>
  firstRefusal(
    () => firstMeetingIsOpen(given.state),
    () => attendedOnADayOfTheCourse(given.on, given.course),
    () => (given.excusedDays ? excusedDayRules(given.excusedDays) : allowed),
    () => daysSinceFirstMeetingAreAccountedFor(given.daysBefore),
  )
