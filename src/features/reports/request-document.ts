import type { Person } from '#kernel/caller.ts'
import { type Keyring, type Sealed, seal, unseal } from '#platform/crypto/keyring.ts'
import type { RequestRow } from './reading.queries.ts'

const sealedIn = (id: string): string => `report-request:${id}`

/** Encrypts what a jobcenter says about the report that it asks for. */
export const sealRequestText = (keyring: Keyring, text: string, id: string): Sealed => seal(keyring, text, sealedIn(id))

/** A request without its text: an answer to a write is kept in clear under the caller's idempotency key. */
export const requestReceipt = (row: RequestRow) => ({
  id: row.id,
  orderId: row.orderId,
  kind: row.kind,
  dueOn: row.dueOn,
  ...(row.templateId === null ? {} : { templateId: row.templateId }),
  requestedBy: row.requestedBy as unknown as Person,
  requestedAt: row.requestedAt,
})

/** A request with its text and the report that answered it; null while there is none. */
export const requestDocument = (keyring: Keyring, row: RequestRow & { readonly reportId: string | null }) => ({
  ...requestReceipt(row),
  ...(row.textKey === null || row.textCipher === null
    ? {}
    : { text: unseal(keyring, { key: row.textKey, cipher: row.textCipher }, sealedIn(row.id)) }),
  reportId: row.reportId,
})
