import type { Static } from 'typebox'
import { workingDaysOf } from '#features/calendar/lookups.ts'
import { hasFirstMeetingProcedure, lockOrdersOfCitizen, type OrderRow } from '#features/orders/lookups.ts'
import { finalReportStands } from '#features/reports/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { pageAnswer, pageSize, sequenceAfter } from '#platform/http/lists.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { canPutFocusAreas, type OrderState } from '#rules/order/order-life.ts'
import { areaKey, assessedLate, assessmentDatesHold, withFirstAssessments } from '#rules/progress/start-assessment.ts'
import { focusAreaVersions, focusAreaVersionsAfter, type HeldFocusAreas } from './focus-areas.queries.ts'
import type { ProgressQuery, PutFocusAreas } from './progress.schema.ts'
import { readingProgress } from './read-order.ts'

/** The focus areas as callers see them: as they stand, with what was recorded first. */
const focusAreasDocument = async (trx: Trx, order: OrderRow, versions: readonly HeldFocusAreas[]) => {
  const [first, latest] = [versions.at(0), versions.at(-1)]
  const { startDate, firstAttendedOn, targetGroup } = order
  const ownStart = (await hasFirstMeetingProcedure(trx, targetGroup, startDate)) ? null : startDate
  const late =
    first !== undefined &&
    assessedLate(firstAttendedOn ?? ownStart, localDateAt(first.registeredAt), await workingDaysOf(trx))
  return {
    orderId: order.id,
    version: latest?.version ?? 0,
    ...withFirstAssessments(versions),
    assessedLate: late,
    firstRegisteredAt: first?.registeredAt ?? null,
    registeredAt: latest?.registeredAt ?? null,
    registeredBy: latest?.registeredBy ?? null,
  }
}

/** § 2: the focus areas of an order with their start assessments; none before they were recorded. */
export const getFocusAreas = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  readingProgress(deps, request, 'getFocusAreas', async (trx, order) => {
    const body = await focusAreasDocument(trx, order, await focusAreaVersions(trx, order.id))
    return { status: 200, headers: { etag: etagOf(body.version) }, body }
  })

/** Every version of an order's focus areas, oldest first: who put it and when. */
export const listFocusAreaVersions = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof ProgressQuery>>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = sequenceAfter(request.query.cursor)
  return readingProgress(deps, request, 'listFocusAreaVersions', async (trx, { id }) =>
    pageAnswer({
      rows: await focusAreaVersionsAfter(trx, id, after, limit + 1),
      limit,
      position: (row) => String(row.version),
      item: ({ version, areas, registeredAt, registeredBy }) => ({ version, areas, registeredAt, registeredBy }),
      publicUrl: deps.publicUrl,
      url: request.url,
    }),
  )
}

/** One entry per area: two would leave open which assessment counts. */
const demandDistinctAreas = (areas: PutFocusAreas['areas']): void => {
  const seen = new Set<string>()
  for (const [index, { area }] of areas.entries()) {
    const key = areaKey(area)
    if (seen.has(key)) {
      throw invalid(`/areas/${index}/area`, 'duplicate', {
        da: 'Fokusområdet står der allerede.',
        en: 'The focus area stands there already.',
      })
    }
    seen.add(key)
  }
}

/** § 2: puts an order's focus areas as a new version; every earlier one is kept. The citizen's orders are locked. */
export const putFocusAreas = (deps: Deps, request: PortalRequest<PutFocusAreas, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrdersOfCitizen(trx, request.caller, request.params.id)
    if (order.supplierId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const { areas, registeredBy } = request.body
    const before = await focusAreaVersions(trx, order.id)
    const version = before.at(-1)?.version ?? 0
    demandIfMatch(request.header('if-match'), version === 0 ? null : etagOf(version))
    const state = { status: order.status, courseStatus: order.courseStatus } as OrderState
    demand(canPutFocusAreas(state, await finalReportStands(trx, order.id)))
    demandDistinctAreas(areas)
    const today = localDateAt(request.arrivedAt)
    demand(assessmentDatesHold(areas, { today, lastDay: order.endedOn ?? order.endDate }))
    await trx
      .insertInto('focusAreas')
      .values({
        orderId: order.id,
        version: version + 1,
        supplierId: order.supplierId,
        citizenId: order.citizenId,
        areas: JSON.stringify(areas),
        registeredBy: JSON.stringify(registeredBy),
        registeredAt: request.arrivedAt,
      })
      .execute()
    await recordChange(trx, request, {
      action: 'assessed',
      entity: 'order',
      entityId: order.id,
      orderId: order.id,
      registeredBy,
      changes: { focusAreasVersion: version + 1, areas: areas.length },
    })
    const body = await focusAreasDocument(trx, order, await focusAreaVersions(trx, order.id))
    return { status: version === 0 ? 201 : 200, headers: { etag: etagOf(body.version) }, body }
  })
