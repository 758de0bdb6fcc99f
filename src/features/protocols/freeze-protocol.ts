import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { OrderRow } from '#features/orders/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LoadedProtocol } from './protocol.queries.ts'
import { monthContent } from './protocol-document.ts'

/** A version to be frozen, with what the submission says. */
export type NewVersion = {
  readonly order: OrderRow
  readonly month: string
  readonly loaded: LoadedProtocol
  readonly submittedAt: Instant
  readonly submittedBy: Person
  readonly correctionReason: string | null
  readonly acceptedOpenDays: readonly { readonly date: string; readonly explanation: string }[]
}

/**
 * The frozen month: canonical JSON (RFC 8785) and the SHA-256 of its characters in UTF-8. Each version names the hash of the
 * one before, so that none can be exchanged unseen. It holds ids and no CPR number, and no name of the citizen.
 */
export const freezeProtocol = (given: NewVersion): { content: string; sha256: Buffer; version: number } => {
  const { order, month, loaded } = given
  const { submitted } = loaded
  const version = (submitted?.version ?? 0) + 1
  const content = canonicalize({
    format: 'udbudsportal/attendance-protocol/1',
    orderId: order.id,
    orderNumber: order.orderNumber,
    supplierId: order.supplierId,
    jobcenterId: order.jobcenterId,
    citizenId: order.citizenId,
    month,
    version,
    submittedAt: given.submittedAt,
    submittedBy: given.submittedBy,
    correctionReason: given.correctionReason,
    incomplete: given.acceptedOpenDays.length > 0,
    previous: submitted && {
      version: submitted.version,
      // Its supplier, who submits, reads every version.
      sha256: submitted.sha256?.toString('hex'),
      submittedAt: submitted.submittedAt,
      submittedBy: submitted.submittedBy,
    },
    acceptedOpenDays: given.acceptedOpenDays,
    ...monthContent(loaded.month),
  })
  if (content === undefined) throw new Error('an object has canonical JSON')
  return { content, sha256: createHash('sha256').update(content, 'utf8').digest(), version }
}
