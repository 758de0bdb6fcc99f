import type { Selectable } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Milestones } from '#platform/db/schema.d.ts'
import { present } from '#platform/http/present.ts'

export type MilestoneRow = Selectable<Milestones>

/** A reached milestone as callers see it. */
export const milestoneDocument = (row: MilestoneRow) => {
  const withdrawal = row.withdrawal as { reason: string; by: Person } | null
  return {
    id: row.id,
    orderId: row.orderId,
    milestone: row.milestone,
    reachedOn: row.reachedOn,
    ...present({ observedBy: row.observedBy, reportId: row.reportId }),
    status: row.withdrawnAt === null ? 'reached' : 'withdrawn',
    registeredAt: row.registeredAt,
    registeredBy: row.registeredBy as Person,
    ...(withdrawal && row.withdrawnAt !== null
      ? { withdrawal: { reason: withdrawal.reason, at: row.withdrawnAt, registeredBy: withdrawal.by } }
      : {}),
  }
}

/** A milestone changes once, when it is withdrawn. */
export const milestoneVersion = (row: MilestoneRow): number => (row.withdrawnAt === null ? 1 : 2)
