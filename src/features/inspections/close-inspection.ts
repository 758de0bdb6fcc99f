import { sql } from 'kysely'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { CoursePhase } from '#rules/inspection/control-points.ts'
import { inspectionCloses, unjudgedPoints } from '#rules/inspection/inspection-closes.ts'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import { coursesOf, findInspection, lockInspection, standingFindings } from './inspection.queries.ts'
import type { CloseInspection } from './inspection.schema.ts'
import { inspectionAnswer } from './read-inspections.ts'
import { demandConducted } from './record-finding.ts'

/**
 * Closes an inspection: from then on nothing of it changes. Each course has each of its control points judged, or the
 * closing says why not. Of two closings at once one closes and the other learns that it is closed.
 * @throws HttpProblem `not-found`, `inspection-of-others`, `inspection-closed`, `inspection-incomplete`
 */
export const closeInspection = (
  deps: Deps,
  request: PortalRequest<CloseInspection, { id: string }>,
): Promise<Answer> => {
  const { notJudged = [], registeredBy } = request.body
  demand(
    noCitizenNumber(notJudged.map(({ reason }, index) => ({ pointer: `/notJudged/${index}/reason`, text: reason }))),
  )
  return write(deps.database, request, async (trx) => {
    const inspection = await lockInspection(trx, request.params.id)
    await demandConducted(trx, inspection)
    const findings = await standingFindings(trx, inspection.id)
    const courses = (await coursesOf(trx, inspection.id)).map(({ orderId, phase }) => ({
      orderId,
      phase: phase as CoursePhase,
      judged: new Set(findings.filter((one) => one.orderId === orderId).map(({ controlPoint }) => controlPoint)),
    }))
    const unjudged = unjudgedPoints(courses)
    demand(inspectionCloses(unjudged, notJudged))
    await trx
      .updateTable('inspections')
      .set({
        closedAt: request.arrivedAt,
        closedBy: JSON.stringify(registeredBy),
        notJudged: JSON.stringify(notJudged),
        version: sql`version + 1`,
      })
      .where('id', '=', inspection.id)
      .execute()
    await recordChange(trx, request, {
      action: 'closed',
      entity: 'inspection',
      entityId: inspection.id,
      orderId: null,
      registeredBy,
      changes: { courses: courses.length, judged: findings.length, unjudged: unjudged.length },
    })
    return inspectionAnswer(trx, deps, await findInspection(trx, inspection.id))
  })
}
