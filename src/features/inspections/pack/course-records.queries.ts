import { absencesOfOrder } from '#features/absences/lookups.ts'
import { dutiesOpenedLateByAuthority } from '#features/compliance/lookups.ts'
import { documentsOfOrder } from '#features/documents/lookups.ts'
import { caseDocument } from '#features/first-meetings/lookups.ts'
import { dutiesOfOrder } from '#features/obligations/lookups.ts'
import { type OrderRow, wholeOrder } from '#features/orders/lookups.ts'
import { focusAreasOf } from '#features/progress/lookups.ts'
import { protocolsOfOrder } from '#features/protocols/lookups.ts'
import { reportsOfOrder } from '#features/reports/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'

/** Who reads, and when. */
export type Reader = { readonly caller: Caller; readonly arrivedAt: Instant }

/** What the registers hold of a course that control points are judged by. */
export const judgedRecordsOf = async (trx: Trx, reader: Reader, order: OrderRow) => {
  const { caller, arrivedAt } = reader
  return {
    firstMeeting: await caseDocument(trx, caller, order),
    focusAreas: await focusAreasOf(trx, order.id),
    protocols: await protocolsOfOrder(trx, order, localDateAt(arrivedAt)),
    absences: await absencesOfOrder(trx, order),
    obligations: await dutiesOfOrder(trx, caller, order.id, arrivedAt),
    excused: await dutiesOpenedLateByAuthority(trx, order.id),
  }
}
export type Records = Awaited<ReturnType<typeof judgedRecordsOf>>

/** All that is held on a course beside what it is judged by. */
export const packOf = async (trx: Trx, publicUrl: string, reader: Reader, order: OrderRow, records: Records) => {
  const { excused: _, ...held } = records
  return {
    ...(await wholeOrder(trx, reader.caller, order)),
    ...held,
    documents: await documentsOfOrder(trx, reader.caller, order.id, publicUrl),
    reports: await reportsOfOrder(trx, order.id),
  }
}
export type PackOfCourse = Awaited<ReturnType<typeof packOf>>
