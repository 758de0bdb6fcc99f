import { recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { citizenOfDocument, contentOf, type DocumentRow, findDocument } from './document.queries.ts'
import { attachment } from './file-name.ts'

/** The bytes, offered for saving and never shown: whatever a document holds, it runs nowhere below the portal's name. */
export const bytesOf = async (trx: Trx, document: DocumentRow) => ({
  bytes: await contentOf(trx, document.id),
  headers: {
    'content-type': document.contentType,
    'content-disposition': attachment(document.fileName),
    'content-digest': `sha-256=:${document.sha256.toString('base64')}:`,
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
    etag: `"${document.sha256.toString('hex')}"`,
  },
})

/**
 * The bytes of one of the caller's documents with the headers that they are sent with. The look-up is kept.
 * @param of.purpose why an auditor reads it
 * @throws HttpProblem `not-found`
 */
export const documentContent = async (
  trx: Trx,
  request: PortalRequest,
  of: { readonly id: string; readonly purpose: string | null },
) => {
  const document = await findDocument(trx, request.caller, of.id)
  const citizenId = await citizenOfDocument(trx, document)
  const { orderId } = document
  await recordLookup(trx, request, { operation: 'getDocumentContent', citizenId, orderId, purpose: of.purpose })
  return bytesOf(trx, document)
}
