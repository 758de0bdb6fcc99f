import type { Trx } from '#platform/db/transaction.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { closedBefore, discardedBefore, precedingDraws } from './drawing/preceding-draws.queries.ts'
import {
  type AskedInspections,
  countInspections,
  coursesOf,
  findInspection,
  type InspectionRow,
  inspectionPage,
  standingFindings,
  strataOfInspections,
} from './inspection.queries.ts'
import { inspectionDocument, type LoadedInspection, listedInspection } from './inspection-document.ts'
import { keepSampleLookup } from './sample-lookup.ts'

/** Loads what an inspection is shown from. */
export const loadInspection = async (trx: Trx, row: InspectionRow): Promise<LoadedInspection> => ({
  row,
  strata: await strataOfInspections(trx, [row.id]),
  courses: await coursesOf(trx, row.id),
  findings: await standingFindings(trx, row.id),
  precededBy: (await precedingDraws(trx, [row.id])).get(row.id),
  discardedBefore: await discardedBefore(trx, row.id),
  closedBefore: await closedBefore(trx, row.id),
})

/** An inspection as the caller sees it; names no citizen, and its look-up is kept. @throws HttpProblem `not-found` */
export const shownInspection = async (trx: Trx, request: PortalRequest, id: string) => {
  const inspection = inspectionDocument(await loadInspection(trx, await findInspection(trx, id)))
  await keepSampleLookup(trx, request, { operation: 'getInspection', inspection })
  return inspection
}

/** How many inspections of those asked for the caller sees, on all pages. */
export const shownTotal = (trx: Trx, asked: AskedInspections): Promise<number> => countInspections(trx, asked)

/** A page of the inspections that the caller sees, by id after `after`, and one more when there is a next page. */
export const shownInspections = async (trx: Trx, asked: Parameters<typeof inspectionPage>[1]) => {
  const rows = await inspectionPage(trx, asked)
  const ids = rows.map(({ id }) => id)
  const strata = await strataOfInspections(trx, ids)
  const preceding = await precedingDraws(trx, ids)
  return rows.map((row) =>
    listedInspection(
      row,
      strata.filter(({ inspectionId }) => inspectionId === row.id),
      preceding.get(row.id),
    ),
  )
}
