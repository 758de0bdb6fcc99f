import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'

/**
 * One of the supplier's own registrations, locked until the transaction ends, after all that the supplier has of the citizen:
 * whoever needs both takes the orders first, by id, then registrations, then duties, so that nobody waits in a circle.
 * @throws HttpProblem `not-found`, also for what is another's
 */
export const lockAbsence = async (trx: Trx, supplierId: string, id: string) => {
  const ofSupplier = trx.selectFrom('absences').where('id', '=', id).where('supplierId', '=', supplierId)
  const seen = await ofSupplier.select('orderId').executeTakeFirst()
  if (!seen) throw new HttpProblem('not-found')
  await sql`select portal_lock_orders(${seen.orderId}::uuid)`.execute(trx)
  return ofSupplier.selectAll().forUpdate().executeTakeFirstOrThrow()
}
