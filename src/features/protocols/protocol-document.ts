import type { OrderRow } from '#features/orders/lookups.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { attendanceProtocolDue } from '#rules/calendar/deadlines.ts'
import type { DayOfMonth, ProtocolMonth } from '#rules/protocol/protocol-month.ts'
import type { ListedMonth, LoadedProtocol } from './protocol.queries.ts'

const dayDocument = (day: DayOfMonth) => ({
  date: day.date,
  status: day.status,
  ...(day.excusedCode === null ? {} : { excusedCode: day.excusedCode }),
  plannedMinutes: day.plannedMinutes,
  planned: day.planned,
  entries: (day.attendance?.entries ?? []).map(({ offSite, ...entry }) => ({
    ...entry,
    ...(offSite === undefined ? {} : { offSite }),
  })),
  recordedAt: day.attendance?.recordedAt ?? null,
  recordedLate: day.attendance?.recordedLate ?? false,
  absence: day.absence && {
    id: day.absence.id,
    absentMinutes: day.absence.absentMinutes,
    reason: day.absence.reason,
    registeredAt: day.absence.registeredAt,
    late: day.absence.daysLate > 0,
    daysLate: day.absence.daysLate,
    coveredByLeave: day.absence.coveredByLeave,
  },
  leaveMinutes: day.leaveMinutes,
})

/** What a month holds, as it is shown and as it is frozen. */
export const monthContent = (month: ProtocolMonth) => ({ ...month, days: month.days.map(dayDocument) })

const statusOf = (version: number | null, staleSince: string | null): 'open' | 'submitted' | 'stale' =>
  version === null ? 'open' : staleSince === null ? 'submitted' : 'stale'

/** § 5: due on the 1st of the month after; nothing is due for a month without planned days. */
const dueOn = (month: string, plannedMinutes: number): LocalDate | null =>
  plannedMinutes === 0 ? null : attendanceProtocolDue(`${month}-01` as LocalDate).dueOn

/** A month in an order's list. */
export const listedMonth = (listed: ListedMonth) => ({
  month: listed.month,
  plannedMinutes: listed.plannedMinutes,
  status: statusOf(listed.version, listed.staleSince),
  version: listed.version,
  submittedAt: listed.submittedAt,
  incomplete: listed.incomplete,
  stale: listed.staleSince !== null,
  staleSince: listed.staleSince,
  dueOn: dueOn(listed.month, listed.plannedMinutes),
})

/** The month as it stands now, with where its submission stands. */
export const protocolDocument = (order: OrderRow, month: string, { month: standing, submitted }: LoadedProtocol) => ({
  orderId: order.id,
  orderNumber: order.orderNumber,
  month,
  citizen: { id: order.citizenId, name: order.citizenName },
  status: statusOf(submitted?.version ?? null, submitted?.staleSince ?? null),
  version: submitted?.version ?? null,
  submittedAt: submitted?.submittedAt ?? null,
  submittedBy: submitted?.submittedBy ?? null,
  sha256: submitted?.sha256?.toString('hex') ?? null,
  incomplete: submitted?.incomplete ?? false,
  stale: submitted !== null && submitted.staleSince !== null,
  staleSince: submitted?.staleSince ?? null,
  staleDates: submitted?.staleDates ?? [],
  staleBecause: submitted?.staleBecause ?? [],
  dueOn: dueOn(month, standing.totals.plannedMinutes),
  ...monthContent(standing),
})
