import { findOrder } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { findingIsWithdrawn } from '#rules/inspection/conduct-inspection.ts'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import { findCourse, findingVersions, lockInspection } from '../inspection.queries.ts'
import type { WithdrawFinding } from '../inspection.schema.ts'
import { findingDocument, sealNote } from './finding-document.ts'
import { demandConducted, keepFinding } from './keep-finding.ts'

/**
 * Withdraws a finding that was recorded by mistake: its point has no judgement from then on, and its history stays. Under
 * `If-Match`, as a correction.
 * @throws HttpProblem `purpose-required`, `not-found`, `inspection-of-others`, `inspection-closed`, `inspection-discarded`,
 *   `citizen-number-in-text`, `if-match-required`, `precondition-failed`, `finding-already-withdrawn`
 */
export const withdrawFinding = (
  deps: Deps,
  request: PortalRequest<WithdrawFinding, { id: string; orderId: string; controlPoint: string }>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { note, registeredBy } = request.body
  if (note !== undefined) demand(noCitizenNumber([{ pointer: '/note', text: note }]))
  return write(deps.database, request, async (trx) => {
    const { id: inspectionId, orderId, controlPoint } = request.params
    const inspection = await lockInspection(trx, inspectionId)
    await findCourse(trx, inspectionId, orderId)
    await demandConducted(trx, inspection)
    const { citizenId } = await findOrder(trx, request.caller, orderId)
    const before = (await findingVersions(trx, { inspectionId, orderId, controlPoint })).at(-1)
    if (!before) throw new HttpProblem('not-found')
    demandIfMatch(request.header('if-match'), etagOf(before.version))
    demand(findingIsWithdrawn(before))
    const key = { inspectionId, orderId, controlPoint, version: before.version + 1 }
    const sealed = note === undefined ? null : sealNote(deps.keyring, note, key)
    const row = await keepFinding(trx, request, key, {
      outcome: 'withdrawn',
      registeredBy,
      sealed,
      proposed: null,
      before,
    })
    await recordLookup(trx, request, { operation: 'withdrawFinding', citizenId, orderId, purpose })
    const body = { inspectionId, orderId, controlPoint, ...findingDocument(deps.keyring, row) }
    return { status: 200, headers: { etag: etagOf(row.version) }, body }
  })
}
