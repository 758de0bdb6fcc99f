import { endOfLocalDay, epochMilliseconds, type Instant, instantOfEpoch, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, firstRefusal, refused, type Verdict } from '#kernel/verdict.ts'
import { newMeetingEarliest } from '#rules/calendar/deadlines.ts'
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

/** § 7: the new meeting is on the third working day after the missed one at the earliest, and within fourteen days. */
export const newMeetingInTheWindow = (
  newMeetingOn: LocalDate,
  missedOn: LocalDate,
  isWorkingDay: WorkingDays,
): Verdict<'new-meeting-too-early' | 'new-meeting-outside-window'> => {
  const { dueOn: earliestOn, latestOn = earliestOn } = newMeetingEarliest(missedOn, isWorkingDay)
  if (newMeetingOn < earliestOn) return refused('new-meeting-too-early', { earliestOn, latestOn })
  return newMeetingOn <= latestOn ? allowed : refused('new-meeting-outside-window', { earliestOn, latestOn })
}

/** Ours: the contact log says what was done: no reminder of a moment that lies ahead. */
export const remindersWereMade = (
  reminders: readonly { readonly at: Instant; readonly pointer: string }[],
  now: Instant,
): Verdict<'reminder-in-future'> => {
  const faults = reminders
    .filter(({ at }) => at > now)
    .map(({ pointer }) => ({
      pointer,
      code: 'in-future',
      detail: { da: 'Tidspunktet er ikke kommet endnu.', en: 'That moment has not come yet.' },
    }))
  return faults.length === 0 ? allowed : refused('reminder-in-future', { faults })
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
    () => firstMeetingIsOpen(given.state),
    () => procedureIsUsed(given.procedure),
    () => letterAnswersAMissedMeeting(missedOn, given.theCase, today),
    () => newMeetingInTheWindow(newMeetingOn, missedOn, given.isWorkingDay),
    () => newMeetingFitsTheOrder(newMeetingOn, missedOn, given.lastDay),
    () => letterDateFits({ ...given, today }),
    () => remindersWereMade(given.reminders, now),
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
