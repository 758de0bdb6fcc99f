import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import type { CourseStatus, OrderState } from '#rules/order/order-life.ts'
import type { MeetingOutcome, RecordedOutcome } from './first-meeting-case.ts'

/** Ours: an outcome that was told in error is taken back once. */
const outcomeNotYetWithdrawn = (withdrawn: boolean): Verdict<'outcome-already-withdrawn'> =>
  withdrawn ? refused('outcome-already-withdrawn') : allowed

/** Ours: nothing of a course that is over is told otherwise. */
const orderGoesOn = ({ status, courseStatus }: OrderState): Verdict<'order-state'> =>
  status === 'approved'
    ? allowed
    : refused('order-state', { orderStatus: status, courseStatus, allowedIn: ['approved'] })

/** Ours: each outcome follows from those before it, so the last one goes first. */
const outcomeIsTheLast = (id: string, lastOutcomeId: string | undefined): Verdict<'outcome-not-last'> =>
  id === lastOutcomeId ? allowed : refused('outcome-not-last', lastOutcomeId === undefined ? {} : { lastOutcomeId })

/**
 * Ours: that the citizen came is not taken back from under what could only be recorded because of it.
 * @param recorded the days of attendance and of live absence
 */
const nothingStandsOnTheReturn = (
  outcome: MeetingOutcome,
  recorded: readonly LocalDate[],
): Verdict<'first-meeting-has-records'> =>
  outcome !== 'attended' || recorded.length === 0
    ? allowed
    : refused('first-meeting-has-records', { recordedOn: [...new Set(recorded)].sort() })

/** Ours: whether an outcome that was told in error is taken back. */
export const withdrawOutcomeRules = (given: {
  readonly outcome: { readonly id: string; readonly outcome: MeetingOutcome; readonly withdrawn: boolean }
  /** The last outcome of the order that was not withdrawn. */
  readonly lastOutcomeId: string | undefined
  readonly state: OrderState
  readonly recorded: readonly LocalDate[]
}): Verdict =>
  firstRefusal(
    () => outcomeNotYetWithdrawn(given.outcome.withdrawn),
    () => orderGoesOn(given.state),
    () => outcomeIsTheLast(given.outcome.id, given.lastOutcomeId),
    () => nothingStandsOnTheReturn(given.outcome.outcome, given.recorded),
  )

/** § 7: where the course stands by the outcomes that remain, none of which says that the citizen came. */
export const courseStatusOf = (remaining: readonly Pick<RecordedOutcome, 'outcome'>[]): CourseStatus =>
  remaining.some(({ outcome }) => outcome === 'missed') ? 're-summoned' : 'awaiting-first-meeting'
