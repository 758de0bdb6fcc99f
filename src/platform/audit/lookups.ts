import { holdsCprNumber } from '#kernel/citizen-number.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { writingAudit } from './audit-not-written.ts'

/** Whether the caller reads as an auditor alone. */
const isAuditor = (request: PortalRequest): boolean => request.caller.organisation.kinds.includes('auditor')

/**
 * The purpose that an auditor states for reading personal data; null for other callers, who act on their own cases.
 * @param implied the purpose that goes without saying, where none is stated
 * @throws HttpProblem `purpose-required` when an auditor states none, `invalid-request` when it holds a CPR number: it is told to the
 * citizens whom it was stated for
 */
export const purposeOf = (request: PortalRequest, implied?: string): string | null => {
  if (!isAuditor(request)) return null
  const purpose = request.header('x-purpose')?.trim()
  if (!purpose && implied !== undefined) return implied
  if (!purpose || purpose.length > 500) throw new HttpProblem('purpose-required')
  if (holdsCprNumber(purpose))
    throw invalid('X-Purpose', 'citizen-number-in-text', {
      da: 'Formålet nævner et CPR-nummer.',
      en: 'The purpose holds a CPR number.',
    })
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
