import { type Static, Type } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { type Answer, closed, type PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { eventDocument } from '#platform/outbox/event-document.ts'
import { EventSchema } from '#platform/outbox/event-schema.ts'
import { sampleEvents } from '#platform/outbox/sample-events.ts'
import { answerStartRule } from '#platform/webhooks/answer-start.ts'
import { errorOfStatus, openSecrets, postSigned } from '../dispatch/attempt-delivery.ts'
import { orNothing } from './endpoint.schema.ts'
import { knownType } from './endpoint-terms.ts'
import { findSigning } from './webhook-secret.queries.ts'

export const SendSampleBody = orNothing(
  closed({
    type: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description:
          'The type of the sample, whether the endpoint asked for it or not; `absence.registered` unless said.',
      }),
    ),
  }),
)
export type SendSample = Static<typeof SendSampleBody>

export const SampleSentSchema = closed({
  delivered: Type.Boolean({ description: 'Whether the answer was a 2xx.' }),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'Of the answer; null without one.' }),
  error: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it was not delivered, in the words of `lastError` of deliveries; null when it was.',
  }),
  milliseconds: Type.Integer({ minimum: 0 }),
  answerStart: Type.Union([Type.String(), Type.Null()], {
    description: `${answerStartRule} Null for an empty answer.`,
  }),
  webhookId: Type.String({ pattern: '^evt_', description: 'The `webhook-id` that was sent.' }),
  event: EventSchema,
})

/** Ours: samples that one organisation may have under way in this process; each holds a request for fifteen seconds. */
const mostUnderWay = 5

/** Ours: when to ask again, in seconds; most receivers have answered by then. */
const askAgain = { headers: { 'retry-after': '5' } }

/** Ours: another server takes it at once. */
const stopping = { headers: { 'retry-after': '2' } }

/** Counts what each organisation has under way. */
const createPlaces = () => {
  const taken = new Map<string, number>()
  /** Runs `step` in one of the organisation's places. @throws HttpProblem `rate-limited` when all are taken */
  return async <T>(organisationId: string, step: () => Promise<T>): Promise<T> => {
    const before = taken.get(organisationId) ?? 0
    if (before >= mostUnderWay) throw new HttpProblem('rate-limited', askAgain)
    taken.set(organisationId, before + 1)
    try {
      return await step()
    } finally {
      const left = (taken.get(organisationId) ?? 1) - 1
      if (left > 0) taken.set(organisationId, left)
      else taken.delete(organisationId)
    }
  }
}

/** What a request for a sample becomes. */
type SendSampleHandler = (request: PortalRequest<SendSample, { id: string }>) => Promise<Answer>

/** Sends samples, so many of an organisation at a time; see `sendSample`. */
export const sampleSender = (deps: Deps): SendSampleHandler => {
  const inPlace = createPlaces()
  return (request) => inPlace(request.caller.organisation.id, () => sendSample(deps, request))
}

/**
 * Posts a signed sample event to the caller's endpoint, paused or not, and tells at once what came of it. It is neither in
 * the feed nor among the deliveries, and no transaction stays open meanwhile.
 * @throws HttpProblem `unknown-event-type`, `not-found`; `temporarily-unavailable` when the process ends before it knows
 */
const sendSample = async (deps: Deps, request: PortalRequest<SendSample, { id: string }>): Promise<Answer> => {
  const type = knownType(request.body?.type ?? 'absence.registered')
  const endpoint = await read(deps.database, request, (trx) =>
    findSigning(trx, request.caller.organisation.id, request.params.id),
  )
  if (!endpoint) throw new HttpProblem('not-found')
  const { data, path } = sampleEvents[type]
  const sample = { id: newId(), type, occurredAt: request.arrivedAt, sequence: 0, path, data: { ...data, test: true } }
  const event = eventDocument(sample, deps.publicUrl)
  const sent = await post(deps, endpoint, { id: event.id, body: JSON.stringify(event) })
  return { status: 200, body: { delivered: sent.error === null, ...sent, webhookId: event.id, event } }
}

const post = async (
  deps: Deps,
  endpoint: NonNullable<Awaited<ReturnType<typeof findSigning>>>,
  message: { id: string; body: string },
) => {
  let secrets: string[]
  try {
    secrets = openSecrets(deps.keyring, endpoint.id, endpoint.secrets)
  } catch {
    return { status: null, error: 'secret-unreadable', milliseconds: 0, answerStart: null }
  }
  // A receiver holds the time of a signature against its own clock, so it is real, not that of a sandbox.
  const given = { outbound: deps.outbound, clock: { now: () => endpoint.now } }
  const result = await postSigned(given, endpoint.url, { ...message, secrets })
  const { milliseconds } = result
  // What was broken off because this process ends says nothing about the receiver.
  if (result.kind === 'failed' && !deps.accepting()) throw new HttpProblem('temporarily-unavailable', stopping)
  if (result.kind === 'failed') return { status: null, error: result.fault, milliseconds, answerStart: null }
  const { status, answerStart } = result
  return { status, error: errorOfStatus(status), milliseconds, answerStart }
}
