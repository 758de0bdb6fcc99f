import { epochMilliseconds } from '#kernel/instant.ts'
import type { Clock } from '#platform/clock.ts'
import { type Keyring, unseal } from '#platform/crypto/keyring.ts'
import type { Log } from '#platform/log.ts'
import { eventDocument } from '#platform/outbox/event-document.ts'
import type { Outbound, PostResult } from '#platform/webhooks/outbound.ts'
import { signatureHeaders } from '#platform/webhooks/signature.ts'
import { secretContext } from '../endpoints/webhook-secret.queries.ts'
import type { AttemptResult, DueDelivery, SealedSecret } from './dispatch.queries.ts'
import { secondsToNextAttempt } from './retry-schedule.ts'

/** What an attempt needs. */
export type AttemptDeps = {
  readonly outbound: Outbound
  readonly keyring: Keyring
  readonly publicUrl: string
  /** Real time, never a sandbox's: receivers compare the signature's time with their own. */
  readonly clock: Clock
  readonly log: Log
}

/** Why an attempt whose request was answered does not count as delivered; null when it does. */
export const errorOfStatus = (status: number): 'refused' | 'redirect-not-followed' | null => {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400 ? 'redirect-not-followed' : 'refused'
}

/**
 * Posts a body to a URL as the portal does, signed with each of the secrets.
 * @param message.id the webhook's id
 */
export const postSigned = (
  deps: Pick<AttemptDeps, 'outbound' | 'clock'>,
  url: string,
  message: { id: string; body: string; secrets: readonly string[] },
  signal?: AbortSignal,
): Promise<PostResult> => {
  const timestampSeconds = epochMilliseconds(deps.clock.now()) / 1000
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Udbudsportal-Webhooks/1',
    ...signatureHeaders({ id: message.id, timestampSeconds, body: message.body }, message.secrets),
  }
  return deps.outbound.post(url, headers, message.body, signal)
}

/** The endpoint's secrets in the clear, as they were given. */
export const openSecrets = (keyring: Keyring, endpointId: string, sealed: readonly SealedSecret[]): string[] =>
  sealed.map((secret) => unseal(keyring, secret, secretContext(endpointId)))

type Sent = Pick<AttemptResult, 'status' | 'error' | 'answer' | 'milliseconds'> & { readonly retryAfter: number | null }

const send = async (deps: AttemptDeps, due: DueDelivery, signal: AbortSignal): Promise<Sent> => {
  let secrets: string[]
  try {
    secrets = openSecrets(deps.keyring, due.endpointId, due.secrets)
  } catch (error) {
    deps.log.error({ err: error, endpointId: due.endpointId }, 'the secret of a webhook endpoint cannot be read')
    return { status: null, error: 'secret-unreadable', answer: null, milliseconds: 0, retryAfter: null }
  }
  const event = eventDocument({ ...due, id: due.eventId }, deps.publicUrl)
  const message = { id: event.id, body: JSON.stringify(event), secrets }
  const result = await postSigned(deps, due.url, message, signal)
  const { milliseconds } = result
  if (result.kind === 'failed') {
    return { status: null, error: result.fault, answer: null, milliseconds, retryAfter: null }
  }
  const { status, answerStart, retryAfter } = result
  return { status, error: errorOfStatus(status), answer: answerStart, milliseconds, retryAfter }
}

/**
 * Makes one attempt to deliver: at least once, always under the event's id as `webhook-id`.
 * @param signal aborts when the worker stops or loses the endpoint to another
 * @returns what came of it; null when it was broken off, which says nothing about the endpoint
 */
export const attemptDelivery = async (
  deps: AttemptDeps,
  due: DueDelivery,
  signal: AbortSignal,
): Promise<AttemptResult | null> => {
  const at = deps.clock.now()
  const { retryAfter, ...sent } = await send(deps, due, signal)
  if (sent.error !== null && signal.aborted) return null
  const result = { id: due.id, before: due.attempts, url: due.url, at, ...sent, delay: 0, rest: retryAfter !== null }
  if (sent.error === null) return { ...result, outcome: 'delivered' }
  const nowMs = epochMilliseconds(at)
  const delay = secondsToNextAttempt({
    attempts: due.attempts + 1 - due.attemptsBefore,
    secondsSinceFirst: due.firstAttemptAt === null ? 0 : (nowMs - epochMilliseconds(due.firstAttemptAt)) / 1000,
    retryAfter,
    chance: Math.random(),
  })
  // 410 pauses the endpoint; what it was sent waits for it, like everything that follows.
  if (delay === null && sent.status !== 410) return { ...result, outcome: 'failed' }
  return { ...result, outcome: 'retry', delay: delay ?? 0 }
}
