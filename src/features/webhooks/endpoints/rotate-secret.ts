import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newSigningSecret } from '#platform/webhooks/signature.ts'
import { lockedEndpoint, recordEndpointChange } from './change-webhook-endpoint.ts'
import type { RotateSecret } from './endpoint.schema.ts'
import { replaceSecret } from './webhook-secret.queries.ts'

/** Ours: a day, so that a receiver can be given the new secret in somebody's working hours. */
const usualOverlapHours = 24

/**
 * Makes a new signing secret, shown in this answer alone. For the overlap the present one signs
 * beside it, and those from before up to their own ends: whoever lost an answer rotates again, while its receiver still
 * has the first one.
 * @throws HttpProblem `not-found`
 */
export const rotateSecret = (deps: Deps, request: PortalRequest<RotateSecret, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { id } = await lockedEndpoint(trx, request)
    const overlapHours = request.body?.overlapHours ?? usualOverlapHours
    const secret = newSigningSecret()
    const organisationId = request.caller.organisation.id
    const previousValidUntil = await replaceSecret(trx, deps.keyring, { id, organisationId, secret, overlapHours })
    await recordEndpointChange(trx, request, id, 'secret-rotated', { overlapHours })
    return { status: 200, body: { secret, previousValidUntil }, keptBody: { previousValidUntil } }
  })
