import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { isEventType } from '#platform/outbox/event-types.ts'
import { addressGuard } from '#platform/webhooks/address-guard.ts'
import { newSigningSecret } from '#platform/webhooks/signature.ts'
import { urlFault } from '#platform/webhooks/webhook-url.ts'
import { type CreateEndpoint, endpointDocument } from './webhook.schema.ts'
import { countEndpointsExclusively, insertEndpoint } from './webhook-endpoint.queries.ts'

/** Ours: enough for every system of an organisation and its tests, and a bound on what one event can set off. */
const mostEndpoints = 20

const demandKnownTypes = (eventTypes: readonly string[]): void => {
  const detail = { da: 'Kendes ikke.', en: 'Is not known.' }
  const faults = eventTypes.flatMap((type, index) =>
    type === '*' || isEventType(type) ? [] : [{ pointer: `/eventTypes/${index}`, code: 'unknown', detail }],
  )
  if (faults.length > 0) throw new HttpProblem('unknown-event-type', { faults })
}

const demandUsableUrl = async (deps: Deps, url: string): Promise<void> => {
  const fault = await urlFault(url, addressGuard(deps.outboundAllow))
  if (fault === 'not-a-url') {
    throw invalid('/url', 'wrong-format', { da: 'Skal være en hel URL.', en: 'Has to be an absolute URL.' })
  }
  if (fault !== null) throw new HttpProblem('webhook-url-not-allowed', { facts: { because: fault } })
}

/**
 * Registers an endpoint and makes its secret, which the answer shows and the stored answer of an Idempotency-Key does not.
 * @throws HttpProblem `unknown-event-type`, `webhook-url-not-allowed`, `too-many-endpoints`
 */
export const createWebhookEndpoint = async (deps: Deps, request: PortalRequest<CreateEndpoint>): Promise<Answer> => {
  const { url, eventTypes, description = null } = request.body
  demandKnownTypes(eventTypes)
  return write(deps.database, request, async (trx) => {
    // After the key is settled, so that a repeat gets its answer whatever the name has come to mean; a second at most.
    await demandUsableUrl(deps, url)
    const organisationId = request.caller.organisation.id
    if ((await countEndpointsExclusively(trx, organisationId)) >= mostEndpoints) {
      throw new HttpProblem('too-many-endpoints', { facts: { most: mostEndpoints } })
    }
    const secret = newSigningSecret()
    const endpoint = { id: newId(), url, eventTypes, description, createdAt: request.arrivedAt }
    await insertEndpoint(trx, deps.keyring, { ...endpoint, organisationId, secret })
    await recordChange(trx, request, {
      action: 'webhook-endpoint.created',
      entity: 'webhook-endpoint',
      entityId: endpoint.id,
      orderId: null,
      registeredBy: null,
      changes: { eventTypes },
    })
    const document = endpointDocument(endpoint)
    return {
      status: 201,
      body: { ...document, secret },
      keptBody: document,
      headers: { location: `${deps.publicUrl}/v1/webhook-endpoints/${endpoint.id}`, etag: '"1"' },
    }
  })
}
