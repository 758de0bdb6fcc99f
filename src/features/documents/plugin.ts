import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { documentTypes } from '#rules/document/document-type.ts'
import { DocumentSchema, DocumentsQuery, mostDocumentBytes, UploadForm } from './document.schema.ts'
import { listDocuments } from './list-documents.ts'
import { getDocument, getDocumentContent } from './read-documents.ts'
import { uploadDocument } from './upload-document.ts'

/** Documents (bilag): placement agreements, off-site evidence, absence declarations, consents. */
export const documents = (app: FastifyInstance, deps: Deps): void => {
  const media = Object.keys(documentTypes)
  const readers = ['supplier', 'jobcenter', 'benefits-office', 'auditor'] as const
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/documents',
      operationId: 'uploadDocument',
      tag: 'Documents',
      summary: 'Upload a document',
      description:
        'A form with one `file` of at most 10 MiB: a PDF, a PNG or a JPEG, told by its content. Objects (`registeredBy`) are sent as JSON. Without `orderId` only the own organisation sees it until an activity or an absence names it (`documentId`, `documentIds`), which binds it to that order for good; from then on whoever sees the order sees it, and a benefits office what an absence names that was routed to it. Under the same `Idempotency-Key` the parts count, not their boundary. 503 with `Retry-After` while too many uploads are under way.',
      callers: ['supplier', 'jobcenter'],
      scope: 'portal.write',
      form: { schema: UploadForm, maxFileBytes: mostDocumentBytes },
      answers: {
        201: {
          description: 'The document.',
          schema: DocumentSchema,
          headers: { Location: 'The document.', ETag: 'Of what is known of it.' },
        },
      },
      problems: ['invalid-request', 'not-found', 'document-type-not-allowed'],
      example: {
        client: 'supplier-nord',
        body: {
          file: example.smallPdf,
          orderId: example.order,
          kind: 'placement-agreement',
          registeredBy: { name: 'Liv Leverandør' },
        },
      },
      refusedOrder: (request) => request.body?.orderId,
    },
    (request) => uploadDocument(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/documents',
      operationId: 'listDocuments',
      tag: 'Documents',
      summary: "List an order's documents",
      description:
        'By id, without their bytes, for whoever sees the order. A benefits office finds the ids of those that it may read in the absences. An auditor names the purpose in `X-Purpose`.',
      callers: ['supplier', 'jobcenter', 'auditor'],
      scope: 'portal.read',
      query: DocumentsQuery,
      answers: {
        200: {
          description: 'A page of documents.',
          schema: pageOf(DocumentSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['not-found', 'invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', query: { orderId: example.order } },
    },
    (request) => listDocuments(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/documents/:id',
      operationId: 'getDocument',
      tag: 'Documents',
      summary: 'Read a document',
      description:
        'What is known of it; or the bytes, when `Accept` prefers its own type or `application/octet-stream` to JSON. The look-up is logged; an auditor names the purpose in `X-Purpose`.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      media,
      answers: {
        200: { description: 'The document.', schema: DocumentSchema, headers: { ETag: 'Of what is answered.' } },
      },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: '$document' } },
    },
    (request) => getDocument(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/documents/:id/content',
      operationId: 'getDocumentContent',
      tag: 'Documents',
      summary: "Read a document's bytes",
      description:
        'Always the bytes, as an attachment. The look-up is logged; an auditor names the purpose in `X-Purpose`.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      media,
      answers: {
        200: {
          description: 'The bytes.',
          headers: {
            ETag: 'Their SHA-256.',
            'Content-Disposition': 'An attachment under the file name.',
            'Content-Digest': 'Their SHA-256 (RFC 9530).',
          },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: '$document' } },
    },
    (request) => getDocumentContent(deps, request),
  )
}
