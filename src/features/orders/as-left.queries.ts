import { sql } from 'kysely'
import type { Caller } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { OrderRow } from './order-document.ts'

type Left = {
  readonly terms: Partial<OrderRow>
  /** Whether it had ended or was cancelled before the citizen left. */
  readonly isOver: boolean
  readonly firstAttendedOn: LocalDate | null
  readonly courseStatus: string
}

const asLeft = (order: OrderRow, { terms, isOver, firstAttendedOn, courseStatus }: Left): OrderRow => ({
  ...order,
  ...terms,
  ...(isOver
    ? {}
    : {
        ...{ status: 'approved', courseStatus, firstAttendedOn, planConflict: false },
        ...{ endedOn: null, endedAt: null, termination: null, cancelledAt: null, cancellation: null },
      }),
})

/**
 * Orders as the caller reads them. An auditor of municipalities reads one whose citizen has moved to another as it stood when
 * they left: terms, name and caseworker as they were, and no end that came later (docs/decisions/0016). Everybody else, and a party
 * of the order, reads it as it is.
 */
export const asRead = async (trx: Trx, { organisation }: Caller, orders: readonly OrderRow[]): Promise<OrderRow[]> => {
  const audited = organisation.kinds.includes('auditor')
    ? orders.filter((order) => order.supplierId !== organisation.id && order.jobcenterId !== organisation.id)
    : []
  if (audited.length === 0) return [...orders]
  const { rows } = await sql<{ id: string; left: Left | null }>`
    select u.id, case when not (select portal_audits_everyone()) then portal_order_as_left(u.id) end as "left"
      from unnest(${audited.map(({ id }) => id)}::uuid[]) as u (id)`.execute(trx)
  const left = new Map(rows.map((row) => [row.id, row.left]))
  return orders.map((order) => {
    const since = left.get(order.id)
    return since ? asLeft(order, since) : order
  })
}
