import type { Static } from 'typebox'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { extensionsOf, findObligation, obligationPage } from './obligation.queries.ts'
import type { ObligationQuery } from './obligation.schema.ts'
import { obligationDocument } from './obligation-document.ts'

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
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.id,
      item: (row) => obligationDocument(row, extensions.get(row.id) ?? [], { caller, now }),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/**
 * The answer that shows one of the caller's own duties. Its ETag is one of content: the status changes with time alone.
 * @throws HttpProblem `not-found`
 */
export const obligationAnswer = async (trx: Trx, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const { caller, arrivedAt: now } = request
  const row = await findObligation(trx, caller, request.params.id)
  const extensions = await extensionsOf(trx, [row.id])
  const body = obligationDocument(row, extensions.get(row.id) ?? [], { caller, now })
  return { status: 200, headers: { etag: contentEtag(body) }, body }
}

/** One duty. */
export const getObligation = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  read(deps.database, request, (trx) => obligationAnswer(trx, request))
