import { sql } from 'kysely'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { PortalRequest } from '#platform/http/route.ts'

/**
 * Keeps that a sample was read, one row for all of its citizens: it names nobody, and tells of each course which group it is
 * of, where the citizen lives and what was found. Ours: the inspection is the purpose, where no other is stated; the
 * administration reads no orders, so whose they are is asked of the database's owner.
 */
export const keepSampleLookup = async (
  trx: Trx,
  request: PortalRequest,
  of: {
    readonly operation: string
    readonly inspection: { readonly id: string; readonly courses: readonly { readonly orderId: string }[] }
  },
): Promise<void> => {
  const { operation, inspection } = of
  const ids = inspection.courses.map(({ orderId }) => orderId)
  const { rows } = await sql<{ citizenId: string }>`
    select citizen_id from orders where id = any (${ids}::uuid[])
    union select citizen_id from portal_citizens_for_administration(${ids}::uuid[])`.execute(trx)
  const purpose = purposeOf(request, `Tilsyn ${inspection.id}`)
  const citizenIds = rows.map(({ citizenId }) => citizenId)
  await recordLookup(trx, request, { operation, citizenId: null, orderId: null, purpose, citizenIds })
}
