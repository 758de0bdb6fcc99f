import type { LocalDate } from '#kernel/local-date.ts'
import { firstRefusal, type Verdict } from '#kernel/verdict.ts'
import { activityIsApproved } from '#rules/order/activity-is-approved.ts'
import type { AbsenceClaim, CourseFacts } from './absence-facts.ts'
import { courseHasStarted, dateNotInFuture, dayLiesInTheCourse } from './day-lies-in-the-course.ts'
import { everyAbsenceIsUnauthorised } from './every-absence-is-unauthorised.ts'
import { leaveAlreadyApproved } from './leave-already-approved.ts'
import { minutesWithinThePlan, somethingIsPlanned } from './minutes-within-the-plan.ts'
import { onePerCitizenAndDay, type RegisteredAbsence, replacesTheSameDay } from './one-per-citizen-and-day.ts'
import {
  elaborationRequired,
  passivityIsNotAbsence,
  reasonFitsTheDay,
  reasonIsKnown,
  reasonTextRequired,
} from './reason-is-told.ts'
import { decisionDateFits } from './registered-in-time.ts'
import { sickLeaveStaysOut } from './sick-leave-stays-out.ts'
import { sickLeaveSuspected } from './sick-leave-suspected.ts'

/** All that the rules on one absence look at. */
export type AbsenceCase = {
  readonly claim: AbsenceClaim
  readonly course: CourseFacts
  readonly citizenId: string
  /** The local date at which the request arrived. */
  readonly today: LocalDate
  readonly activityStatus: 'proposed' | 'approved' | 'rejected'
  readonly validReasons: ReadonlySet<string>
  /** All that the supplier planned for the citizen that day, over all its orders. Minutes. */
  readonly plannedMinutes: number
  /** Of those, the ones that leave was approved for. */
  readonly leaveMinutes: number
  readonly live: { readonly id: string } | undefined
  /** Undefined when the claim replaces nothing. */
  readonly replacing: { readonly id: string; readonly found: RegisteredAbsence | undefined } | undefined
}

/**
 * § 6, § 8, § 9, § 10: whether an absence is taken. What must never enter the register is asked first, then what is told,
 * then the course and the day; the first refusal is the answer.
 */
export const registerAbsenceRules = (given: AbsenceCase): Verdict => {
  const { claim, course, today } = given
  return firstRefusal(
    () => everyAbsenceIsUnauthorised(claim.classified),
    () => sickLeaveStaysOut(claim.reason, course.targetGroup, given.validReasons),
    () => passivityIsNotAbsence(claim.reason),
    () => reasonIsKnown(claim.reason, given.validReasons),
    () => elaborationRequired(claim),
    () => reasonTextRequired(claim),
    () => sickLeaveSuspected(claim),
    () => courseHasStarted(course),
    () => activityIsApproved(given.activityStatus),
    () => dateNotInFuture(claim.date, today),
    () => decisionDateFits({ ...claim, today }),
    () => dayLiesInTheCourse(claim.date, course),
    () => reasonFitsTheDay(claim.reason, claim.date, course.firstMeetingProcedure ? course.firstAttendedOn : null),
    () =>
      given.replacing
        ? replacesTheSameDay(given.replacing.found, { citizenId: given.citizenId, date: claim.date })
        : { allowed: true },
    () => somethingIsPlanned(given.plannedMinutes),
    () => onePerCitizenAndDay(given.live, given.replacing?.id),
    () => minutesWithinThePlan(claim.extent, given.plannedMinutes),
    () => leaveAlreadyApproved(claim.extent, given.plannedMinutes, given.leaveMinutes),
  )
}
