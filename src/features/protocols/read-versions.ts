import type { Static } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { pageAnswer, pageSize, sequenceAfter } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { danishLabels } from './file-facts.queries.ts'
import type { MonthsQuery } from './protocol.schema.ts'
import type { monthContent } from './protocol-document.ts'
import { protocolFile, type StandingOfFile } from './protocol-file.ts'
import { fileName, readingProtocols } from './read-protocols.ts'

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

/** A version as it was frozen: what its files are made of. */
type Frozen = ReturnType<typeof monthContent> &
  Pick<
    StandingOfFile,
    'version' | 'submittedAt' | 'submittedBy' | 'correctionReason' | 'incomplete' | 'acceptedOpenDays'
  > & {
    readonly orderNumber: string
    readonly month: string
  }

/**
 * One version: in exactly the characters that were hashed, with the hash as its ETag, or as a file for people, which shows
 * beside what was frozen the citizen's name alone.
 */
export const getVersion = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string; month: string; version: string }>,
): Promise<Answer> => {
  const asked = preferredType(request, ['application/json', fileTypes.csv, fileTypes.xlsx])
  return readingProtocols(deps, request, 'getProtocolVersion', async (trx, order) => {
    const version = await trx
      .selectFrom('protocolVersions')
      .select(['content', 'sha256'])
      .where('orderId', '=', order.id)
      .where('month', '=', request.params.month)
      .where('version', '=', Number(request.params.version))
      .executeTakeFirst()
    if (!version) throw new HttpProblem('not-found')
    const sha256 = version.sha256.toString('hex')
    if (asked === 'application/json') {
      const vary = 'Authorization, Accept, Accept-Language'
      return { status: 200, headers: { etag: `"${sha256}"`, vary }, body: version.content }
    }
    const frozen = JSON.parse(version.content) as Frozen
    const { orderNumber, month } = frozen
    const labels = await danishLabels(trx, month)
    return protocolFile(
      { orderNumber, citizenName: order.citizenName, month, content: frozen, labels },
      { ...frozen, status: 'frozen', sha256 },
      asked,
      `${fileName(order, month)}-v${frozen.version}`,
    )
  })
}
