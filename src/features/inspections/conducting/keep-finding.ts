import type { Caller } from '#kernel/caller.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import type { Sealed } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { demand } from '#platform/http/problems/problem.ts'
import { inspectionIsConducted } from '#rules/inspection/conduct-inspection.ts'
import type { Outcome } from '#rules/inspection/control-points.ts'
import type { Proposal } from '#rules/inspection/propose-findings.ts'
import { type FindingRow, type InspectionRow, seenCourses } from '../inspection.queries.ts'
import type { RecordFinding } from '../inspection.schema.ts'

/** An inspection as the rules ask for it, with how much of it the caller sees. */
export const asConducted = async (trx: Trx, row: InspectionRow) => ({
  closed: row.closedAt !== null,
  discarded: row.discardedAt !== null,
  drawn: row.courses,
  seen: await seenCourses(trx, row.id),
})

/** Demands that the caller conducts an inspection that is still open; it is locked. */
export const demandConducted = async (trx: Trx, row: InspectionRow): Promise<void> =>
  demand(inspectionIsConducted(await asConducted(trx, row)))

const actionOf = (before: FindingRow | undefined, outcome: string): string => {
  if (outcome === 'withdrawn') return 'finding-withdrawn'
  return before ? 'finding-corrected' : 'finding-recorded'
}

/** Writes a version of a finding and its line of history; the inspection is locked, and the version is the next one. */
export const keepFinding = async (
  trx: Trx,
  actor: Actor & { readonly caller: Caller },
  key: {
    readonly inspectionId: string
    readonly orderId: string
    readonly controlPoint: string
    readonly version: number
  },
  found: Pick<RecordFinding, 'severity' | 'visitedOn' | 'registeredBy'> & {
    readonly outcome: Outcome | 'withdrawn'
    readonly sealed?: Sealed | null
    readonly proposed: Proposal | null
    readonly before?: FindingRow | undefined
  },
): Promise<FindingRow> => {
  const { outcome, severity = null, visitedOn = null, registeredBy, sealed, proposed, before } = found
  const { inspectionId, orderId, controlPoint, version } = key
  const row = await trx
    .insertInto('inspectionFindings')
    .values({
      ...key,
      organisationId: actor.caller.organisation.id,
      outcome,
      severity,
      noteCipher: sealed?.cipher ?? null,
      noteKey: sealed?.key ?? null,
      visitedOn,
      proposed: proposed === null ? null : JSON.stringify(proposed),
      registeredBy: JSON.stringify(registeredBy),
      registeredAt: actor.arrivedAt,
      clientId: actor.caller.clientId,
      requestId: actor.id,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await recordChange(trx, actor, {
    action: actionOf(before, outcome),
    entity: 'inspection',
    entityId: inspectionId,
    orderId,
    registeredBy,
    changes: { controlPoint, version, outcome, severity, ...was(before) },
  })
  return row
}

const was = (before: FindingRow | undefined) =>
  before ? { before: { outcome: before.outcome, severity: before.severity } } : {}
