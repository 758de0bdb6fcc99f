import { isDeepStrictEqual } from 'node:util'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { type ChangeEndpoint, endpointDocument, endpointEtag } from './endpoint.schema.ts'
import { demandKnownFilters, demandKnownTypes, filterTerms, problemOfUrl } from './endpoint-terms.ts'
import {
  deleteEndpoint,
  type EndpointTerms,
  findEndpoint,
  lockEndpoint,
  pauseEndpoint,
  resumeEndpoint,
  updateTerms,
  type WebhookEndpoint,
} from './webhook-endpoint.queries.ts'

type ById<Body = unknown> = PortalRequest<Body, { id: string }>

/** The caller's endpoint, locked. @throws HttpProblem `not-found` */
export const lockedEndpoint = async (trx: Trx, request: ById): Promise<WebhookEndpoint> => {
  const endpoint = await lockEndpoint(trx, request.caller.organisation.id, request.params.id)
  if (!endpoint) throw new HttpProblem('not-found')
  return endpoint
}

/** Keeps what happened to an endpoint: codes and identifiers, never its address or description. */
export const recordEndpointChange = (
  trx: Trx,
  request: ById,
  id: string,
  what: 'changed' | 'paused' | 'resumed' | 'secret-rotated' | 'deleted',
  changes: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  recordChange(trx, request, {
    action: `webhook-endpoint.${what}`,
    entity: 'webhook-endpoint',
    entityId: id,
    orderId: null,
    registeredBy: null,
    changes,
  })

const answerOf = (endpoint: WebhookEndpoint): Answer => ({
  status: 200,
  body: endpointDocument(endpoint),
  headers: { etag: endpointEtag(endpoint) },
})

/** The endpoint as it is now written. */
const standing = async (trx: Trx, request: ById): Promise<Answer> => {
  const endpoint = await findEndpoint(trx, request.caller.organisation.id, request.params.id)
  if (!endpoint) throw new HttpProblem('not-found')
  return answerOf(endpoint)
}

const termsAfter = (endpoint: WebhookEndpoint, body: ChangeEndpoint): EndpointTerms => {
  const { jobcenterIds, targetGroups, orderIds } = body.filters === undefined ? endpoint : filterTerms(body.filters)
  return {
    url: body.url ?? endpoint.url,
    eventTypes: body.eventTypes ?? endpoint.eventTypes,
    ...{ jobcenterIds, targetGroups, orderIds },
    inOrder: body.inOrder ?? endpoint.inOrder,
    description: body.description === undefined ? endpoint.description : body.description,
  }
}

/**
 * Changes what an endpoint asks for, or where it is. Events that are numbered afterwards follow the new terms; what is
 * open goes to the new address.
 * @throws HttpProblem `not-found`, `if-match-required`, `precondition-failed`, `unknown-event-type`,
 *   `webhook-url-not-allowed`, `unknown-webhook-filter`
 */
export const changeWebhookEndpoint = async (deps: Deps, request: ById<ChangeEndpoint>): Promise<Answer> => {
  const { body } = request
  // No connection of the pool and nobody's deliveries wait for a name service.
  const urlProblem = body.url === undefined ? null : await problemOfUrl(deps, body.url)
  return write(deps.database, request, async (trx) => {
    const demandCurrent = (endpoint: WebhookEndpoint | undefined): WebhookEndpoint => {
      if (!endpoint) throw new HttpProblem('not-found')
      demandIfMatch(request.header('if-match'), endpointEtag(endpoint))
      return endpoint
    }
    const before = demandCurrent(await findEndpoint(trx, request.caller.organisation.id, request.params.id))
    if (body.eventTypes) demandKnownTypes(body.eventTypes)
    if (urlProblem && body.url !== before.url) throw urlProblem
    await demandKnownFilters(trx, request.caller, body.filters)
    const endpoint = demandCurrent(await lockEndpoint(trx, request.caller.organisation.id, before.id))
    const terms = termsAfter(endpoint, body)
    const members = (Object.keys(terms) as (keyof EndpointTerms)[]).filter(
      (member) => !isDeepStrictEqual(terms[member], endpoint[member]),
    )
    if (members.length === 0) return answerOf(endpoint)
    await updateTerms(trx, endpoint.id, terms, terms.url !== endpoint.url)
    const told = members.filter((member) => member !== 'url' && member !== 'description')
    await recordEndpointChange(trx, request, endpoint.id, 'changed', {
      members,
      ...Object.fromEntries(told.map((member) => [member, terms[member]])),
    })
    return standing(trx, request)
  })
}

/** Pauses an endpoint: nothing more is posted and everything is kept. One that is paused stays as it is. */
export const pauseWebhookEndpoint = (deps: Deps, request: ById): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const endpoint = await lockedEndpoint(trx, request)
    if (endpoint.status === 'paused') return answerOf(endpoint)
    await pauseEndpoint(trx, endpoint.id)
    await recordEndpointChange(trx, request, endpoint.id, 'paused')
    return standing(trx, request)
  })

/** Sets a paused endpoint going again, whoever paused it. One that is active stays as it is. */
export const resumeWebhookEndpoint = (deps: Deps, request: ById): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const endpoint = await lockedEndpoint(trx, request)
    if (endpoint.status === 'active') return answerOf(endpoint)
    await resumeEndpoint(trx, endpoint.id)
    await recordEndpointChange(trx, request, endpoint.id, 'resumed', { pausedBecause: endpoint.pausedBecause })
    return standing(trx, request)
  })

/** Deletes an endpoint: what is open to it has failed. */
export const deleteWebhookEndpoint = (deps: Deps, request: ById): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const endpoint = await lockedEndpoint(trx, request)
    await deleteEndpoint(trx, endpoint.id, request.arrivedAt)
    await recordEndpointChange(trx, request, endpoint.id, 'deleted')
    return { status: 204 }
  })
