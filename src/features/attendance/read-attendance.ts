import type { Static } from 'typebox'
import { findOrder, type OrderRow } from '#features/orders/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import { isLocalDate, type LocalDate } from '#kernel/local-date.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import { statementsWithin, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { nameAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { AttendanceQuery } from './attendance.schema.ts'
import { attendanceDocuments, versionDocument } from './attendance-document.ts'
import { type VersionRow, versionsOfDay } from './view.queries.ts'

/**
 * An order whose attendance the caller may read: its supplier, its jobcenter, an auditor of its municipality. Benefits
 * offices read none, whatever else they see of the order: sickness stands in it (§ 9).
 */
const findOrderOfAttendance = (trx: Trx, caller: Caller, id: string): Promise<OrderRow> => {
  const kinds = caller.organisation.kinds.filter((kind) => kind !== 'benefits-office')
  return findOrder(trx, { ...caller, organisation: { ...caller.organisation, kinds } }, id)
}

/** A recorded day, with every version of it. @throws HttpProblem `not-found`, also while nothing is recorded */
export const getAttendance = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string; date: LocalDate }>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrderOfAttendance(trx, request.caller, request.params.id)
    await recordLookup(trx, request, { operation: 'getAttendance', citizenId, orderId, purpose })
    const { date } = request.params
    const statements = statementsWithin(trx)
    const body = (await attendanceDocuments(statements, [{ orderId, date }])).get(`${orderId} ${date}`)
    if (!body) throw new HttpProblem('not-found')
    const history = await statements.run<VersionRow>(versionsOfDay, [orderId, date])
    return {
      status: 200,
      headers: { etag: contentEtag(body) },
      body: { ...body, history: history.map(versionDocument) },
    }
  })
}

const dateAfter = (cursor: string | undefined): LocalDate | undefined => {
  const date = nameAfter(cursor)
  if (date === undefined) return undefined
  if (!isLocalDate(date)) throw new HttpProblem('invalid-cursor')
  return date
}

/** The recorded days of an order, by date. */
export const listAttendance = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof AttendanceQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { query } = request
  const limit = pageSize(query.limit)
  const after = dateAfter(query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrderOfAttendance(trx, request.caller, request.params.id)
    await recordLookup(trx, request, { operation: 'listAttendance', citizenId, orderId, purpose })
    let days = trx.selectFrom('attendanceDays').select(['orderId', 'date']).where('orderId', '=', orderId)
    if (query.dateFrom !== undefined) days = days.where('date', '>=', query.dateFrom)
    if (query.dateTo !== undefined) days = days.where('date', '<=', query.dateTo)
    if (after !== undefined) days = days.where('date', '>', after)
    const rows = await days
      .orderBy('date')
      .limit(limit + 1)
      .execute()
    const documents = await attendanceDocuments(statementsWithin(trx), rows.slice(0, limit))
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.date,
      item: (row) => documents.get(`${row.orderId} ${row.date}`),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}
