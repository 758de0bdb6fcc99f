import { addDays, type LocalDate } from '#kernel/local-date.ts'
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

/** § 8, ours: only authorities know that a benefit stopped; from a supplier it is a cause like any other. */
const comesToLightLate = (cause: string, by: EndedBy): boolean =>
  cause === 'benefit-stopped' && (by === 'benefits-office' || by === 'jobcenter')

/**
 * Ours: a course ends on one of its days that does not lie ahead, and after what is on record; only the end of the
 * benefit comes to light late, to the jobcenter or a benefits office, so what was recorded after it stays and is flagged. A
 * benefit that stopped before the course did so on the day before it.
 * @param recorded the days on which something of the course is registered
 */
export const terminationDateFits = (given: {
  readonly endedOn: LocalDate
  readonly cause: string
  readonly by: EndedBy
  readonly course: { readonly startDate: LocalDate; readonly endDate: LocalDate; readonly today: LocalDate }
  readonly recorded: readonly LocalDate[]
}): Verdict<'termination-date'> => {
  const { endedOn, course } = given
  const late = comesToLightLate(given.cause, given.by)
  const from = late ? addDays(course.startDate, -1) : course.startDate
  const to = course.endDate < course.today ? course.endDate : course.today
  if (endedOn < from || endedOn > to) return refused('termination-date', { endedOn, from, to })
  const after = daysAfter(given.recorded, endedOn)
  return after.length === 0 || late ? allowed : refused('termination-date', { endedOn, from, to, recordedAfter: after })
}

/**
 * § 7, ours: what began is no `never-started`: nobody gives that cause for a course that the citizen attended or was
 * registered absent from.
 * @param recorded the days of either
 */
export const neverStartedFits = (cause: string, recorded: readonly LocalDate[]): Verdict<'course-has-started'> =>
  cause !== 'never-started' || recorded.length === 0
    ? allowed
    : refused('course-has-started', { recordedOn: [...new Set(recorded)].sort() })

/** The recorded days that lie after the end, once each and in their order. */
export const daysAfter = (recorded: readonly LocalDate[], endedOn: LocalDate): LocalDate[] =>
  [...new Set(recorded.filter((date) => date > endedOn))].sort()

/**
 * § 3, § 7: a course that never had an attended meeting never started, whatever is given as the cause, and no final report
 * is due. Ours: a group without the first-meeting procedure begins on its first date, so there the cause says it, unless
 * attendance says otherwise.
 */
export const courseNeverStarted = (course: {
  readonly firstAttendedOn: LocalDate | null
  /** Whether the citizen's attendance is recorded on any day. */
  readonly attended: boolean
  readonly firstMeetingProcedure: boolean
  readonly cause: string
}): boolean =>
  course.firstAttendedOn === null &&
  !course.attended &&
  (course.firstMeetingProcedure || course.cause === 'never-started')

/**
 * § 3, ours: the day from which the time for the final report is counted: the end; where a benefits office told of it in
 * retrospect, the day on which it did; where the end came by itself, no day before its date was set.
 * @param course.toldOn the local day on which the end arrived
 * @param course.endSetOn the last approval or amendment that set the end date
 */
export const finalReportCountsFrom = (course: {
  readonly endedOn: LocalDate
  readonly by: EndedBy
  readonly toldOn: LocalDate
  readonly endSetOn: LocalDate | null
}): LocalDate => {
  const { endedOn, by } = course
  const known = by === 'benefits-office' ? course.toldOn : by === 'portal' ? course.endSetOn : null
  return known !== null && known > endedOn ? known : endedOn
}

/**
 * Ours: what a supplier owed and let pass stays owed when it ends the course itself, or when nobody did; an authority's end
 * takes it away where it was due after the end.
 */
export const overdueStays = (by: EndedBy): boolean => by === 'supplier' || by === 'portal'

/** § 8 and ours: whether a course is ended. */
export const terminationRules = (given: {
  readonly state: OrderState
  readonly by: EndedBy
  readonly endedOn: LocalDate
  readonly cause: string
  readonly validCauses: ReadonlySet<string>
  readonly course: { readonly startDate: LocalDate; readonly endDate: LocalDate; readonly today: LocalDate }
  /** Days of which something is recorded; not all of them show that the course began. */
  readonly recorded: readonly LocalDate[]
  /** Days of attendance and of registered absence. */
  readonly begun: readonly LocalDate[]
}): Verdict =>
  firstRefusal(
    () => canBeEnded(given.state),
    () => terminationCauseIsKnown(given.cause, given.validCauses),
    () => causeFitsTheCaller(given.cause, given.by),
    () => neverStartedFits(given.cause, given.begun),
    () => terminationDateFits(given),
  )
