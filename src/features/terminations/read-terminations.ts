import { reachOf } from '#features/administration/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { findTermination, type TerminationRow, terminationPage } from './termination.queries.ts'
import type { TerminationFilters } from './termination.schema.ts'

const terminationDocument = ({ registeredBy, text, ...row }: TerminationRow) => ({
  ...row,
  registeredBy: registeredBy === null ? null : { name: registeredBy },
  ...(text === null ? {} : { text }),
})

/**
 * How courses ended, of those that the caller may know, by the order's id, filtered. The look-up is kept.
 * @throws HttpProblem `purpose-required` to an auditor without a purpose, `invalid-cursor`
 */
export const listTerminations = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, TerminationFilters>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { query, caller } = request
  const limit = pageSize(query.limit)
  const after = idAfter(query.cursor)
  return read(deps.database, request, async (trx) => {
    const rows = await terminationPage(trx, caller, await reachOf(trx, caller), query, { after, limit })
    const orderId = query.orderId ?? null
    const citizenIds = rows.slice(0, limit).map((row) => row.citizenId)
    const citizenId = orderId === null ? null : (citizenIds[0] ?? null)
    await recordLookup(trx, request, { operation: 'listTerminations', citizenId, orderId, purpose, citizenIds })
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.orderId,
      item: terminationDocument,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/**
 * How the course of one order ended; the look-up is kept.
 * @throws HttpProblem `not-found`, also for a course that goes on; `purpose-required` to an auditor without a purpose
 */
export const getTermination = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { caller } = request
  return read(deps.database, request, async (trx) => {
    const row = await findTermination(trx, caller, await reachOf(trx, caller), request.params.id)
    if (!row) throw new HttpProblem('not-found')
    const { orderId, citizenId } = row
    await recordLookup(trx, request, { operation: 'getTermination', citizenId, orderId, purpose })
    const body = terminationDocument(row)
    return { status: 200, headers: { etag: contentEtag(body) }, body }
  })
}
