import type { Selectable } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import type { Activities } from '#platform/db/schema.d.ts'
import { activityLiesOutside } from '#rules/order/activity-rules.ts'
import type { OrderRow } from './order-document.ts'

/** An activity as callers see it; what nobody said is left out. */
export const activityDocument = (activity: Selectable<Activities>, order: OrderRow) => {
  const { id, orderId, kind, title, status, place, startDate, endDate, description, documentId, decidedAt } = activity
  const decision = activity.decision as { decision: string; reason?: string; decidedBy: Person } | null
  const proposedBy = activity.proposedBy as Person | null
  return {
    ...{ id, orderId, kind, title, status, place, startDate, endDate },
    outsideOrder: activityLiesOutside(activity, order),
    ...(description === null ? {} : { description }),
    ...(documentId === null ? {} : { documentId }),
    ...(proposedBy === null ? {} : { proposedBy }),
    ...(decision === null || decidedAt === null ? {} : { decision: { ...decision, decidedAt } }),
  }
}
