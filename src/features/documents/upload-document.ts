import { findOrder } from '#features/orders/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, missing } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { documentTypeIsAllowed } from '#rules/document/document-type.ts'
import { findDocument } from './document.queries.ts'
import type { Upload } from './document.schema.ts'
import { documentDocument } from './document-document.ts'
import { documentTypeIn } from './document-structure.ts'
import { displayName } from './file-name.ts'

/** Finds out that the order is the caller's own, as supplier or jobcenter. @throws HttpProblem `not-found` at `/orderId` */
const demandOwnOrder = async (trx: Trx, caller: Caller, orderId: string): Promise<void> => {
  const kinds = caller.organisation.kinds.filter((kind) => kind === 'supplier' || kind === 'jobcenter')
  try {
    await findOrder(trx, { ...caller, organisation: { ...caller.organisation, kinds } }, orderId)
  } catch (error) {
    throw error instanceof HttpProblem ? missing('/orderId') : error
  }
}

/** Keeps a document, for an order or until something of an order names it. Its name and description go into no log. */
export const uploadDocument = async (deps: Deps, request: PortalRequest<Upload>): Promise<Answer> => {
  const { file, kind, description, registeredBy } = request.body
  const orderId = request.body.orderId?.toLowerCase() ?? null
  const type = await documentTypeIn(file.content)
  return write(deps.database, request, async (trx) => {
    if (orderId !== null) await demandOwnOrder(trx, request.caller, orderId)
    demand(documentTypeIsAllowed(type), orderId ?? undefined)
    if (type === null) throw new Error('a document without a type was taken')
    const id = newId()
    await trx
      .insertInto('documents')
      .values({
        id,
        organisationId: request.caller.organisation.id,
        orderId,
        kind: kind ?? 'other',
        fileName: displayName(file.fileName, type),
        contentType: type,
        sizeBytes: file.content.length,
        sha256: file.sha256,
        description: description ?? null,
        uploadedBy: registeredBy === undefined ? null : JSON.stringify(registeredBy),
        uploadedAt: request.arrivedAt,
        content: file.content,
      })
      .execute()
    await recordChange(trx, request, {
      action: 'uploaded',
      entity: 'document',
      entityId: id,
      orderId,
      registeredBy: registeredBy ?? null,
      changes: { kind: kind ?? 'other', contentType: type, sizeBytes: file.content.length },
    })
    const body = documentDocument(await findDocument(trx, request.caller, id), deps.publicUrl)
    return { status: 201, headers: { location: `/v1/documents/${id}`, etag: contentEtag(body) }, body }
  })
}
