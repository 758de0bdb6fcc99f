import { describe, expect, test } from 'vitest'
import { importFileIsAllowed, importsAreFew } from '#rules/protocol/import-rules.ts'

describe('import-file-not-allowed: the template as CSV or XLSX', () => {
  test.each(['csv', 'xlsx'] as const)('%s is taken', (kind) => {
    expect(importFileIsAllowed({ kind })).toEqual({ allowed: true })
  })

  test('anything else is refused, and the answer says what it looks like', () => {
    expect(importFileIsAllowed({ kind: null, found: 'old-or-encrypted-workbook' })).toEqual({
      allowed: false,
      slug: 'import-file-not-allowed',
      facts: { found: 'old-or-encrypted-workbook', allowedTypes: ['csv', 'xlsx'] },
    })
  })
})

describe('too-many-imports: ten unfinished ones at a time', () => {
  test('nine that wait leave room', () => {
    expect(importsAreFew(9)).toEqual({ allowed: true })
  })

  test('ten do not', () => {
    expect(importsAreFew(10)).toEqual({ allowed: false, slug: 'too-many-imports', facts: { unfinished: 10 } })
  })
})
