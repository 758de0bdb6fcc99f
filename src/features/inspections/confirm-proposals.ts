import { findOrder } from '#features/orders/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { proposalsOf } from './course-pack.ts'
import { findingDocument } from './finding-document.ts'
import { findCourse, lockInspection, standingFindings } from './inspection.queries.ts'
import type { ConfirmProposals } from './inspection.schema.ts'
import { demandConducted, keepFinding } from './record-finding.ts'

/**
 * Records what the registers propose of a drawn course as the inspector's findings: at the control points that are named, or
 * at all that are judged by data. Where there is a finding already, it stays as it is. Irregularities get no severity: the
 * inspector rates them by a correction.
 * @throws HttpProblem `not-found`, `inspection-of-others`, `inspection-closed`
 */
export const confirmProposals = (
  deps: Deps,
  request: PortalRequest<ConfirmProposals, { id: string; orderId: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { id: inspectionId, orderId } = request.params
    const { controlPoints, registeredBy } = request.body
    const inspection = await lockInspection(trx, inspectionId)
    await findCourse(trx, inspectionId, orderId)
    await demandConducted(trx, inspection)
    const order = await findOrder(trx, request.caller, orderId)
    const judged = new Set((await standingFindings(trx, inspectionId, orderId)).map((row) => row.controlPoint))
    const items = []
    for (const [controlPoint, proposed] of await proposalsOf(trx, request, order)) {
      if (judged.has(controlPoint) || (controlPoints && !controlPoints.includes(controlPoint))) continue
      const key = { inspectionId, orderId, controlPoint, version: 1 }
      const row = await keepFinding(trx, request, key, { outcome: proposed.outcome, registeredBy, proposed })
      items.push({ inspectionId, orderId, controlPoint, ...findingDocument(deps.keyring, row) })
    }
    return { status: 200, body: { items }, ...(items.length === 0 ? { unwritten: true } : {}) }
  })
