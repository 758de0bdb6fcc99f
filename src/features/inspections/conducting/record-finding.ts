import { findOrder } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { type ControlPointCode, isJudgedByData } from '#rules/inspection/control-points.ts'
import { visitDateFits } from '#rules/inspection/visit-date.ts'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import { findCourse, findingVersions, lockInspection } from '../inspection.queries.ts'
import type { RecordFinding } from '../inspection.schema.ts'
import { proposalsOf } from '../pack/course-pack.ts'
import { findingDocument, sealNote } from './finding-document.ts'
import { demandConducted, keepFinding } from './keep-finding.ts'

const demandCoherent = (request: PortalRequest<RecordFinding>): void => {
  const { outcome, severity, note } = request.body
  if (severity !== undefined && outcome !== 'irregularity') {
    throw invalid('/severity', 'not-allowed', {
      da: 'Kun en uregelmæssighed har en alvor.',
      en: 'Only an irregularity has a severity.',
    })
  }
  if (note !== undefined) demand(noCitizenNumber([{ pointer: '/note', text: note }]))
}

/**
 * Records what was found at one control point of one drawn course, beside what the registers propose at that moment. The
 * first finding needs no `If-Match`; a correction does, and leaves the one before it as it was. Of inspectors who write at
 * once one is recorded, and the others learn that there is one. The answer tells what the registers propose, so the look-up
 * is kept too.
 * @throws HttpProblem `purpose-required`, `not-found`, `inspection-of-others`, `inspection-closed`, `inspection-discarded`,
 *   `visit-date-invalid`, `citizen-number-in-text`, `if-match-required`, `precondition-failed`
 */
export const recordFinding = (
  deps: Deps,
  request: PortalRequest<RecordFinding, { id: string; orderId: string; controlPoint: string }>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  demandCoherent(request)
  return write(deps.database, request, async (trx) => {
    const { id: inspectionId, orderId } = request.params
    const controlPoint = request.params.controlPoint as ControlPointCode
    const inspection = await lockInspection(trx, inspectionId)
    await findCourse(trx, inspectionId, orderId)
    await demandConducted(trx, inspection)
    const { drawnOn } = inspection
    demand(visitDateFits({ visitedOn: request.body.visitedOn, drawnOn, today: localDateAt(request.arrivedAt) }))
    const order = await findOrder(trx, request.caller, orderId)
    const before = (await findingVersions(trx, { inspectionId, orderId, controlPoint })).at(-1)
    demandIfMatch(request.header('if-match'), before ? etagOf(before.version) : null)
    const { note, ...found } = request.body
    const key = { inspectionId, orderId, controlPoint, version: (before?.version ?? 0) + 1 }
    const sealed = note === undefined ? null : sealNote(deps.keyring, note, key)
    const proposed = isJudgedByData(controlPoint)
      ? ((await proposalsOf(trx, request, order)).get(controlPoint) ?? null)
      : null
    const row = await keepFinding(trx, request, key, { ...found, sealed, proposed, before })
    await recordLookup(trx, request, { operation: 'recordFinding', citizenId: order.citizenId, orderId, purpose })
    const body = { inspectionId, orderId, controlPoint, ...findingDocument(deps.keyring, row) }
    return { status: before ? 200 : 201, headers: { etag: etagOf(row.version) }, body }
  })
}
