import { endOfLocalDay, epochMilliseconds, type Instant, instantOfEpoch, localDateAt } from '#kernel/instant.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import { newMeetingEarliest, newMeetingWithinDays } from '#rules/calendar/deadlines.ts'
import type { WorkingDays } from '#rules/calendar/working-days.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { firstMeetingIsOpen } from './first-meeting-attended.ts'
import { type FirstMeetingCase, pendingMeetingHasCome } from './first-meeting-case.ts'
import { newMeetingFitsTheOrder, procedureIsUsed } from './meeting-outcome.ts'

/**
 * § 7: the letter answers the missed meeting that has none, or the pending meeting of a day that has come, which the
 * letter then says was missed. Ours: one letter for each missed meeting.
 */
export const letterAnswersAMissedMeeting = (
  missedOn: LocalDate,
  theCase: FirstMeetingCase,
  today: LocalDate,
): Verdict<'already-re-summoned' | 'first-meeting-not-pending' | 'first-meeting-date'> => {
  if (theCase.answered.has(missedOn)) return refused('already-re-summoned')
  return missedOn === theCase.unansweredMissedOn ? allowed : pendingMeetingHasCome(missedOn, theCase, today)
}

/** § 7, ours: a letter that was sent before the citizen came is a fact that may be told after they did. */
export const letterIsStillTold = (
  missedOn: LocalDate,
  state: OrderState,
  theCase: FirstMeetingCase,
): Verdict<'first-meeting-already-settled' | 'order-state'> =>
  state.courseStatus === 'attending' && missedOn === theCase.unansweredMissedOn ? allowed : firstMeetingIsOpen(state)

/**
 * Ours: a letter is registered once it was sent, so not before the meeting that it is about and not ahead; one sent after
 * the new meeting would summon nobody.
 */
export const letterDateFits = (letter: {
  readonly missedOn: LocalDate
  readonly letterSentOn: LocalDate
  readonly newMeetingOn: LocalDate
  readonly today: LocalDate
}): Verdict<'letter-date-invalid'> => {
  const { missedOn, letterSentOn, newMeetingOn, today } = letter
  const to = newMeetingOn < today ? newMeetingOn : today
  return letterSentOn >= missedOn && letterSentOn <= to
    ? allowed
    : refused('letter-date-invalid', { from: missedOn, to })
}

/**
 * § 7: the new meeting is on the third working day after the missed one at the earliest, and within fourteen days. Ours: a
 * letter that goes out when the citizen could not hear of such a meeting in time any more is late and no reason to arrange
 * none: then from the third working day after the letter.
 */
export const newMeetingInTheWindow = (
  { newMeetingOn, missedOn, letterSentOn }: Readonly<Record<'newMeetingOn' | 'missedOn' | 'letterSentOn', LocalDate>>,
  isWorkingDay: WorkingDays,
): Verdict<'new-meeting-too-early' | 'new-meeting-outside-window'> => {
  const { dueOn: earliestOn, latestOn = earliestOn } = newMeetingEarliest(missedOn, isWorkingDay)
  if (newMeetingOn < earliestOn) return refused('new-meeting-too-early', { earliestOn, latestOn })
  const heardOfBy = letterSentOn < missedOn ? earliestOn : newMeetingEarliest(letterSentOn, isWorkingDay).dueOn
  const stillPossible = heardOfBy <= latestOn
  return newMeetingOn <= latestOn || (!stillPossible && newMeetingOn >= heardOfBy)
    ? allowed
    : refused('new-meeting-outside-window', stillPossible ? { earliestOn, latestOn } : { earliestOn: heardOfBy })
}

/** Ours: a meeting that could not be arranged within fourteen days of the missed one any more is marked. */
export const newMeetingIsLate = (newMeetingOn: LocalDate, missedOn: LocalDate): boolean =>
  newMeetingOn > addDays(missedOn, newMeetingWithinDays)

/** Ours: the contact log says what was done about a missed meeting: from its day on, and no moment that lies ahead. */
export const remindersWereMade = (
  reminders: readonly { readonly at: Instant; readonly pointer: string }[],
  missedOn: LocalDate,
  now: Instant,
): Verdict<'reminder-date-invalid'> => {
  const faults = reminders
    .filter(({ at }) => at > now || localDateAt(at) < missedOn)
    .map(({ pointer }) => ({
      pointer,
      code: 'out-of-range',
      detail: { da: 'Fra dagen for det missede møde til nu.', en: 'From the day of the missed meeting to now.' },
    }))
  return faults.length === 0 ? allowed : refused('reminder-date-invalid', { faults })
}

/** § 7: whether a re-summons is taken. Whether its letter was late is never asked. */
export const reSummonsRules = (given: {
  readonly missedOn: LocalDate
  readonly letterSentOn: LocalDate
  readonly newMeetingOn: LocalDate
  readonly reminders: readonly { readonly at: Instant; readonly pointer: string }[]
  readonly state: OrderState
  readonly procedure: boolean
  readonly theCase: FirstMeetingCase
  readonly lastDay: LocalDate
  readonly now: Instant
  readonly isWorkingDay: WorkingDays
}): Verdict => {
  const { missedOn, newMeetingOn, now } = given
  const today = localDateAt(now)
  return firstRefusal(
    () => letterIsStillTold(missedOn, given.state, given.theCase),
    () => procedureIsUsed(given.procedure),
    () => letterAnswersAMissedMeeting(missedOn, given.theCase, today),
    () => newMeetingInTheWindow(given, given.isWorkingDay),
    () => newMeetingFitsTheOrder(newMeetingOn, missedOn, given.lastDay),
    () => letterDateFits({ ...given, today }),
    () => remindersWereMade(given.reminders, missedOn, now),
  )
}

/**
 * Ours: when the duty to send the letter was met: as the letter was sent. One that is told on a later day counts as of the
 * last instant of the day that it was sent on.
 */
export const letterMetAt = (letterSentOn: LocalDate, arrivedAt: Instant): Instant =>
  letterSentOn >= localDateAt(arrivedAt)
    ? arrivedAt
    : instantOfEpoch(epochMilliseconds(endOfLocalDay(letterSentOn)) - 1)

/** Ours: a letter is owed where a new meeting can still lie within the order. */
export const letterIsOwed = (missedOn: LocalDate, lastDay: LocalDate, isWorkingDay: WorkingDays): boolean =>
  newMeetingEarliest(missedOn, isWorkingDay).dueOn <= lastDay
