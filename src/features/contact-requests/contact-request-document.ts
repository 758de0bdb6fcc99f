import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { type Keyring, seal, unseal } from '#platform/crypto/keyring.ts'

/** A contact request as it is held. */
export type ContactRequestRow = {
  readonly id: string
  readonly orderId: string
  readonly benefitsOfficeId: string
  readonly supplierId: string
  readonly jobcenterId: string
  readonly textCipher: Buffer
  readonly textKey: string
  readonly registeredBy: unknown
  readonly createdAt: Instant
  readonly dueOn: LocalDate
  readonly response: unknown
  readonly respondedAt: Instant | null
}

/** The supplier's answer as it is held: its text encrypted, as base64. */
type HeldResponse = {
  readonly reached: boolean
  readonly text: { readonly key: string; readonly cipher: string }
  readonly registeredBy: Person
}

/** What the texts are bound to, so that they cannot be moved to another request. */
export const requestSealedIn = (id: string): string => `contact-request:${id}`
const responseSealedIn = (id: string): string => `contact-request-response:${id}`

/** The answer as it is held, for the request of that id. */
export const heldResponse = (
  keyring: Keyring,
  id: string,
  given: { readonly reached: boolean; readonly text: string; readonly registeredBy: Person },
): HeldResponse => {
  const { key, cipher } = seal(keyring, given.text, responseSealedIn(id))
  return { reached: given.reached, text: { key, cipher: cipher.toString('base64') }, registeredBy: given.registeredBy }
}

/** A request is answered once, so it has two versions. */
export const versionOf = (row: ContactRequestRow): number => (row.respondedAt === null ? 1 : 2)

/** Without the texts: an answer to a write is kept in clear under the caller's idempotency key. */
export const contactRequestReceipt = (row: ContactRequestRow) => {
  const response = row.response as HeldResponse | null
  return {
    id: row.id,
    orderId: row.orderId,
    benefitsOfficeId: row.benefitsOfficeId,
    dueOn: row.dueOn,
    registeredAt: row.createdAt,
    registeredBy: row.registeredBy as Person,
    ...(response !== null && row.respondedAt !== null
      ? {
          response: {
            reached: response.reached,
            respondedAt: row.respondedAt,
            registeredBy: response.registeredBy,
          },
        }
      : {}),
  }
}

/** With the texts, for those who ask and answer. */
export const contactRequestDocument = (keyring: Keyring, row: ContactRequestRow) => {
  const { response, ...receipt } = contactRequestReceipt(row)
  const held = row.response as HeldResponse | null
  return {
    ...receipt,
    text: unseal(keyring, { key: row.textKey, cipher: row.textCipher }, requestSealedIn(row.id)),
    ...(response && held
      ? {
          response: {
            ...response,
            text: unseal(
              keyring,
              { key: held.text.key, cipher: Buffer.from(held.text.cipher, 'base64') },
              responseSealedIn(row.id),
            ),
          },
        }
      : {}),
  }
}
