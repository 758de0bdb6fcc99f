import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { deliveryAnswer } from './delivery.schema.ts'
import { hasten, holdQueue, setGoing } from './set-going.queries.ts'
import { findDelivery, listAttempts } from './webhook-delivery.queries.ts'

/**
 * Sets a settled delivery going again, or an open one ahead of its schedule. Of several at once the first does it, and the
 * others find it open.
 * @throws HttpProblem `not-found`, `webhook-endpoint-deleted`
 */
export const redeliver = (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const organisationId = request.caller.organisation.id
    const asked = await findDelivery(trx, organisationId, request.params.id)
    if (!asked) throw new HttpProblem('not-found')
    const endpoint = await holdQueue(trx, organisationId, asked.endpointId)
    if (endpoint?.deleted !== false) throw new HttpProblem('webhook-endpoint-deleted')
    const going = await setGoing(trx, asked.endpointId, [asked])
    if (going === 0) await hasten(trx, asked.id)
    const delivery = await findDelivery(trx, organisationId, asked.id)
    // The hourly purge may have taken it since.
    if (!delivery) throw new HttpProblem('not-found')
    await recordChange(trx, request, {
      action: 'webhook-delivery.redelivered',
      entity: 'webhook-delivery',
      entityId: delivery.id,
      orderId: delivery.orderId,
      registeredBy: null,
      changes: { endpointId: delivery.endpointId, eventId: delivery.eventId, settled: going > 0 },
    })
    return deliveryAnswer(delivery, await listAttempts(trx, organisationId, delivery.id), 202)
  })
