import type { Static } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { languageOf } from '#platform/http/problem-answers.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { askAgainAfter } from './create-import.ts'
import { findImport, importPage } from './import.queries.ts'
import type { ImportListQuery } from './import.schema.ts'
import { importDocument, listedImport } from './import-document.ts'

/** One import: how far it is, and what is wrong with the file, in the reader's language. */
export const getImport = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  read(deps.database, request, async (trx) => {
    const row = await findImport(trx, request.caller, request.params.id)
    const body = importDocument(row, languageOf(request.header('accept-language')))
    const underWay = row.status === 'waiting' || row.status === 'running'
    const headers = { etag: contentEtag(body), ...(underWay ? { 'retry-after': askAgainAfter } : {}) }
    return { status: 200, headers, body }
  })

/** The caller's own imports, without their errors. */
export const listImports = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof ImportListQuery>>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) =>
    pageAnswer({
      rows: await importPage(trx, request.caller, { after, limit }),
      limit,
      position: (row) => row.id,
      item: listedImport,
      publicUrl: deps.publicUrl,
      url: request.url,
    }),
  )
}
