import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { newSigningSecret } from '#platform/webhooks/signature.ts'
import { type CreateEndpoint, endpointDocument } from './endpoint.schema.ts'
import { demandKnownFilters, demandKnownTypes, filterTerms, problemOfUrl } from './endpoint-terms.ts'
import { countEndpointsExclusively, insertEndpoint } from './webhook-endpoint.queries.ts'

/** Ours: enough for every system of an organisation and its tests, and a bound on what one event can set off. */
const mostEndpoints = 20

/**
 * Registers an endpoint and makes its secret, which the answer shows and the stored answer of an Idempotency-Key does not.
 * @throws HttpProblem `unknown-event-type`, `webhook-url-not-allowed`, `unknown-webhook-filter`,
 *   `too-many-endpoints`
 */
export const createWebhookEndpoint = async (deps: Deps, request: PortalRequest<CreateEndpoint>): Promise<Answer> => {
  const { url, eventTypes, filters, inOrder = true, description = null } = request.body
  demandKnownTypes(eventTypes)
  // No connection of the pool waits for a name service.
  const urlProblem = await problemOfUrl(deps, url)
  return write(deps.database, request, async (trx) => {
    // After the key is settled, so that a repeat gets its answer whatever the name has come to mean.
    if (urlProblem) throw urlProblem
    await demandKnownFilters(trx, request.caller, filters)
    const organisationId = request.caller.organisation.id
    if ((await countEndpointsExclusively(trx, organisationId)) >= mostEndpoints) {
      throw new HttpProblem('too-many-endpoints', { facts: { most: mostEndpoints } })
    }
    const secret = newSigningSecret()
    const terms = { url, eventTypes, ...filterTerms(filters), inOrder, description }
    const endpoint = { ...terms, id: newId(), createdAt: request.arrivedAt }
    await insertEndpoint(trx, deps.keyring, { ...endpoint, organisationId, secret })
    const document = endpointDocument({
      ...endpoint,
      ...({ status: 'active', pausedBecause: null, pausedAt: null, previousSecretUntil: null, version: 1 } as const),
    })
    await recordChange(trx, request, {
      action: 'webhook-endpoint.created',
      entity: 'webhook-endpoint',
      entityId: endpoint.id,
      orderId: null,
      registeredBy: null,
      changes: { eventTypes, inOrder, ...(document.filters ? { filters: document.filters } : {}) },
    })
    return {
      status: 201,
      body: { ...document, secret },
      keptBody: document,
      headers: { location: `${deps.publicUrl}/v1/webhook-endpoints/${endpoint.id}`, etag: '"1"' },
    }
  })
}
