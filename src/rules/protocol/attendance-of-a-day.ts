import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import type { CourseFacts } from '#rules/absence/absence-facts.ts'
import { courseBegins, courseEnds, courseHasStarted } from '#rules/absence/day-lies-in-the-course.ts'
import { somethingIsPlanned } from '#rules/absence/minutes-within-the-plan.ts'
import { activityIsApproved } from '#rules/order/activity-is-approved.ts'
import { codeOf, type DayEntry, minutesUnder } from './day-facts.ts'

/** An activity of the order, with what the plan has of it on the day. Minutes. */
export type PlannedActivityOfDay = {
  readonly id: string
  readonly status: 'proposed' | 'approved' | 'rejected'
  readonly plannedMinutes: number
}

/** § 5: attendance is kept day by day, so no day is recorded before it came. */
export const attendanceNotInFuture = (date: LocalDate, today: LocalDate): Verdict<'attendance-date-in-future'> =>
  date > today ? refused('attendance-date-in-future', { date, today }) : allowed

/** § 5: attendance is that of a day of the course, from the first meeting to the end. */
export const attendanceInsideCourse = (date: LocalDate, course: CourseFacts): Verdict<'attendance-outside-course'> => {
  const [from, to] = [courseBegins(course), courseEnds(course)]
  return date < from || date > to ? refused('attendance-outside-course', { date, from, to }) : allowed
}

/**
 * § 7, ours: in a group with the first-meeting procedure the citizen was not there before the day that they first came. That
 * they were away is recorded of these days all the same.
 */
export const nobodyAttendsBeforeTheReturn = (
  date: LocalDate,
  entries: readonly DayEntry[],
  { firstMeetingProcedure, firstAttendedOn }: Pick<CourseFacts, 'firstMeetingProcedure' | 'firstAttendedOn'>,
): Verdict<'attendance-before-first-meeting'> =>
  firstMeetingProcedure &&
  firstAttendedOn !== null &&
  date < firstAttendedOn &&
  entries.some((entry) => entry.attendedMinutes > 0)
    ? refused('attendance-before-first-meeting', { date, firstAttendedOn })
    : allowed

/** § 5: codes come from the set that is valid on the day. */
export const attendanceCodesAreKnown = (
  entries: readonly DayEntry[],
  validCodes: ReadonlySet<string>,
): Verdict<'unknown-attendance-code'> => {
  const detail = { da: 'Står ikke i kodesættet den dag.', en: 'Is not in the code set of that day.' }
  // Named by their places: what the caller wrote there is not repeated.
  const faults = entries.flatMap((entry, index) =>
    entry.absent.flatMap(({ code }, part) =>
      validCodes.has(code)
        ? []
        : [{ pointer: `/entries/${index}/absent/${part}/code`, code: 'unknown-attendance-code', detail }],
    ),
  )
  return faults.length === 0
    ? allowed
    : refused('unknown-attendance-code', { faults: faults.slice(0, 50), validCodes: [...validCodes].sort() })
}

/** § 4, § 14, § 16: nothing is attended on an activity that the jobcenter has not approved; each is the order's own. */
const activitiesCanBeAttended = (
  entries: readonly DayEntry[],
  activities: ReadonlyMap<string, PlannedActivityOfDay>,
): Verdict<'not-found' | 'activity-not-approved'> => {
  for (const [index, { activityId }] of entries.entries()) {
    const activity = activities.get(activityId)
    if (!activity) {
      const detail = { da: 'Findes ikke på bestillingen.', en: 'Is not on the order.' }
      return refused('not-found', { faults: [{ pointer: `/entries/${index}/activityId`, code: 'not-found', detail }] })
    }
    const verdict = activityIsApproved(activity.status, { activityId })
    if (!verdict.allowed) return verdict
  }
  return allowed
}

