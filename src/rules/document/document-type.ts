import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** Ours: the types of documents that are taken, with the ending that a file without a usable name gets. */
export const documentTypes = { 'application/pdf': 'pdf', 'image/png': 'png', 'image/jpeg': 'jpg' } as const
export type DocumentType = keyof typeof documentTypes

const isDocumentType = (type: string): type is DocumentType => Object.hasOwn(documentTypes, type)

/** Ours: the allowed type that the content is of; null for any other. */
export const documentTypeOf = (found: string | undefined): DocumentType | null =>
  found !== undefined && isDocumentType(found) ? found : null

/**
 * Ours: a document is a PDF, a PNG or a JPEG.
 * @param type what the content says it is; a name or a header is not asked
 */
export const documentTypeIsAllowed = (type: DocumentType | null): Verdict<'document-type-not-allowed'> =>
  type === null
    ? refused('document-type-not-allowed', {
        allowedTypes: Object.keys(documentTypes),
        faults: [
          {
            pointer: '/file',
            code: 'not-allowed',
            detail: { da: 'Er hverken PDF, PNG eller JPEG.', en: 'Is neither PDF, PNG nor JPEG.' },
          },
        ],
      })
    : allowed
