import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Person } from '#kernel/caller.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { By } from '#platform/http/common-schemas.ts'
import type { PortalRequest } from '#platform/http/route.ts'

/** What every write of the administration takes: the person who answers for it, where there is one. */
export const registeredBy = Type.Optional(By)

/**
 * Writes a line of history for a change of reference data. What has no id of its own (a client, a code) stands under the
 * administration's, and `changes` names it, with old and new values: how an organisation was reached is part of its history.
 */
export const recordAdministration = (
  trx: Trx,
  request: PortalRequest<{ registeredBy?: Person } | undefined>,
  change: { action: string; entity: string; entityId?: string; changes: Readonly<Record<string, unknown>> },
): Promise<void> =>
  recordChange(trx, request, {
    action: change.action,
    entity: change.entity,
    entityId: change.entityId ?? request.caller.organisation.id,
    orderId: null,
    registeredBy: request.body?.registeredBy ?? null,
    changes: change.changes,
  })

/** Lets the versions of one thing change one after the other, until the transaction ends. `what`: such as a policy's group. */
export const takeTurns = async (trx: Trx, what: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`.execute(trx)
}
