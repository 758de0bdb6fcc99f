import { findOrder, type OrderRow } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import type { PortalRequest } from '#platform/http/route.ts'

/**
 * Reads something of an order's progress, as whoever may: never as a benefits office, whatever else the caller is. An
 * auditor states a purpose, and the look-up is kept.
 * @throws HttpProblem `not-found`, `purpose-required`
 */
export const readingProgress = <T>(
  deps: Deps,
  request: PortalRequest<unknown, { id: string }>,
  operation: string,
  answerOf: (trx: Trx, order: OrderRow) => Promise<T>,
): Promise<T> => {
  const purpose = purposeOf(request)
  const { organisation } = request.caller
  const kinds = organisation.kinds.filter((kind) => kind !== 'benefits-office')
  return read(deps.database, request, async (trx) => {
    const order = await findOrder(
      trx,
      { ...request.caller, organisation: { ...organisation, kinds } },
      request.params.id,
    )
    const { id: orderId, citizenId } = order
    await recordLookup(trx, request, { operation, citizenId, orderId, purpose })
    return answerOf(trx, order)
  })
}
