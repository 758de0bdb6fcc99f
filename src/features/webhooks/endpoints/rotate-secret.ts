import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newSigningSecret } from '#platform/webhooks/signature.ts'
import { lockedEndpoint, recordEndpointChange } from './change-webhook-endpoint.ts'
import type { RotateSecret } from './endpoint.schema.ts'
import { replaceSecret } from './webhook-endpoint.queries.ts'

/** Ours: a day, so that a receiver can be given the new secret in somebody's working hours. */
const usualOverlapHours = 24

/**
 * Makes a new signing secret, shown in this answer alone. For the overlap both sign, the new one first; a rotation within
 * the overlap of another ends the oldest at once.
 * @throws HttpProblem `not-found`
 */
export const rotateSecret = (deps: Deps, request: PortalRequest<RotateSecret, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { id } = await lockedEndpoint(trx, request)
    const overlapHours = request.body?.overlapHours ?? usualOverlapHours
    const secret = newSigningSecret()
    const previousValidUntil = await replaceSecret(trx, deps.keyring, { id, secret, overlapHours })
    await recordEndpointChange(trx, request, id, 'secret-rotated', { overlapHours })
    return { status: 200, body: { secret, previousValidUntil }, keptBody: { previousValidUntil } }
  })
