import type { Static } from 'typebox'
import { citizensOfOrders } from '#features/orders/lookups.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { extensionsOf, findObligation, obligationPage } from './obligation.queries.ts'
import type { ObligationQuery } from './obligation.schema.ts'
import { obligationDocument } from './obligation-document.ts'

/**
 * Keeps the look-up of the duties that tell something of a course: the jobcenter's reasons for extensions, which the order's
 * parties read. Ours: of duties that tell kinds and dates alone none is kept.
 */
const keepLookup = async (
  trx: Trx,
  request: PortalRequest,
  operation: string,
  told: readonly ReturnType<typeof obligationDocument>[],
): Promise<void> => {
  const ids = told
    .filter(({ extensions }) => extensions.some((extension) => 'reason' in extension))
    .map(({ orderId }) => orderId)
  if (ids.length === 0) return
  const citizenIds = await citizensOfOrders(trx, ids)
  await recordLookup(trx, request, { operation, citizenId: null, orderId: null, purpose: null, citizenIds })
}

/** The caller's own duties, by id (the order of their opening), filtered. A duty names no citizen: no purpose is asked. */
export const listObligations = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof ObligationQuery>>,
): Promise<Answer> => {
  const { query, caller, arrivedAt: now } = request
  const limit = pageSize(query.limit)
  const after = idAfter(query.cursor)
  return read(deps.database, request, async (trx) => {
    const rows = await obligationPage(trx, caller, query, { after, limit, now })
    const extensions = await extensionsOf(
      trx,
      rows.map((row) => row.id),
    )
    const documents = rows.map((row) => obligationDocument(row, extensions.get(row.id) ?? [], { caller, now }))
    await keepLookup(trx, request, 'listObligations', documents.slice(0, limit))
    return pageAnswer({
      rows: documents,
      limit,
      position: ({ id }) => id,
      item: (document) => document,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/**
 * The answer that shows one of the caller's own duties. Its ETag is one of content: the status changes with time alone.
 * @throws HttpProblem `not-found`
 */
export const obligationAnswer = async (trx: Trx, request: PortalRequest<unknown, { id: string }>) => {
  const { caller, arrivedAt: now } = request
  const row = await findObligation(trx, caller, request.params.id)
  const extensions = await extensionsOf(trx, [row.id])
  const body = obligationDocument(row, extensions.get(row.id) ?? [], { caller, now })
  return { status: 200, headers: { etag: contentEtag(body) }, body }
}

/** One duty. */
export const getObligation = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  read(deps.database, request, async (trx) => {
    const { body, ...answer } = await obligationAnswer(trx, request)
    await keepLookup(trx, request, 'getObligation', [body])
    return { ...answer, body }
  })
