import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { LocalDate } from '#kernel/local-date.ts'
import { type Keyring, type Sealed, seal, unseal } from '#platform/crypto/keyring.ts'
import type { PassageConfirmation } from '#rules/report/content-outside-the-course.ts'
import type { Sections } from '#rules/report/template.ts'

/** What a version of a report says, as the supplier sent it. Assessments from 1 to 10. */
export type ReportContent = {
  readonly sections: Sections
  readonly focusAreas: readonly { readonly area: string; readonly start: number; readonly end: number }[]
  readonly milestones: readonly {
    readonly milestone: string
    readonly reachedOn: LocalDate
    readonly observedBy?: string
  }[]
  /** Passages that speak of other matters, each with why it belongs to the course; for audit (§ 3). */
  readonly confirmations: readonly PassageConfirmation[]
}

/** What a version's content is bound to, so that it cannot be moved to another report or version. */
const sealedIn = (reportId: string, version: number): string => `report:${reportId} v${version}`

/** The content as canonical JSON (RFC 8785), with the SHA-256 of its characters in UTF-8. It changes no character of a text. */
export const contentText = (content: ReportContent): { readonly text: string; readonly sha256: Buffer } => {
  const text = canonicalize(content)
  if (text === undefined) throw new Error('an object has canonical JSON')
  return { text, sha256: createHash('sha256').update(text, 'utf8').digest() }
}

/** Encrypts what `contentText` gave, for that version of that report. */
export const sealContent = (keyring: Keyring, text: string, reportId: string, version: number): Sealed =>
  seal(keyring, text, sealedIn(reportId, version))

/** A version's content, out of its row. Throws when the key is gone or the bytes were changed. */
export const openContent = (
  keyring: Keyring,
  row: {
    readonly reportId: string
    readonly version: number
    readonly contentKey: string
    readonly contentCipher: Buffer
  },
): ReportContent =>
  JSON.parse(
    unseal(keyring, { key: row.contentKey, cipher: row.contentCipher }, sealedIn(row.reportId, row.version)),
  ) as ReportContent
