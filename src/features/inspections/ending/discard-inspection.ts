import { sql } from 'kysely'
import type { Caller, Person } from '#kernel/caller.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { inspectionIsDiscarded } from '#rules/inspection/conduct-inspection.ts'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import { asConducted } from '../conducting/keep-finding.ts'
import { findInspection, lockInspection } from '../inspection.queries.ts'
import { inspectionAnswer } from '../read-inspections.ts'
import type { DiscardInspection } from './end.schema.ts'

/**
 * Discards a draw that was made by mistake, with the reason. It stays readable, seed, courses and findings included, and
 * counts for nothing from then on; later draws of the same frame name it.
 * @throws HttpProblem `not-found`, `inspection-of-others`, `inspection-closed`, `inspection-discarded`, `citizen-number-in-text`
 */
export const discardInspectionIn = async (
  trx: Trx,
  actor: Actor & { readonly caller: Caller },
  given: { readonly id: string; readonly reason: string; readonly registeredBy: Person },
): Promise<void> => {
  const { reason, registeredBy } = given
  demand(noCitizenNumber([{ pointer: '/reason', text: reason }]))
  const inspection = await lockInspection(trx, given.id)
  const { id, kinds } = actor.caller.organisation
  demand(
    inspectionIsDiscarded({
      ...(await asConducted(trx, inspection)),
      own: inspection.organisationId === id,
      byAuditor: kinds.includes('auditor'),
    }),
  )
  await trx
    .updateTable('inspections')
    .set({
      discardedAt: actor.arrivedAt,
      discardedBy: JSON.stringify(registeredBy),
      discardReason: reason,
      version: sql`version + 1`,
    })
    .where('id', '=', inspection.id)
    .execute()
  await recordChange(trx, actor, {
    action: 'discarded',
    entity: 'inspection',
    entityId: inspection.id,
    orderId: null,
    registeredBy,
    changes: { seed: inspection.seed, drawnAt: inspection.drawnAt, courses: inspection.courses },
  })
}

/** The same as an operation. */
export const discardInspection = (
  deps: Deps,
  request: PortalRequest<DiscardInspection, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { id } = request.params
    await discardInspectionIn(trx, request, { id, ...request.body })
    return inspectionAnswer(trx, deps, request, { operation: 'discardInspection', row: await findInspection(trx, id) })
  })
