import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import { canBeEnded, type OrderState } from './order-life.ts'

/** On which side of the order the one who ends the course stands; `portal`: nobody did, and the end date came. */
export type EndedBy = 'supplier' | 'jobcenter' | 'benefits-office' | 'portal'

/** Ours: causes come from the code set termination-causes as it is on the day of the end. */
export const terminationCauseIsKnown = (
  cause: string,
  valid: ReadonlySet<string>,
): Verdict<'unknown-termination-cause'> => (valid.has(cause) ? allowed : refused('unknown-termination-cause'))

/** § 8: a benefits office ends a course because the benefit stopped, and for nothing else. */
export const causeFitsTheCaller = (cause: string, by: EndedBy): Verdict<'termination-cause-not-allowed'> =>
  by !== 'benefits-office' || cause === 'benefit-stopped'
    ? allowed
    : refused('termination-cause-not-allowed', { allowedCauses: ['benefit-stopped'] })

/**
 * Ours: a course ends on one of its days that does not lie ahead, and after what is on record; only the end of the
 * benefit comes to light late, so what was recorded after it stays and is flagged; it may even lie before the course.
 * @param recorded the days on which something of the course is registered
 */
export const terminationDateFits = (given: {
  readonly endedOn: LocalDate
  readonly cause: string
  readonly course: { readonly startDate: LocalDate; readonly endDate: LocalDate; readonly today: LocalDate }
  readonly recorded: readonly LocalDate[]
}): Verdict<'termination-date'> => {
  const { endedOn, course } = given
  const to = course.endDate < course.today ? course.endDate : course.today
  const tooEarly = endedOn < course.startDate && given.cause !== 'benefit-stopped'
  if (tooEarly || endedOn > to) {
    return refused('termination-date', { endedOn, from: course.startDate, to })
  }
  const after = daysAfter(given.recorded, endedOn)
  return after.length === 0 || given.cause === 'benefit-stopped'
    ? allowed
    : refused('termination-date', { endedOn, from: course.startDate, to, recordedAfter: after })
}

/** The recorded days that lie after the end, once each and in their order. */
export const daysAfter = (recorded: readonly LocalDate[], endedOn: LocalDate): LocalDate[] =>
  [...new Set(recorded.filter((date) => date > endedOn))].sort()

/**
 * § 3, § 7: a course that never had an attended meeting never started, whatever is given as the cause, and no final report
 * is due. Ours: a group without the first-meeting procedure begins on its first date, so there the cause says it.
 */
export const courseNeverStarted = (course: {
  readonly firstAttendedOn: LocalDate | null
  readonly firstMeetingProcedure: boolean
  readonly cause: string
}): boolean => course.firstAttendedOn === null && (course.firstMeetingProcedure || course.cause === 'never-started')

/** § 8 and ours: whether a course is ended. */
export const terminationRules = (given: {
  readonly state: OrderState
  readonly by: EndedBy
  readonly endedOn: LocalDate
  readonly cause: string
  readonly validCauses: ReadonlySet<string>
  readonly course: { readonly startDate: LocalDate; readonly endDate: LocalDate; readonly today: LocalDate }
  readonly recorded: readonly LocalDate[]
}): Verdict =>
  firstRefusal(
    () => canBeEnded(given.state),
    () => terminationCauseIsKnown(given.cause, given.validCauses),
    () => causeFitsTheCaller(given.cause, given.by),
    () => terminationDateFits(given),
  )