/** § 5: for each activity of the day, what was attended and what was missed are what was planned. */
export const minutesAddUp = (
  entries: readonly DayEntry[],
  activities: readonly Pick<PlannedActivityOfDay, 'id' | 'plannedMinutes'>[],
): Verdict<'minutes-do-not-add-up'> => {
  const recorded = new Map(
    entries.map((entry) => [
      entry.activityId,
      { attended: entry.attendedMinutes, absent: entry.absent.reduce((sum, part) => sum + part.minutes, 0) },
    ]),
  )
  const differing = activities
    .map(({ id, plannedMinutes }) => {
      const { attended, absent } = recorded.get(id) ?? { attended: 0, absent: 0 }
      return { activityId: id, plannedMinutes, attendedMinutes: attended, absentMinutes: absent }
    })
    .filter((one) => one.attendedMinutes + one.absentMinutes !== one.plannedMinutes)
  return differing.length === 0 ? allowed : refused('minutes-do-not-add-up', { activities: differing })
}

/** § 9: sickness is accepted once Kontaktcentret said so: its message, come by now, and a period that holds the day. */
export const acceptedSicknessHasItsMessage = (
  entries: readonly DayEntry[],
  date: LocalDate,
  today: LocalDate,
): Verdict<'sickness-message-required'> => {
  for (const [entry, { absent }] of entries.entries()) {
    for (const [part, { code, messageOn, periodTo }] of absent.entries()) {
      if (code !== codeOf.sickAccepted) continue
      const pointer = `/entries/${entry}/absent/${part}`
      const fault = (member: string, da: string, en: string) =>
        refused('sickness-message-required', {
          faults: [{ pointer: `${pointer}/${member}`, code: 'missing-or-wrong', detail: { da, en } }],
        })
      if (messageOn === undefined || messageOn > today) {
        return fault(
          'messageOn',
          'Dagen for Kontaktcentrets besked, senest i dag.',
          "The day of Kontaktcentret's message, by now.",
        )
      }
      if (periodTo === undefined || periodTo < date) {
        return fault(
          'periodTo',
          'Sidste dag i perioden; dagen ligger i den.',
          'The last day of the period; the day lies in it.',
        )
      }
    }
  }
  return allowed
}

/** § 6: leave is the jobcenter's to give, so the protocol shows no more of it than was given. Minutes. */
export const leaveWasApproved = (entries: readonly DayEntry[], leaveMinutes: number): Verdict<'leave-not-approved'> => {
  const recordedMinutes = minutesUnder(entries, codeOf.approvedLeave)
  return recordedMinutes <= leaveMinutes ? allowed : refused('leave-not-approved', { recordedMinutes, leaveMinutes })
}

/** Ours: a submitted month changes with a reason, which the next version keeps. */
export const submittedMonthIsCorrected = (
  submitted: { readonly month: string; readonly version: number } | null,
  correctionReason: string | undefined,
): Verdict<'month-already-submitted'> =>
  submitted === null || correctionReason !== undefined
    ? allowed
    : refused('month-already-submitted', { month: submitted.month, submittedVersion: submitted.version })

/** § 4, § 5, § 6, § 9: whether a day's attendance is taken. */
export const attendanceOfADay = (given: {
  readonly date: LocalDate
  readonly entries: readonly DayEntry[]
  readonly correctionReason: string | undefined
  readonly course: CourseFacts
  readonly today: LocalDate
  /** All activities of the order, those with nothing planned that day included. */
  readonly activities: readonly PlannedActivityOfDay[]
  readonly validCodes: ReadonlySet<string>
  /** What the jobcenter gave leave for on the order that day. */
  readonly leaveMinutes: number
  readonly submitted: { readonly month: string; readonly version: number } | null
}): Verdict => {
  const { date, entries, activities, course } = given
  return firstRefusal(
    () => courseHasStarted(course),
    () => attendanceNotInFuture(date, given.today),
    () => attendanceInsideCourse(date, course),
    () => nobodyAttendsBeforeTheReturn(date, entries, course),
    () => activitiesCanBeAttended(entries, new Map(activities.map((activity) => [activity.id, activity]))),
    () => somethingIsPlanned(activities.reduce((sum, activity) => sum + activity.plannedMinutes, 0)),
    () => attendanceCodesAreKnown(entries, given.validCodes),
    () => minutesAddUp(entries, activities),
    () => acceptedSicknessHasItsMessage(entries, date, given.today),
    () => leaveWasApproved(entries, given.leaveMinutes),
    () => submittedMonthIsCorrected(given.submitted, given.correctionReason),
  )
}
