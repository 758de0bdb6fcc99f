import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { citizenOfDocument, type DocumentRow, findDocument } from './document.queries.ts'
import { bytesOf } from './document-content.queries.ts'
import { documentDocument } from './document-document.ts'

const bytesAnswer = async (trx: Trx, document: DocumentRow): Promise<Answer> => ({
  status: 200,
  ...(await bytesOf(trx, document)),
})

const looked = async (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }>,
  operation: string,
  answerOf: (trx: Trx, document: DocumentRow) => Promise<Answer>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const document = await findDocument(trx, request.caller, request.params.id)
    const answer = await answerOf(trx, document)
    const citizenId = await citizenOfDocument(trx, document)
    await recordLookup(trx, request, { operation, citizenId, orderId: document.orderId, purpose })
    return answer
  })
}

/** One document: what is known of it, or its bytes when `Accept` prefers them. The look-up is logged. */
export const getDocument = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  looked(deps, request, 'getDocument', async (trx, document) => {
    const vary = { vary: 'Authorization, Accept, Accept-Language' }
    const json = 'application/json'
    const asked = preferredType(request, [json, document.contentType, 'application/octet-stream'])
    if (asked !== json) {
      const answer = await bytesAnswer(trx, document)
      return { ...answer, headers: { ...answer.headers, ...vary } }
    }
    const body = documentDocument(document, deps.publicUrl)
    return { status: 200, headers: { etag: contentEtag(body), ...vary }, body }
  })

/** The bytes of a document, whatever `Accept` says. The look-up is logged. */
export const getDocumentContent = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  looked(deps, request, 'getDocumentContent', bytesAnswer)
