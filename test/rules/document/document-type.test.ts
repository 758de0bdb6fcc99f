import { describe, expect, test } from 'vitest'
import { documentTypeIsAllowed, documentTypeOf } from '#rules/document/document-type.ts'

describe('document-type-not-allowed: a document is a PDF, a PNG or a JPEG', () => {
  test.each(['application/pdf', 'image/png', 'image/jpeg'])('%s is taken', (type) => {
    expect(documentTypeIsAllowed(documentTypeOf(type))).toEqual({ allowed: true })
  })

  test.each(['image/gif', 'application/zip', 'text/html', 'image/apng', '__proto__', 'constructor', undefined])(
    '%s is refused',
    (type) => {
      expect(documentTypeIsAllowed(documentTypeOf(type))).toMatchObject({
        allowed: false,
        slug: 'document-type-not-allowed',
        facts: { allowedTypes: ['application/pdf', 'image/png', 'image/jpeg'], faults: [{ pointer: '/file' }] },
      })
    },
  )
})
