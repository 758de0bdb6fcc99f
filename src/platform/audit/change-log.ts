import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'
import { writingAudit } from './audit-not-written.ts'

/**
 * Who changed what. `changes` holds codes, dates, minutes and ids: no CPR number, no free text. Of an organisation it holds
 * what it said before and after, its people and addresses included.
 */
export type Change = {
  readonly action: string
  readonly entity: string
  readonly entityId: string
  readonly orderId: string | null
  readonly registeredBy: Person | null
  readonly changes: Readonly<Record<string, unknown>>
}

/** For whom a change is made and when: a request, or the portal itself in an organisation's name. */
export type Actor = {
  readonly id: string
  readonly arrivedAt: Instant
  readonly caller: { readonly clientId: string; readonly organisation: { readonly id: string } }
}

/** Writes a line of history in the transaction of the change. @throws AuditNotWritten */
export const recordChange = async (trx: Trx, request: Actor, change: Change): Promise<void> => {
  const row = trx.insertInto('changeLog').values({
    id: newId(),
    occurredAt: request.arrivedAt,
    clientId: request.caller.clientId,
    organisationId: request.caller.organisation.id,
    registeredBy: change.registeredBy === null ? null : JSON.stringify(change.registeredBy),
    action: change.action,
    entity: change.entity,
    entityId: change.entityId,
    orderId: change.orderId,
    requestId: request.id,
    changes: JSON.stringify(change.changes),
  })
  await writingAudit(() => row.execute())
}
