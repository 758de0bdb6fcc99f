import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { type WorkingDays, workingDaysAfter } from '#rules/calendar/working-days.ts'

/**
 * Ours: the last date that is due soon. From a duty's date back, at most `workingDaysAhead` working days are left after
 * today; days of rest before the next working day belong to those before them.
 */
export const dueSoonUntil = (today: LocalDate, workingDaysAhead: number, isWorkingDay: WorkingDays): LocalDate =>
  addDays(workingDaysAfter(today, workingDaysAhead + 1, isWorkingDay).on, -1)
