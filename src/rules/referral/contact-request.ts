import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { type WorkingDays, workingDaysAfter } from '#rules/calendar/working-days.ts'

/**
 * § 8: the supplier tries to reach the citizen at once. Ours: counted as due on the day that the request came, or on the
 * next working day if it came on none.
 */
export const contactRequestDueOn = (cameOn: LocalDate, isWorkingDay: WorkingDays): LocalDate =>
  isWorkingDay(cameOn) ? cameOn : workingDaysAfter(cameOn, 1, isWorkingDay).on

/** Ours: a request is answered once. Who reaches the citizen later sends a notice. */
export const notYetAnswered = (request: { readonly answered: boolean }): Verdict<'contact-request-already-answered'> =>
  request.answered ? refused('contact-request-already-answered') : allowed
