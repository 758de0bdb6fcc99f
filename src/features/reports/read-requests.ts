import type { Static } from 'typebox'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { RequestsQuery } from './jobcenter.schema.ts'
import { findOrderOfReports } from './reading.queries.ts'
import { requestDocument } from './request-document.ts'

/** Requests, each with the report that answers it. */
const requestsWithReports = (trx: Trx) =>
  trx
    .selectFrom('reportRequests as q')
    .leftJoin('reports as r', (join) =>
      join
        .onRef('r.orderId', '=', 'q.orderId')
        .onRef('r.kind', '=', 'q.kind')
        .on((eb) => eb('r.subject', '=', eb.cast<string>('q.id', 'text'))),
    )
    .selectAll('q')
    .select('r.id as reportId')

/** What an order's jobcenter asked for beside the schedule, the first request first, with the texts; the look-up is kept. */
export const listReportRequests = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof RequestsQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrderOfReports(trx, request.caller, request.params.id)
    await recordLookup(trx, request, { operation: 'listReportRequests', citizenId, orderId, purpose })
    const rows = await requestsWithReports(trx)
      .where('q.orderId', '=', orderId)
      .$if(after !== undefined, (q) => q.where('q.id', '>', after as string))
      .orderBy('q.id')
      .limit(limit + 1)
      .execute()
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => requestDocument(deps.keyring, row),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/** One request with its text; the look-up is kept. */
export const getReportRequest = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const row = await requestsWithReports(trx).where('q.id', '=', request.params.id).executeTakeFirst()
    if (!row) throw new HttpProblem('not-found')
    const { id: orderId, citizenId } = await findOrderOfReports(trx, request.caller, row.orderId)
    await recordLookup(trx, request, { operation: 'getReportRequest', citizenId, orderId, purpose })
    const body = requestDocument(deps.keyring, row)
    return { status: 200, headers: { etag: contentEtag(body) }, body }
  })
}
