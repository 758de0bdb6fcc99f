import type { Selectable } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { LeaveApprovals } from '#platform/db/schema.d.ts'

/** Approved leave as callers see it; without `minutes` it is whole days. */
export const leaveDocument = (leave: Selectable<LeaveApprovals>) => {
  const withdrawal = leave.withdrawal as { reason: string; by: Person } | null
  return {
    id: leave.id,
    orderId: leave.orderId,
    from: leave.fromDate,
    to: leave.toDate,
    ...(leave.minutes === null ? {} : { minutes: leave.minutes }),
    reason: leave.reason,
    approvedBy: leave.approvedBy,
    approvedAt: leave.createdAt,
    ...(withdrawal !== null && leave.withdrawnAt !== null
      ? { withdrawal: { reason: withdrawal.reason, at: leave.withdrawnAt, registeredBy: withdrawal.by } }
      : {}),
  }
}
