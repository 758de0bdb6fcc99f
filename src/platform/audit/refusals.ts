import { sql } from 'kysely'
import type { Caller } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Database } from '#platform/db/pool.ts'
import { inTransaction, type Trx } from '#platform/db/transaction.ts'
import { isUuid, newId } from '#platform/ids.ts'
import { writingAudit } from './audit-not-written.ts'

/** A refused write: who sent it, when it arrived, which rule refused it and about which order. No free text. */
export type Refusal = { readonly rule: string; readonly orderId: string | null }

type RefusedRequest = { caller: Caller; arrivedAt: Instant; id: string; operation: string }

/** Keeps refusals, in a transaction of their own: that of the refused request was rolled back. */
export const recordRefusals = async (
  database: Database,
  request: RefusedRequest,
  refusals: readonly Refusal[],
): Promise<void> => {
  if (refusals.length === 0) return
  await inTransaction(database, request.caller.organisation.id, (trx) => keepRefusals(trx, request, refusals))
}

/** Keeps refused items in the transaction of a request of which the others stand. */
export const keepRefusals = async (trx: Trx, request: RefusedRequest, refusals: readonly Refusal[]): Promise<void> => {
  if (refusals.length === 0) return
  const organisationId = request.caller.organisation.id
  const rows = refusals.map((refusal) => ({
    id: newId(),
    rule: refusal.rule,
    order_id: refusal.orderId !== null && isUuid(refusal.orderId) ? refusal.orderId : null,
  }))
  const statement = sql`insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, order_id, request_id)
      select r.id, ${request.arrivedAt}::timestamptz, ${request.caller.clientId}, ${organisationId}::uuid, ${request.operation}, r.rule, r.order_id, ${request.id}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, rule text, order_id uuid)`
  await writingAudit(() => statement.execute(trx))
}
