import type { Static } from 'typebox'
import { findOrder } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag, etagOf } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { languageOf } from '#platform/http/problem-answers.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { controlPoints } from '#rules/inspection/control-points.ts'
import { findingDocument } from './conducting/finding-document.ts'
import { findCourse, findInspection, findingVersions, type InspectionRow } from './inspection.queries.ts'
import type { InspectionQuery } from './inspection.schema.ts'
import { inspectionDocument } from './inspection-document.ts'
import { coursePack } from './pack/course-pack.ts'
import { inspectionToPrint } from './printing/printed-inspection.queries.ts'
import { keepSampleLookup } from './sample-lookup.ts'
import { loadInspection, shownInspections } from './shown-inspections.queries.ts'

/** The form of an inspection that people print. */
export const pageType = 'text/html'

/** The answer that shows an inspection as JSON, and keeps the look-up of its sample under the operation's name. */
export const inspectionAnswer = async (
  trx: Trx,
  deps: Deps,
  request: PortalRequest,
  given: { readonly operation: string; readonly row: InspectionRow; readonly status?: number },
): Promise<Answer> => {
  const { operation, row, status = 200 } = given
  const body = inspectionDocument(await loadInspection(trx, row))
  await keepSampleLookup(trx, request, { operation, inspection: body })
  const location = status === 201 ? { location: `${deps.publicUrl}/v1/inspections/${row.id}` } : {}
  return {
    status,
    headers: { etag: contentEtag(body), vary: 'Authorization, Accept, Accept-Language', ...location },
    body,
  }
}

/** The inspections that the caller sees, by id, filtered. They name no citizen: no purpose is asked. */
export const listInspections = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof InspectionQuery>>,
): Promise<Answer> => {
  const { limit: _limit, cursor: _cursor, ...asked } = request.query
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const rows = await shownInspections(trx, { ...asked, after, limit })
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => row,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/** Ours: in Danish where `Accept-Language` says nothing, as all that is printed here. */
const pageAnswerOf = async (
  trx: Trx,
  deps: Deps,
  request: PortalRequest<unknown, { id: string }>,
  purpose: string | null,
): Promise<Answer> => {
  const wanted = request.header('accept-language')
  const language = wanted === undefined ? 'da' : languageOf(wanted)
  const { id } = request.params
  const { page, policy, inspection } = await inspectionToPrint(trx, deps, request, { id, purpose, language })
  return {
    status: 200,
    bytes: Buffer.from(page),
    headers: {
      'content-type': `${pageType}; charset=utf-8`,
      'content-language': language,
      'content-disposition': `inline; filename="tilsyn-${inspection.drawnOn}-${inspection.id}.html"`,
      'content-security-policy': policy,
      etag: contentEtag(page),
      vary: 'Authorization, Accept, Accept-Language',
    },
  }
}

/**
 * One inspection: as JSON, which names no citizen, or as a page to print, for which an auditor states a purpose and of which
 * a look-up is kept for each course.
 */
export const getInspection = async (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const asked = preferredType(request, ['application/json', pageType])
  if (asked === pageType) {
    const purpose = purposeOf(request)
    return read(deps.database, request, (trx) => pageAnswerOf(trx, deps, request, purpose))
  }
  return read(deps.database, request, async (trx) =>
    inspectionAnswer(trx, deps, request, {
      operation: 'getInspection',
      row: await findInspection(trx, request.params.id),
    }),
  )
}

/** The pack of one drawn course; the look-up is kept. */
export const getCoursePack = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string; orderId: string }>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const { id: inspectionId, orderId } = request.params
    await findInspection(trx, inspectionId)
    const body = await coursePack(trx, deps, request, { inspectionId, orderId })
    const citizenId = body.citizen.id
    await recordLookup(trx, request, { operation: 'getInspectionCourse', citizenId, orderId, purpose })
    return { status: 200, headers: { etag: contentEtag(body) }, body }
  })
}

/** One finding with its history; the look-up is kept, since notes tell of the course. */
export const getFinding = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string; orderId: string; controlPoint: string }>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const { id: inspectionId, orderId, controlPoint } = request.params
    await findInspection(trx, inspectionId)
    await findCourse(trx, inspectionId, orderId)
    const { citizenId } = await findOrder(trx, request.caller, orderId)
    const history = (await findingVersions(trx, { inspectionId, orderId, controlPoint })).map((row) =>
      findingDocument(deps.keyring, row),
    )
    const latest = history.at(-1)
    if (!latest) throw new HttpProblem('not-found')
    await recordLookup(trx, request, { operation: 'getInspectionFinding', citizenId, orderId, purpose })
    return {
      status: 200,
      headers: { etag: etagOf(latest.version) },
      body: { inspectionId, orderId, controlPoint, ...latest, history },
    }
  })
}

/** The control points: reference data, the same for everybody. */
export const listControlPoints = async (): Promise<Answer> => {
  const body = { items: controlPoints, next: null }
  return { status: 200, headers: { etag: contentEtag(body) }, body }
}
