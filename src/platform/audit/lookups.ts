import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'

/** Whether the caller reads as an auditor alone. */
const isAuditor = (request: PortalRequest): boolean => request.caller.organisation.kinds.includes('auditor')

/**
 * The purpose that an auditor states for reading personal data; null for other callers, who act on their own cases.
 * @throws HttpProblem `purpose-required` when an auditor states none
 */
export const purposeOf = (request: PortalRequest): string | null => {
  if (!isAuditor(request)) return null
  const purpose = request.header('x-purpose')?.trim()
  if (!purpose || purpose.length > 500) throw new HttpProblem('purpose-required')
  return purpose
}

/** Keeps that personal data were looked up: by whom, of whom, why. */
export const recordLookup = async (
  trx: Trx,
  request: PortalRequest,
  lookup: { operation: string; citizenId: string | null; orderId: string | null; purpose: string | null },
): Promise<void> => {
  await trx
    .insertInto('lookups')
    .values({
      id: newId(),
      occurredAt: request.arrivedAt,
      clientId: request.caller.clientId,
      organisationId: request.caller.organisation.id,
      requestId: request.id,
      ...lookup,
    })
    .execute()
}
