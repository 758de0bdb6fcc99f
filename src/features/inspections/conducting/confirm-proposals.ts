import { findOrder } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { findCourse, latestFindings, lockInspection } from '../inspection.queries.ts'
import type { ConfirmProposals } from '../inspection.schema.ts'
import { proposalsOf } from '../pack/course-pack.ts'
import { findingDocument } from './finding-document.ts'
import { demandConducted, keepFinding } from './keep-finding.ts'

/**
 * Records what the registers propose of a drawn course as the inspector's findings: at the control points that are named, or
 * at all that are judged by data. Where there is a finding already, it stays as it is. Irregularities get no severity: the
 * inspector rates them by a correction. The answer tells what the registers propose, so the look-up is kept too.
 * @throws HttpProblem `purpose-required`, `not-found`, `inspection-of-others`, `inspection-closed`, `inspection-discarded`
 */
export const confirmProposals = (
  deps: Deps,
  request: PortalRequest<ConfirmProposals, { id: string; orderId: string }>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  return write(deps.database, request, async (trx) => {
    const { id: inspectionId, orderId } = request.params
    const { controlPoints, registeredBy } = request.body
    const inspection = await lockInspection(trx, inspectionId)
    await findCourse(trx, inspectionId, orderId)
    await demandConducted(trx, inspection)
    const order = await findOrder(trx, request.caller, orderId)
    const latest = new Map((await latestFindings(trx, inspectionId, orderId)).map((row) => [row.controlPoint, row]))
    const items = []
    for (const [controlPoint, proposed] of await proposalsOf(trx, request, order)) {
      const before = latest.get(controlPoint)
      if (before && before.outcome !== 'withdrawn') continue
      if (controlPoints && !controlPoints.includes(controlPoint)) continue
      const { outcome } = proposed
      // Where nothing is proposed, the point is left open.
      if (outcome === null) continue
      const key = { inspectionId, orderId, controlPoint, version: (before?.version ?? 0) + 1 }
      const row = await keepFinding(trx, request, key, { outcome, registeredBy, proposed, before })
      items.push({ inspectionId, orderId, controlPoint, ...findingDocument(deps.keyring, row) })
    }
    await recordLookup(trx, request, { operation: 'confirmProposals', citizenId: order.citizenId, orderId, purpose })
    return { status: 200, body: { items }, ...(items.length === 0 ? { unwritten: true } : {}) }
  })
}
