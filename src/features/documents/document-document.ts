import type { Person } from '#kernel/caller.ts'
import { present } from '#platform/http/present.ts'
import type { DocumentRow } from './document.queries.ts'

/** The address of a document's bytes. */
const contentUrl = (publicUrl: string, id: string): string => `${publicUrl}/v1/documents/${id}/content`

/** A document as callers see it, without its bytes. */
export const documentDocument = (document: DocumentRow, publicUrl: string) => {
  const { id, orderId, kind, fileName, contentType, sizeBytes, uploadedAt } = document
  const by = document.uploadedBy as Person | null
  return {
    ...{ id, orderId, kind, fileName, contentType, sizeBytes },
    sha256: document.sha256.toString('hex'),
    ...present({ description: document.description }),
    uploadedAt,
    uploadedBy: { organisationId: document.organisationId, ...(by === null ? {} : { name: by.name }) },
    contentUrl: contentUrl(publicUrl, id),
  }
}
