import type { Person } from '#kernel/caller.ts'
import { type Keyring, type Sealed, seal, unseal } from '#platform/crypto/keyring.ts'
import type { Outcome } from '#rules/inspection/control-points.ts'
import type { Proposal } from '#rules/inspection/propose-findings.ts'
import type { FindingRow } from '../inspection.queries.ts'

/** What a note is bound to, so that it cannot be moved to another finding. */
const sealedIn = (row: Pick<FindingRow, 'inspectionId' | 'orderId' | 'controlPoint' | 'version'>): string =>
  `inspection-note:${row.inspectionId} ${row.orderId} ${row.controlPoint} v${row.version}`

/** Encrypts the inspector's note. */
export const sealNote = (keyring: Keyring, note: string, of: Parameters<typeof sealedIn>[0]): Sealed =>
  seal(keyring, note, sealedIn(of))

/** A finding with its note, for those who inspect. */
export const findingDocument = (keyring: Keyring, row: FindingRow) => {
  const { severity, noteCipher, noteKey, visitedOn } = row
  const proposed = row.proposed as unknown as Proposal | null
  return {
    outcome: row.outcome as Outcome | 'withdrawn',
    ...(severity === null ? {} : { severity }),
    ...(noteCipher === null || noteKey === null
      ? {}
      : { note: unseal(keyring, { key: noteKey, cipher: noteCipher }, sealedIn(row)) }),
    ...(visitedOn === null ? {} : { visitedOn }),
    ...(proposed === null ? {} : { proposed }),
    version: row.version,
    registeredBy: row.registeredBy as unknown as Person,
    registeredAt: row.registeredAt,
  }
}
