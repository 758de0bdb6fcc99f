import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { CourseFacts } from './absence-facts.ts'

/** § 6: absence is registered from the day itself on; `today` is the local date at which the request arrived. */
export const dateNotInFuture = (date: LocalDate, today: LocalDate): Verdict<'absence-date-in-future'> =>
  date > today ? refused('absence-date-in-future', { date, today }) : allowed

/**
 * § 7, § 8: until the citizen has come once, staying away goes through the re-summons, for the target groups that have
 * the procedure. For the others the course begins on its first date.
 */
export const courseHasStarted = (course: CourseFacts): Verdict<'course-not-started' | 'order-state'> => {
  if (course.orderStatus === 'draft' || course.orderStatus === 'cancelled' || course.courseStatus === 'never-started') {
    return refused('order-state', {
      orderStatus: course.orderStatus,
      courseStatus: course.courseStatus,
      allowedIn: ['approved', 'ended'],
    })
  }
  if (!course.firstMeetingProcedure || course.firstAttendedOn !== null) return allowed
  return refused('course-not-started', { courseStatus: course.courseStatus })
}

/** The first day that an absence can concern: the first meeting's date, or the course's for groups without the procedure. */
export const courseBegins = (course: CourseFacts): LocalDate => {
  if (!course.firstMeetingProcedure) return course.startDate
  const { firstAttendedOn, firstMeetingOn } = course
  return firstAttendedOn !== null && firstAttendedOn < firstMeetingOn ? firstAttendedOn : firstMeetingOn
}

/** The last day of the course: the day it was ended, else the day that was ordered. */
export const courseEnds = (course: Pick<CourseFacts, 'endedOn' | 'endDate'>): LocalDate =>
  course.endedOn ?? course.endDate

/** § 6: not before the first meeting and not after the end. */
export const dayLiesInTheCourse = (date: LocalDate, course: CourseFacts): Verdict<'absence-outside-course'> => {
  const [from, to] = [courseBegins(course), courseEnds(course)]
  return date < from || date > to ? refused('absence-outside-course', { date, from, to }) : allowed
}
