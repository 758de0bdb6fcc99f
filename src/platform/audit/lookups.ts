import { holdsPartedCprNumber } from '#kernel/citizen-number.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { linePattern } from '#platform/plain-text.ts'
import { writingAudit } from './audit-not-written.ts'

/** Whether the caller reads as an auditor alone. */
const isAuditor = (request: PortalRequest): boolean => request.caller.organisation.kinds.includes('auditor')

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A header's text. HTTP gives its bytes as ISO 8859-1; most callers send UTF-8 (curl does), which is recognised by being
 * well-formed, and what is not stays as it is (RFC 9110, 5.5). Ours: text beyond ISO 8859-1 came from no header and is whole already.
 */
export const headerText = (given: string): string => {
  if (Buffer.from(given, 'latin1').toString('latin1') !== given) return given
  try {
    return utf8.decode(Buffer.from(given, 'latin1'))
  } catch {
    return given
  }
}

/** Ours: a purpose is a sentence. Characters. */
const mostOfPurpose = 500
const readable = new RegExp(linePattern, 'u')

/** What a purpose that was stated may not hold: controls, too many characters, a CPR number, since citizens are told it. */
export const purposeFault = (purpose: string): HttpProblem | null => {
  if (!readable.test(purpose))
    return invalid('X-Purpose', 'wrong-format', {
      da: 'Formålet har tegn, der ikke kan læses.',
      en: 'The purpose has characters that cannot be read.',
    })
  if (purpose.length > mostOfPurpose)
    return invalid('X-Purpose', 'too-long', {
      da: `Formålet er for langt: højst ${mostOfPurpose} tegn.`,
      en: `The purpose is too long: at most ${mostOfPurpose} characters.`,
    })
  if (!holdsPartedCprNumber(purpose)) return null
  return invalid('X-Purpose', 'citizen-number-in-text', {
    da: 'Formålet nævner et CPR-nummer.',
    en: 'The purpose holds a CPR number.',
  })
}

/**
 * The purpose that an auditor states for reading personal data; null for other callers, who act on their own cases.
 * @param implied the purpose that goes without saying, where none is stated
 * @throws HttpProblem `purpose-required` when an auditor states none, `invalid-request` for one that cannot be kept (`purposeFault`)
 */
export const purposeOf = (request: PortalRequest, implied?: string): string | null => {
  if (!isAuditor(request)) return null
  const purpose = headerText(request.header('x-purpose') ?? '').trim()
  if (purpose === '' && implied !== undefined) return implied
  if (purpose === '') throw new HttpProblem('purpose-required')
  const fault = purposeFault(purpose)
  if (fault) throw fault
  return purpose
}

/**
 * A reading of personal data: by which operation, of whom and why. A list names in `citizenIds` whom it showed, and in
 * `citizenId` at most whom it was asked for.
 */
export type Lookup = {
  readonly operation: string
  readonly citizenId: string | null
  readonly orderId: string | null
  readonly purpose: string | null
  readonly citizenIds?: readonly string[]
}

/**
 * Keeps that personal data were looked up, in the transaction that reads them: what cannot be kept is not told. Written for
 * every kind of caller.
 * @throws AuditNotWritten
 */
export const recordLookup = async (trx: Trx, request: PortalRequest, given: Lookup): Promise<void> => {
  const { citizenIds, ...lookup } = given
  const row = trx.insertInto('lookups').values({
    id: newId(),
    occurredAt: request.arrivedAt,
    clientId: request.caller.clientId,
    organisationId: request.caller.organisation.id,
    requestId: request.id,
    ...lookup,
    ...(citizenIds && citizenIds.length > 0 ? { citizenIds: [...new Set(citizenIds)] } : {}),
  })
  await writingAudit(() => row.execute())
}
