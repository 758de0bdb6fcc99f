import type { Static } from 'typebox'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { extensionsOf, findObligation, type ObligationRow, obligationPage } from './obligation.queries.ts'
import type { ObligationQuery } from './obligation.schema.ts'
import { obligationDocument } from './obligation-document.ts'

/**
 * Keeps the look-up of a page of duties: a duty names no citizen, and tells what became of one's course (that a meeting was
 * missed, that an absence was registered late).
 */
const keepLookup = async (
  trx: Trx,
  request: PortalRequest,
  purpose: string | null,
  told: readonly ObligationRow[],
): Promise<void> => {
  const citizenIds = told.map(({ citizenId }) => citizenId)
  const operation = 'listObligations'
  await recordLookup(trx, request, { operation, citizenId: null, orderId: null, purpose, citizenIds })
}

/**
 * The caller's own duties, by id (the order of their opening), filtered.
 * @throws HttpProblem `purpose-required` to an auditor without a purpose, `invalid-cursor`
 */
export const listObligations = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof ObligationQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
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
    await keepLookup(trx, request, purpose, rows.slice(0, limit))
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
export const obligationAnswer = async (trx: Trx, request: PortalRequest<unknown, { id: string }>) =>
  answerOf(trx, request, await findObligation(trx, request.caller, request.params.id))

const answerOf = async (trx: Trx, { caller, arrivedAt: now }: PortalRequest, row: ObligationRow) => {
  const extensions = await extensionsOf(trx, [row.id])
  const body = obligationDocument(row, extensions.get(row.id) ?? [], { caller, now })
  return { status: 200, headers: { etag: contentEtag(body) }, body }
}

/** One duty. @throws HttpProblem `not-found`, `purpose-required` to an auditor without a purpose */
export const getObligation = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const row = await findObligation(trx, request.caller, request.params.id)
    const { citizenId, orderId } = row
    await recordLookup(trx, request, { operation: 'getObligation', citizenId, orderId, purpose })
    return answerOf(trx, request, row)
  })
}
