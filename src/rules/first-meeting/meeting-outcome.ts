import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import type { EndedBy } from '#rules/order/termination.ts'
import { firstMeetingIsOpen } from './first-meeting-attended.ts'
import { type FirstMeetingCase, pendingMeetingHasCome, pendingMeetingOn } from './first-meeting-case.ts'

/**
 * § 7: which target groups have the procedure is reference data. Ours: for the others a day away is an absence like any
 * other, so nothing is recorded as missed or excused.
 */
export const procedureIsUsed = (procedure: boolean): Verdict<'first-meeting-procedure-not-used'> =>
  procedure ? allowed : refused('first-meeting-procedure-not-used')

/** Ours: a new meeting lies after the one it stands in for, and not after the order's last day. */
export const newMeetingFitsTheOrder = (
  newMeetingOn: LocalDate,
  after: LocalDate,
  lastDay: LocalDate,
): Verdict<'first-meeting-date'> =>
  newMeetingOn > after && newMeetingOn <= lastDay
    ? allowed
    : refused('first-meeting-date', {
        from: addDays(after, 1),
        to: lastDay,
        faults: [
          {
            pointer: '/newMeetingAt',
            code: 'out-of-range',
            detail: { da: 'Det nye møde ligger uden for perioden.', en: 'The new meeting lies outside the period.' },
          },
        ],
      })

/** What every outcome but `attended` is held against. */
export type OutcomeCase = {
  readonly on: LocalDate
  readonly state: OrderState
  readonly procedure: boolean
  readonly theCase: FirstMeetingCase
  readonly today: LocalDate
}

/** § 7: whether "the citizen did not come" is taken. */
export const firstMeetingMissedRules = ({ on, state, procedure, theCase, today }: OutcomeCase): Verdict =>
  firstRefusal(
    () => firstMeetingIsOpen(state),
    () => procedureIsUsed(procedure),
    () => pendingMeetingHasCome(on, theCase, today),
  )

/**
 * Ours: whether an excused meeting is told again to give it a date, or another one: as long as no later meeting's day has
 * come, since that one has an outcome of its own.
 */
export const givesExcusedMeetingADate = (
  on: LocalDate,
  newMeetingOn: LocalDate | null,
  theCase: FirstMeetingCase,
  today: LocalDate,
): boolean => {
  const pendingOn = pendingMeetingOn(theCase)
  return on === theCase.lastExcusedOn && newMeetingOn !== null && (pendingOn === null || pendingOn > today)
}

/** § 7, § 9: whether "the citizen was excused" is taken: sick, or on the jobcenter's leave. */
export const firstMeetingExcusedRules = (
  given: OutcomeCase & { readonly newMeetingOn: LocalDate | null; readonly lastDay: LocalDate },
): Verdict => {
  const { on, theCase, today, newMeetingOn } = given
  return firstRefusal(
    () => firstMeetingIsOpen(given.state),
    () => procedureIsUsed(given.procedure),
    () =>
      givesExcusedMeetingADate(on, newMeetingOn, theCase, today) ? allowed : pendingMeetingHasCome(on, theCase, today),
    () => (newMeetingOn === null ? allowed : newMeetingFitsTheOrder(newMeetingOn, on, given.lastDay)),
  )
}

/**
 * § 7, ours: a supplier that ends a course says first what became of a meeting that a letter or an excuse set, once its day
 * has come: that the citizen stayed away again is told to the recipient of the group, and by nobody else. An authority's end
 * needs no such word, and neither does that of a course of whose first meeting nothing was told.
 * @param by who ends the course
 */
export const pendingOutcomeIsTold = (given: {
  readonly by: EndedBy
  readonly state: OrderState
  readonly procedure: boolean
  readonly timesMissed: number
  readonly pendingOn: LocalDate | null
  readonly today: LocalDate
}): Verdict<'first-meeting-outcome-missing'> => {
  const { by, state, procedure, timesMissed, pendingOn, today } = given
  const asked = by === 'supplier' && procedure && timesMissed > 0 && firstMeetingIsOpen(state).allowed
  return asked && pendingOn !== null && pendingOn <= today
    ? refused('first-meeting-outcome-missing', { pendingOn })
    : allowed
}

/** Ours: calendar days within which somebody says what becomes of an excused meeting without a new date. */
const newDateWithinDays = 14

/** Ours: by when an excused meeting gets a new date, or another outcome. */
export const newDateDue = (excusedOn: LocalDate): LocalDate => addDays(excusedOn, newDateWithinDays)
