import { type Instant, localDateAt } from '#kernel/instant.ts'
import { daysBetween, type LocalDate } from '#kernel/local-date.ts'
import { type WorkingDays, workingDaysBetween } from '#rules/calendar/working-days.ts'

/** Every kind of duty that the portal watches. */
export const obligationKinds = [
  'first-meeting-outcome',
  're-summons-letter',
  'second-no-show-notice',
  'absence-registration',
  'refer-citizen',
  'attendance-protocol',
  'attendance-protocol-correction',
  'final-report',
  'final-report-revision',
  'interim-report',
  'social-action-plan',
  'handover-report',
  'contact-request',
] as const
export type ObligationKind = (typeof obligationKinds)[number]

export const obligationStatuses = ['open', 'met', 'met-late', 'overdue', 'waived'] as const
export type ObligationStatus = (typeof obligationStatuses)[number]

/** The instants that a duty's status follows from. */
export type ObligationInstants = {
  readonly dueAt: Instant
  readonly metAt: Instant | null
  readonly waivedAt: Instant | null
}

/** A duty due on a date is met in time before 24:00 local time of that date. */
export const obligationStatus = ({ dueAt, metAt, waivedAt }: ObligationInstants, now: Instant): ObligationStatus => {
  if (waivedAt !== null) return 'waived'
  if (metAt !== null) return metAt < dueAt ? 'met' : 'met-late'
  return now < dueAt ? 'open' : 'overdue'
}

/**
 * How late a duty was met, in calendar days and in working days after the day it was due. Ours: one that was met after its
 * day is at least one working day late, also when only days of rest lay between.
 */
export const lateness = (
  dueOn: LocalDate,
  metAt: Instant,
  isWorkingDay: WorkingDays,
): { readonly daysLate: number; readonly workingDaysLate: number } => {
  const metOn = localDateAt(metAt)
  if (metOn <= dueOn) return { daysLate: 0, workingDaysLate: 0 }
  return {
    daysLate: daysBetween(dueOn, metOn),
    workingDaysLate: Math.max(1, workingDaysBetween(dueOn, metOn, isWorkingDay)),
  }
}
