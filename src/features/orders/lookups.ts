import type { Caller, OrganisationKind } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { numberOfCitizen, openedNumber } from './citizen.queries.ts'
import { findOrder, hasFirstMeetingProcedure, lockOrdersOfCitizen, type OrderRow, ownOrders } from './order.queries.ts'

export { firstActivityOf, municipalityOn, plannedBetween } from './course.queries.ts'
export { effortGroups, OrderSchema, PlanSchema } from './order.schema.ts'
export { wholeOrder } from './whole-order.queries.ts'
export type { OrderRow }
export { findOrder, hasFirstMeetingProcedure, lockOrdersOfCitizen, numberOfCitizen, openedNumber, ownOrders }

/** The caller in one of its capacities alone; an organisation may be of several kinds. */
const inCapacityOf = (caller: Caller, kind: OrganisationKind): Caller => ({
  ...caller,
  organisation: { ...caller.organisation, kinds: caller.organisation.kinds.filter((own) => own === kind) },
})

/**
 * An order that is the caller's own in that capacity, held shared until the transaction ends: it is neither amended,
 * cancelled nor ended meanwhile.
 * @throws HttpProblem `not-found`
 */
export const holdOrder = async (trx: Trx, caller: Caller, kind: OrganisationKind, id: string): Promise<OrderRow> => {
  const order = await trx
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', id)
    .where(ownOrders(inCapacityOf(caller, kind)))
    .forKeyShare()
    .executeTakeFirst()
  if (!order) throw new HttpProblem('not-found')
  return order
}

/** The citizens of some orders that the caller sees, for the look-up log. */
export const citizensOfOrders = async (trx: Trx, ids: readonly string[]): Promise<string[]> => {
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom('orders')
    .select('citizenId')
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return rows.map(({ citizenId }) => citizenId)
}

/** Whose order it is, for the look-up log; null to those who may read something about the order and not the order. */
export const citizenOfOrder = async (trx: Trx, caller: Caller, id: string): Promise<string | null> => {
  const order = await trx
    .selectFrom('orders')
    .select('citizenId')
    .where('id', '=', id)
    .where(ownOrders(caller))
    .executeTakeFirst()
  return order?.citizenId ?? null
}
