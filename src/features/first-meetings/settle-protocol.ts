import { settleDays } from '#features/attendance/commands.ts'
import type { OrderRow } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Actor } from '#platform/audit/change-log.ts'
import { statementsWithin, type Trx } from '#platform/db/transaction.ts'

/**
 * § 5, § 7: the order's months that were submitted before and that these days lie in go stale: what the protocol says of
 * days before the citizen came follows from the case. Another order's go stale where its day turns out otherwise.
 */
export const settleProtocolOf = (
  trx: Trx,
  actor: Actor,
  order: Pick<OrderRow, 'id' | 'supplierId' | 'citizenId'>,
  dates: readonly LocalDate[],
): Promise<void> =>
  settleDays(statementsWithin(trx), actor, {
    supplierId: order.supplierId,
    days: [...new Set(dates)].map((date) => ({ citizenId: order.citizenId, date })),
    written: () => [order.id],
    because: 'first-meeting',
    dueOn: () => localDateAt(actor.arrivedAt),
  })
