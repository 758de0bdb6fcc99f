import { findOrder } from '#features/orders/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { inspectionIsConducted, inspectionIsDiscarded } from '#rules/inspection/conduct-inspection.ts'
import type { CoursePhase } from '#rules/inspection/control-points.ts'
import { asConducted } from './conducting/keep-finding.ts'
import { coursesOf, findCourse, findInspection, latestFindings } from './inspection.queries.ts'
import { shownCourse } from './pack/course-pack.ts'
import { proposalInWords } from './pack/fact-words.ts'

/** What the caller may do with an inspection as it stands. */
export const mayDo = async (
  trx: Trx,
  { organisation }: Caller,
  id: string,
): Promise<{ readonly conduct: boolean; readonly discard: boolean }> => {
  const row = await findInspection(trx, id)
  const conducted = await asConducted(trx, row)
  const byAuditor = organisation.kinds.includes('auditor')
  const own = row.organisationId === organisation.id
  return {
    conduct: byAuditor && inspectionIsConducted(conducted).allowed,
    discard: inspectionIsDiscarded({ ...conducted, own, byAuditor }).allowed,
  }
}

/**
 * A drawn course as an inspector works on it: whose it is, its control points with what the registers propose and what was
 * found, its pack in words, and the courses before and after it. It names the citizen: the look-up is kept.
 * @param of.purpose why an auditor reads it; `of.date`: a date as people of the language write it
 * @throws HttpProblem `not-found`
 */
export const inspectedCourse = async (
  trx: Trx,
  deps: Pick<Deps, 'publicUrl' | 'keyring'>,
  request: PortalRequest,
  of: {
    readonly inspectionId: string
    readonly orderId: string
    readonly purpose: string | null
    readonly language: Language
    readonly date: (day: LocalDate) => string
  },
) => {
  const { inspectionId, orderId, purpose, language, date } = of
  const inspection = await findInspection(trx, inspectionId)
  const course = await findCourse(trx, inspectionId, orderId)
  const order = await findOrder(trx, request.caller, orderId)
  await recordLookup(trx, request, { operation: 'getInspectionCourse', citizenId: order.citizenId, orderId, purpose })
  const findings = await latestFindings(trx, inspectionId, orderId)
  const { points, pack } = await shownCourse(trx, deps, request, { course, order, findings, language })
  const all = (await coursesOf(trx, inspectionId)).map((one) => one.orderId)
  const at = all.indexOf(orderId)
  return {
    inspectionId,
    orderId,
    orderNumber: course.orderNumber,
    phase: course.phase as CoursePhase,
    supplierId: course.supplierId,
    frameworkAgreementId: course.frameworkAgreementId,
    targetGroup: course.targetGroup,
    drawnOn: inspection.drawnOn,
    citizen: order.citizenName,
    from: order.startDate,
    to: order.endedOn ?? order.endDate,
    points: points.map((point) => ({
      ...point,
      /** What the registers propose, in words; null where they propose nothing. */
      said: point.proposed && proposalInWords(language, point.proposed, date),
    })),
    pack,
    mayConduct: (await mayDo(trx, request.caller, inspectionId)).conduct,
    place: { number: at + 1, of: all.length, before: all[at - 1] ?? null, after: all[at + 1] ?? null },
  }
}
export type InspectedCourse = Awaited<ReturnType<typeof inspectedCourse>>
