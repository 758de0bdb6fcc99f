import { sql } from 'kysely'
import type { Person } from '#kernel/caller.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { CoursePhase } from '#rules/inspection/control-points.ts'
import { inspectionCloses, type NotJudged, notJudgedFits, unjudgedPoints } from '#rules/inspection/inspection-closes.ts'
import { noCitizenNumber } from '#rules/protocol/no-citizen-number.ts'
import { demandConducted } from '../conducting/keep-finding.ts'
import { coursesOf, findInspection, lockInspection, standingFindings } from '../inspection.queries.ts'
import { inspectionAnswer } from '../read-inspections.ts'
import type { CloseInspection } from './end.schema.ts'

/** The courses of an inspection as the rules ask for them, with how many findings stand. */
const judgedCourses = async (trx: Trx, inspectionId: string) => {
  const findings = await standingFindings(trx, inspectionId)
  const courses = (await coursesOf(trx, inspectionId)).map(({ orderId, orderNumber, phase }) => ({
    orderId,
    orderNumber,
    phase: phase as CoursePhase,
    judged: new Set(findings.filter((one) => one.orderId === orderId).map(({ controlPoint }) => controlPoint)),
  }))
  return { courses, judged: findings.length }
}

/**
 * Closes an inspection: from then on nothing of it changes. Each course has each of its control points judged, or the
 * closing says why not. Of two closings at once one closes and the other learns that it is closed.
 * @throws HttpProblem `not-found`, `inspection-of-others`, `inspection-closed`, `inspection-discarded`, `not-judged-invalid`,
 *   `inspection-incomplete`, `citizen-number-in-text`
 */
export const closeInspectionIn = async (
  trx: Trx,
  actor: Actor,
  given: { readonly id: string; readonly notJudged: readonly NotJudged[]; readonly registeredBy: Person },
): Promise<void> => {
  const { notJudged, registeredBy } = given
  demand(
    noCitizenNumber(notJudged.map(({ reason }, index) => ({ pointer: `/notJudged/${index}/reason`, text: reason }))),
  )
  const inspection = await lockInspection(trx, given.id)
  await demandConducted(trx, inspection)
  const { courses, judged } = await judgedCourses(trx, inspection.id)
  const unjudged = unjudgedPoints(courses)
  demand(notJudgedFits(new Set(courses.map(({ orderId }) => orderId)), unjudged, notJudged))
  demand(inspectionCloses(unjudged, notJudged))
  await trx
    .updateTable('inspections')
    .set({
      closedAt: actor.arrivedAt,
      closedBy: JSON.stringify(registeredBy),
      notJudged: JSON.stringify(notJudged),
      version: sql`version + 1`,
    })
    .where('id', '=', inspection.id)
    .execute()
  await recordChange(trx, actor, {
    action: 'closed',
    entity: 'inspection',
    entityId: inspection.id,
    orderId: null,
    registeredBy,
    changes: { courses: courses.length, judged, unjudged: unjudged.length },
  })
}

/** The same as an operation. */
export const closeInspection = (deps: Deps, request: PortalRequest<CloseInspection, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { notJudged = [], registeredBy } = request.body
    const { id } = request.params
    await closeInspectionIn(trx, request, { id, notJudged, registeredBy })
    return inspectionAnswer(trx, deps, request, { operation: 'closeInspection', row: await findInspection(trx, id) })
  })
