import type { Static } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { pageAnswer, pageSize, sequenceAfter } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import type { MonthsQuery } from './protocol.schema.ts'
import { readingProtocols } from './read-protocols.ts'

/** The versions of a month, the first one first. */
export const listVersions = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string; month: string }, Static<typeof MonthsQuery>>,
): Promise<Answer> => {
  const limit = pageSize(request.query.limit)
  const after = sequenceAfter(request.query.cursor)
  return readingProtocols(deps, request, 'listProtocolVersions', async (trx, order) => {
    const rows = await trx
      .selectFrom('protocolVersions')
      .select(['orderId', 'month', 'version', 'submittedAt', 'submittedBy', 'correctionReason', 'incomplete', 'sha256'])
      .where('orderId', '=', order.id)
      .where('month', '=', request.params.month)
      .where('version', '>', Math.min(after, 2_147_483_647))
      .orderBy('version')
      .limit(limit + 1)
      .execute()
    return pageAnswer({
      rows,
      limit,
      position: (row) => String(row.version),
      item: (row) => ({ ...row, sha256: row.sha256.toString('hex') }),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/** One version, in exactly the characters that were hashed; its ETag is the hash. */
export const getVersion = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string; month: string; version: string }>,
): Promise<Answer> =>
  readingProtocols(deps, request, 'getProtocolVersion', async (trx, order) => {
    const version = await trx
      .selectFrom('protocolVersions')
      .select(['content', 'sha256'])
      .where('orderId', '=', order.id)
      .where('month', '=', request.params.month)
      .where('version', '=', Number(request.params.version))
      .executeTakeFirst()
    if (!version) throw new HttpProblem('not-found')
    return { status: 200, headers: { etag: `"${version.sha256.toString('hex')}"` }, body: version.content }
  })
