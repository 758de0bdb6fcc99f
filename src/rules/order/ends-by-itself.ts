import { daysBetween, type LocalDate } from '#kernel/local-date.ts'

/** Ours: how long an order that was entered after its end is left for its course to be entered too. Calendar days. */
export const lateEntryDays = 30

/**
 * § 3 (Ours): a course that nobody ended ends by itself once its end date is over, so that silence does not put off the
 * final report. An order that was approved only after that date is left a while, since its plan and absences come late too.
 */
export const endsByItself = (
  order: { readonly endDate: LocalDate; readonly approvedOn: LocalDate },
  today: LocalDate,
): boolean =>
  order.endDate < today && (order.approvedOn <= order.endDate || daysBetween(order.approvedOn, today) > lateEntryDays)
