import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import type { OrderState } from '#rules/order/order-life.ts'

/** Where a report stands: handed in, or sent back by the jobcenter and not handed in anew. */
export type ReportStatus = 'submitted' | 'returned'

/** Ours: nothing is sent back on a cancelled order, on which no next version could be handed in. */
export const orderTakesReports = ({ status, courseStatus }: OrderState): Verdict<'order-state'> =>
  status === 'approved' || status === 'ended'
    ? allowed
    : refused('order-state', { orderStatus: status, courseStatus, allowedIn: ['approved', 'ended'] })

/** Ours: a report is returned once for each version; what was returned waits for the supplier's next version. */
export const reportIsNotReturned = (report: {
  readonly status: ReportStatus
  readonly version: number
}): Verdict<'report-already-returned'> =>
  report.status === 'submitted'
    ? allowed
    : refused('report-already-returned', { version: report.version, reportStatus: report.status })

/** § 3, ours: the date that the jobcenter gives for the next version is one that can still be kept. */
export const returnDateCanBeKept = ({
  dueOn,
  today,
}: {
  readonly dueOn: LocalDate
  readonly today: LocalDate
}): Verdict<'return-date-invalid'> => (dueOn >= today ? allowed : refused('return-date-invalid', { today }))

/** The subject of the duty that a return opens: the report's next version. */
export const revisionSubject = (reportId: string, nextVersion: number): string => `${reportId} v${nextVersion}`
