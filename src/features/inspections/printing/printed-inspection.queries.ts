import { findOrder, type OrderRow } from '#features/orders/lookups.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { HttpProblem, type Language } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { findInspection } from '../inspection.queries.ts'
import { inspectionDocument, type LoadedInspection } from '../inspection-document.ts'
import { shownCourse } from '../pack/course-pack.ts'
import { keepSampleLookup } from '../sample-lookup.ts'
import { loadInspection } from '../shown-inspections.queries.ts'
import { inspectionPage, type PrintedInspection } from './inspection-page.ts'
import { printPolicy } from './print-parts.ts'
import type { PrintedCourse } from './printed-course.ts'

/** The order of a course, or null to those who do not read it: the administration, and who no longer audits the citizen. */
const orderFor = async (trx: Trx, { caller }: PortalRequest, id: string): Promise<OrderRow | null> => {
  if (!caller.organisation.kinds.includes('auditor')) return null
  try {
    return await findOrder(trx, caller, id)
  } catch (error) {
    if (error instanceof HttpProblem && error.slug === 'not-found') return null
    throw error
  }
}

/** The names of suppliers and agreements by id, and of target groups by code. */
const namesFor = async (trx: Trx, { row, courses, strata }: LoadedInspection, language: Language) => {
  const suppliers = [
    ...courses.map(({ supplierId }) => supplierId),
    ...(row.supplierId === null ? [] : [row.supplierId]),
  ]
  const agreements = [...courses, ...strata].map(({ frameworkAgreementId }) => frameworkAgreementId)
  const organisations =
    suppliers.length === 0
      ? []
      : await trx.selectFrom('organisations').select(['id', 'name']).where('id', 'in', suppliers).execute()
  const titles =
    agreements.length === 0
      ? []
      : await trx.selectFrom('frameworkAgreements').select(['id', 'title']).where('id', 'in', agreements).execute()
  const groups = await trx
    .selectFrom('codeValues')
    .select(['code', 'labelDa', 'labelEn'])
    .where('setName', '=', 'target-groups')
    .orderBy('validFrom')
    .execute()
  return new Map([
    ...organisations.map(({ id, name }) => [id, name] as const),
    ...titles.map(({ id, title }) => [id, title] as const),
    ...groups.map(({ code, labelDa, labelEn }) => [code, language === 'da' ? labelDa : labelEn] as const),
  ])
}

const withoutNote = (point: PrintedCourse['checklist'][number]): PrintedCourse['checklist'][number] => {
  if (point.finding === null) return point
  const { note: _, ...finding } = point.finding
  return { ...point, finding }
}

/**
 * An inspection with its courses, their control points and the names that a document says. It names citizens to those who
 * read their orders, and of each such course a look-up is kept.
 * @param purpose why an auditor reads it; null for others
 * @throws HttpProblem `not-found`
 */
const printedInspection = async (
  trx: Trx,
  deps: Pick<Deps, 'publicUrl' | 'keyring'>,
  request: PortalRequest,
  of: { readonly id: string; readonly purpose: string | null; readonly language: Language },
): Promise<PrintedInspection> => {
  const loaded = await loadInspection(trx, await findInspection(trx, of.id))
  const inspection = inspectionDocument(loaded)
  if (of.purpose === null) await keepSampleLookup(trx, request, { operation: 'getInspection', inspection })
  const courses: PrintedCourse[] = []
  for (const [index, course] of loaded.courses.entries()) {
    const order = await orderFor(trx, request, course.orderId)
    if (order !== null) {
      const { citizenId, id: orderId } = order
      await recordLookup(trx, request, { operation: 'getInspection', citizenId, orderId, purpose: of.purpose })
    }
    const findings = loaded.findings.filter(({ orderId }) => orderId === course.orderId)
    const { points, pack } = await shownCourse(trx, deps, request, { course, order, findings, language: of.language })
    courses.push({
      course: inspection.courses[index] as PrintedCourse['course'],
      order: order && { citizen: order.citizenName, from: order.startDate, to: order.endedOn ?? order.endDate },
      // Notes tell of the course: they are for those who read it.
      checklist: order === null ? points.map(withoutNote) : points,
      pack,
    })
  }
  return { inspection, courses, names: await namesFor(trx, loaded, of.language) }
}

/** The same as a document to print on A4, with the content security policy that it is sent under. */
export const inspectionToPrint = async (...given: Parameters<typeof printedInspection>) => {
  const printed = await printedInspection(...given)
  return { page: inspectionPage(printed, given[3].language), policy: printPolicy, inspection: printed.inspection }
}
