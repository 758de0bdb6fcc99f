import { type Static, Type } from 'typebox'
import { By, Id, InstantSchema, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { FilePart } from '#platform/http/form-body.ts'
import { listQuery } from '#platform/http/lists.ts'
import { closed } from '#platform/http/route.ts'

/** What a document is: the kinds that § 4, § 11, § 16 and § 17 speak of. */
const documentKinds = ['placement-agreement', 'off-site-evidence', 'absence-declaration', 'consent', 'other'] as const

/** 10 MiB. */
export const mostDocumentBytes = 10_485_760

/** The form that uploads a document. */
export const UploadForm = closed({
  file: FilePart('A PDF, a PNG or a JPEG, told by its content. At most 10 MiB.'),
  orderId: Type.Optional(
    Type.Unsafe<string>({ ...Id, description: 'The own order that it belongs to, where that is known already.' }),
  ),
  kind: Type.Optional(oneOf(documentKinds)),
  description: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  registeredBy: Type.Optional(By),
})
export type Upload = Static<typeof UploadForm>

export const DocumentsQuery = closed({
  ...listQuery,
  orderId: Type.Unsafe<string>({ ...Id, description: 'The order whose documents they are.' }),
})

export const DocumentSchema = closed({
  id: Id,
  orderId: orNull(Id),
  kind: oneOf(documentKinds),
  fileName: Type.String({ maxLength: 255, description: 'For display alone.' }),
  contentType: oneOf(['application/pdf', 'image/png', 'image/jpeg']),
  sizeBytes: Type.Integer({ minimum: 1 }),
  sha256: Type.String({ description: 'Of the bytes, in hexadecimal.' }),
  description: Type.Optional(Type.String()),
  uploadedAt: InstantSchema,
  uploadedBy: closed({ organisationId: Id, name: Type.Optional(Type.String()) }),
  contentUrl: Type.String({ format: 'uri' }),
})
