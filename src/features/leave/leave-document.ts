import type { Selectable } from 'kysely'
import type { LeaveApprovals } from '#platform/db/schema.d.ts'

/** Approved leave as callers see it; without `minutes` it is whole days. */
export const leaveDocument = (leave: Selectable<LeaveApprovals>) => ({
  id: leave.id,
  orderId: leave.orderId,
  from: leave.fromDate,
  to: leave.toDate,
  ...(leave.minutes === null ? {} : { minutes: leave.minutes }),
  reason: leave.reason,
  approvedBy: leave.approvedBy,
  approvedAt: leave.createdAt,
})
