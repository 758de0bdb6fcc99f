import type { Trx } from '#platform/db/transaction.ts'
import {
  coursesOf,
  findInspection,
  type InspectionRow,
  inspectionPage,
  standingFindings,
  strataOfInspections,
} from './inspection.queries.ts'
import { inspectionDocument, type LoadedInspection, listedInspection } from './inspection-document.ts'

/** Loads what an inspection is shown from. */
export const loadInspection = async (trx: Trx, row: InspectionRow): Promise<LoadedInspection> => ({
  row,
  strata: await strataOfInspections(trx, [row.id]),
  courses: await coursesOf(trx, row.id),
  findings: await standingFindings(trx, row.id),
})

/** An inspection as the caller sees it; names no citizen. @throws HttpProblem `not-found` */
export const shownInspection = async (trx: Trx, id: string) =>
  inspectionDocument(await loadInspection(trx, await findInspection(trx, id)))

/** A page of the inspections that the caller sees, by id after `after`, and one more when there is a next page. */
export const shownInspections = async (trx: Trx, asked: Parameters<typeof inspectionPage>[1]) => {
  const rows = await inspectionPage(trx, asked)
  const strata = await strataOfInspections(
    trx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) =>
    listedInspection(
      row,
      strata.filter(({ inspectionId }) => inspectionId === row.id),
    ),
  )
}
