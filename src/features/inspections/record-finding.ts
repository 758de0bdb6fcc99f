import { findOrder } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Sealed } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { inspectionIsConducted } from '#rules/inspection/conduct-inspection.ts'
import { type ControlPointCode, controlPoints } from '#rules/inspection/control-points.ts'
import type { Proposal } from '#rules/inspection/propose-findings.ts'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import { proposalsOf } from './course-pack.ts'
import { findingDocument, sealNote } from './finding-document.ts'
import {
  type FindingRow,
  findCourse,
  findingVersions,
  type InspectionRow,
  lockInspection,
  seenCourses,
} from './inspection.queries.ts'
import type { RecordFinding } from './inspection.schema.ts'

/** Demands that the caller conducts an inspection that is still open; it is locked. */
export const demandConducted = async (trx: Trx, row: InspectionRow): Promise<void> =>
  demand(
    inspectionIsConducted({
      closed: row.closedAt !== null,
      drawn: row.courses,
      seen: await seenCourses(trx, row.id),
    }),
  )

const demandCoherent = (request: PortalRequest<RecordFinding>): void => {
  const { outcome, severity, note, visitedOn } = request.body
  if (severity !== undefined && outcome !== 'irregularity') {
    throw invalid('/severity', 'not-allowed', {
      da: 'Kun en uregelmæssighed har en alvor.',
      en: 'Only an irregularity has a severity.',
    })
  }
  if (visitedOn !== undefined && visitedOn > localDateAt(request.arrivedAt)) {
    throw invalid('/visitedOn', 'in-the-future', { da: 'Dagen er ikke kommet.', en: 'The day has not come.' })
  }
  if (note !== undefined) demand(noCitizenNumber([{ pointer: '/note', text: note }]))
}

/**
 * Records what was found at one control point of one drawn course, beside what the registers propose at that moment. The
 * first finding needs no `If-Match`; a correction does, and leaves the one before it as it was. Of inspectors who write at
 * once one is recorded, and the others learn that there is one.
 * @throws HttpProblem `not-found`, `inspection-of-others`, `inspection-closed`, `if-match-required`, `precondition-failed`
 */
export const recordFinding = (
  deps: Deps,
  request: PortalRequest<RecordFinding, { id: string; orderId: string; controlPoint: string }>,
): Promise<Answer> => {
  demandCoherent(request)
  return write(deps.database, request, async (trx) => {
    const { id: inspectionId, orderId } = request.params
    const controlPoint = request.params.controlPoint as ControlPointCode
    const inspection = await lockInspection(trx, inspectionId)
    await findCourse(trx, inspectionId, orderId)
    await demandConducted(trx, inspection)
    const order = await findOrder(trx, request.caller, orderId)
    const before = (await findingVersions(trx, { inspectionId, orderId, controlPoint })).at(-1)
    demandIfMatch(request.header('if-match'), before ? etagOf(before.version) : null)
    const { note, ...found } = request.body
    const key = { inspectionId, orderId, controlPoint, version: (before?.version ?? 0) + 1 }
    const sealed = note === undefined ? null : sealNote(deps.keyring, note, key)
    const byData = controlPoints.some(({ code, judgedBy }) => code === controlPoint && judgedBy === 'data')
    const proposed = byData ? ((await proposalsOf(trx, request, order)).get(controlPoint) ?? null) : null
    const row = await keepFinding(trx, request, key, { ...found, sealed, proposed, before })
    const body = { inspectionId, orderId, controlPoint, ...findingDocument(deps.keyring, row) }
    return { status: before ? 200 : 201, headers: { etag: etagOf(row.version) }, body }
  })
}

/** Writes a version of a finding and its line of history; the inspection is locked, and the version is the next one. */
export const keepFinding = async (
  trx: Trx,
  request: PortalRequest,
  key: {
    readonly inspectionId: string
    readonly orderId: string
    readonly controlPoint: string
    readonly version: number
  },
  found: Pick<RecordFinding, 'outcome' | 'severity' | 'visitedOn' | 'registeredBy'> & {
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
      organisationId: request.caller.organisation.id,
      outcome,
      severity,
      noteCipher: sealed?.cipher ?? null,
      noteKey: sealed?.key ?? null,
      visitedOn,
      proposed: proposed === null ? null : JSON.stringify(proposed),
      registeredBy: JSON.stringify(registeredBy),
      registeredAt: request.arrivedAt,
      clientId: request.caller.clientId,
      requestId: request.id,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await recordChange(trx, request, {
    action: before ? 'finding-corrected' : 'finding-recorded',
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
