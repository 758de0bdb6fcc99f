import { statementsWithin, type Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import type { AbsenceRow } from './absence-document.ts'
import type { AbsenceCommand } from './accept-absence.ts'
import type { ReferenceData } from './reference-data.ts'
import { decide, lockAndLoad, writeAccepted } from './register-absences.ts'

/**
 * § 7: registers absences as part of another write, with the rules, events, readers and consequences of `POST
 * /v1/absences`; all of them or none. The citizen's orders are locked by the transaction.
 * @param claims ids in small letters
 * @param refusedAt the problem of a refused claim as the request's own, by the claim's position
 * @returns what was registered, in the order of the claims
 * @throws HttpProblem of the first claim that is refused
 */
export const registerWithin = async (
  trx: Trx,
  request: PortalRequest,
  given: {
    readonly claims: readonly AbsenceCommand[]
    readonly reference: ReferenceData
    readonly refusedAt: (index: number, problem: HttpProblem) => HttpProblem
  },
): Promise<AbsenceRow[]> => {
  const { claims, reference, refusedAt } = given
  if (claims.length === 0) return []
  const statements = statementsWithin(trx)
  const outcomes = decide(claims, await lockAndLoad(statements, request, claims, null), reference, request)
  const accepted = outcomes.map((outcome, index) => {
    if ('problem' in outcome) throw refusedAt(index, outcome.problem)
    return outcome.accepted
  })
  const written = await writeAccepted(statements, request, accepted, null, { status: 200 })
  // The lock keeps other registrations of the citizen out; this is what is left to a caller if it ever does not.
  if (written.size < accepted.length) {
    throw new HttpProblem('temporarily-unavailable', { headers: { 'retry-after': '1' } })
  }
  return accepted.map(({ row }) => row)
}
