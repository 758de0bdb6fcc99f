import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { instantOf } from '#platform/http/instants.ts'
import { HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { eventsToReplay, goneUpTo, hasEndpoint, type ReplayRange } from './replay.queries.ts'
import type { Replay } from './replay.schema.ts'
import { holdQueue, setGoing } from './set-going.queries.ts'

/**
 * Ours: events that one call queues, which bounds for how long the endpoint's queue is held, for which the sequencer waits
 * (measured among 300,000 deliveries: 0.8 to 1.6 s for 10,000, the latter with six times as much to do as there are cores);
 * and events that it looks at before that, so that it ends soon where few fit (0.6 s for 50,000).
 */
export const mostAtOnce = { queued: 10_000, looked: 50_000 } as const

/** @throws HttpProblem `invalid-request` for no beginning or two, and for an end before the beginning */
const rangeOf = (body: Replay): ReplayRange => {
  const beginnings = [body.fromSequence, body.fromTime].filter((from) => from !== undefined)
  if (beginnings.length !== 1) {
    throw invalid(beginnings.length === 0 ? '/fromSequence' : '/fromTime', 'one-of', {
      da: 'Netop én af fromSequence og fromTime.',
      en: 'Exactly one of fromSequence and fromTime.',
    })
  }
  const range = {
    fromSequence: body.fromSequence === undefined ? null : Number(body.fromSequence),
    toSequence: body.toSequence === undefined ? null : Number(body.toSequence),
    fromTime: body.fromTime === undefined ? null : instantOf(body.fromTime),
    toTime: body.toTime === undefined ? null : instantOf(body.toTime),
  }
  const empty = { da: 'Ligger før begyndelsen.', en: 'Lies before the beginning.' }
  if (range.fromSequence !== null && range.toSequence !== null && range.toSequence < range.fromSequence) {
    throw invalid('/toSequence', 'before-beginning', empty)
  }
  if (range.fromTime !== null && range.toTime !== null && range.toTime < range.fromTime) {
    throw invalid('/toTime', 'before-beginning', empty)
  }
  return range
}

/**
 * Delivers the caller's events of a range to one endpoint, again or for the first time: those that it would be sent today,
 * also from before it was made. What is open already stays as it is.
 * @throws HttpProblem `invalid-request`, `not-found`, `events-gone`
 */
export const replayEvents = async (deps: Deps, request: PortalRequest<Replay, { id: string }>): Promise<Answer> => {
  const range = rangeOf(request.body)
  const endpointId = request.params.id.toLowerCase()
  return write(deps.database, request, async (trx) => {
    const organisationId = request.caller.organisation.id
    if (!(await hasEndpoint(trx, organisationId, endpointId))) throw new HttpProblem('not-found')
    const gone = await goneUpTo(trx, organisationId, range)
    if (gone !== null) throw new HttpProblem('events-gone', { facts: { oldestSequence: String(gone + 1) } })
    // Before the queue is held, since the sequencer waits for that: numbered events stay as they are, and each that is
    // seen here was queued with its number, so nothing is made twice.
    const { events, next } = await eventsToReplay(trx, organisationId, endpointId, range, mostAtOnce)
    const endpoint = await holdQueue(trx, organisationId, endpointId)
    if (endpoint?.deleted !== false) throw new HttpProblem('not-found')
    const queued = await setGoing(trx, endpointId, events)
    const nextSequence = next === null ? null : String(next)
    await recordChange(trx, request, {
      action: 'webhook-endpoint.replayed',
      entity: 'webhook-endpoint',
      entityId: endpointId,
      orderId: null,
      registeredBy: null,
      changes: { ...range, queued, nextSequence },
    })
    return { status: 202, body: { queued, nextSequence } }
  })
}
