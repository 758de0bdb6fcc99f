import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { attendanceProtocolDue } from '#rules/calendar/deadlines.ts'
import { type WorkingDays, workingDaysAfter } from '#rules/calendar/working-days.ts'

/** A duty of an order with its date; `subject` tells it from others of its kind. */
export type DatedDuty = { readonly subject: string; readonly dueOn: LocalDate }

/** When interim reports are asked for. Weeks; working days. */
export type ReportSchedule = { readonly interimEveryWeeks?: number; readonly interimDueWorkingDays?: number }

/** Ours: working days that an interim report may take, where the order does not say. */
const interimDueWorkingDays = 5

/**
 * § 3: the interim reports that an order asks for: every so many weeks after the start, as long as the course runs then,
 * and due so many working days later. The subject is the week's date.
 */
export const interimReportsDue = (
  order: { readonly startDate: LocalDate; readonly endDate: LocalDate },
  schedule: ReportSchedule | null,
  isWorkingDay: WorkingDays,
): DatedDuty[] => {
  const weeks = schedule?.interimEveryWeeks
  if (weeks === undefined) return []
  const duties: DatedDuty[] = []
  for (let on = addDays(order.startDate, weeks * 7); on < order.endDate; on = addDays(on, weeks * 7)) {
    const { on: dueOn } = workingDaysAfter(on, schedule?.interimDueWorkingDays ?? interimDueWorkingDays, isWorkingDay)
    duties.push({ subject: on, dueOn })
  }
  return duties
}

/** § 5: a protocol for each month with planned days. The subject is the month, `YYYY-MM`. */
export const protocolsDue = (plannedDays: readonly LocalDate[]): DatedDuty[] => {
  const byMonth = new Map(plannedDays.map((date) => [date.slice(0, 7), date]))
  return [...byMonth].sort().map(([subject, date]) => ({ subject, dueOn: attendanceProtocolDue(date).dueOn }))
}
