import { ownOrders } from '#features/orders/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { HttpProblem, type InputFault, invalid } from '#platform/http/problems/problem.ts'
import { type EventType, isEventType } from '#platform/outbox/event-types.ts'
import { addressGuard } from '#platform/webhooks/address-guard.ts'
import { urlFault } from '#platform/webhooks/webhook-url.ts'
import { jobcentersAmong, targetGroupsAmong } from '../lookups.ts'
import type { Filters } from './endpoint.schema.ts'
import type { EndpointTerms } from './webhook-endpoint.queries.ts'

const unknown = (pointer: string): InputFault => ({
  pointer,
  code: 'unknown',
  detail: { da: 'Kendes ikke.', en: 'Is not known.' },
})

/** @throws HttpProblem `unknown-event-type`, with a pointer to each of them */
export const demandKnownTypes = (eventTypes: readonly string[]): void => {
  const faults = eventTypes.flatMap((type, index) =>
    type === '*' || isEventType(type) ? [] : [unknown(`/eventTypes/${index}`)],
  )
  if (faults.length > 0) throw new HttpProblem('unknown-event-type', { faults })
}

/** The one type that a body names. @throws HttpProblem `unknown-event-type` */
export const knownType = (type: string): EventType => {
  if (!isEventType(type)) throw new HttpProblem('unknown-event-type', { faults: [unknown('/type')] })
  return type
}

/**
 * Holds a URL against the guard, which may ask the name service: a second at most. To be done before there is a
 * transaction: slow names would keep the database from everybody. What it says is thrown where it is due.
 * @returns `invalid-request`, `webhook-url-not-allowed`, or null when the URL can be used
 */
export const problemOfUrl = async (deps: Deps, url: string): Promise<HttpProblem | null> => {
  const fault = await urlFault(url, addressGuard(deps.outboundAllow), deps.resolveName ?? deps.outbound.resolve)
  if (fault === null) return null
  return fault === 'not-a-url'
    ? invalid('/url', 'wrong-format', { da: 'Skal være en hel URL.', en: 'Has to be an absolute URL.' })
    : new HttpProblem('webhook-url-not-allowed', { facts: { because: fault } })
}

const smallIds = (ids: readonly string[] | undefined): string[] | null =>
  ids === undefined ? null : [...new Set(ids.map((id) => id.toLowerCase()))]

/** The filters of a body as they are kept; null and absent stand for none. */
export const filterTerms = (
  filters: Filters | null | undefined,
): Pick<EndpointTerms, 'jobcenterIds' | 'targetGroups' | 'orderIds'> => ({
  jobcenterIds: smallIds(filters?.jobcenterIds),
  targetGroups: filters?.targetGroups ?? null,
  orderIds: smallIds(filters?.orderIds),
})

const ownAmong = async (trx: Trx, caller: Caller, ids: readonly string[]): Promise<string[]> => {
  const rows = await trx
    .selectFrom('orders')
    .select('id')
    .where('id', 'in', [...ids])
    .where(ownOrders(caller))
    .execute()
  return rows.map((row) => row.id)
}

/** Pointers to what is named and not found. `given` as the caller wrote it. */
const faultsOf = (member: string, given: readonly string[] | undefined, known: readonly string[]): InputFault[] => {
  const found = new Set(known)
  return (given ?? []).flatMap((value, index) =>
    found.has(value) || found.has(value.toLowerCase()) ? [] : [unknown(`/filters/${member}/${index}`)],
  )
}

/**
 * Filters name target groups of the code set, of whatever time, jobcenters, and orders that the caller sees: an order of
 * others is as unknown as one that there is not.
 * @throws HttpProblem `unknown-webhook-filter`, with a pointer to each
 */
export const demandKnownFilters = async (
  trx: Trx,
  caller: Caller,
  filters: Filters | null | undefined,
): Promise<void> => {
  const { jobcenterIds, targetGroups, orderIds } = filterTerms(filters)
  const groups = targetGroups && (await targetGroupsAmong(trx, targetGroups))
  const jobcenters = jobcenterIds && (await jobcentersAmong(trx, jobcenterIds))
  const orders = orderIds && (await ownAmong(trx, caller, orderIds))
  const faults = [
    ...faultsOf('targetGroups', filters?.targetGroups, groups ?? []),
    ...faultsOf('jobcenterIds', filters?.jobcenterIds, jobcenters ?? []),
    ...faultsOf('orderIds', filters?.orderIds, orders ?? []),
  ]
  if (faults.length > 0) throw new HttpProblem('unknown-webhook-filter', { faults })
}
