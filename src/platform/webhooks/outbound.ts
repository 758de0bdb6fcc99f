import { addressGuard } from './address-guard.ts'
import { answerStart } from './answer-start.ts'
import { type Connection, keepConnections } from './connections.ts'
import { portOf } from './destination.ts'
import { type Exchange, exchange, type Post } from './exchange.ts'
import { DestinationNotAllowed, guardedConnector, type Lookup } from './guarded-connector.ts'
import { createNameService, lookupOf } from './name-service.ts'
import { faultOf, type PostFault, postFaults } from './post-fault.ts'
import { retryAfterSeconds } from './retry-after.ts'
import type { Resolve } from './webhook-url.ts'

export { type Lookup, type PostFault, postFaults }

/** What came of a POST: the answer, or why there was none; how long it took. */
export type PostResult =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** Seconds that `Retry-After` asks for; null without one. */
      readonly retryAfter: number | null
      /** What is told of the body, fit to be kept; null for an empty one. */
      readonly answerStart: string | null
      readonly milliseconds: number
    }
  | { readonly kind: 'failed'; readonly fault: PostFault; readonly milliseconds: number }

/** Posts to addresses that callers name. */
export type Outbound = {
  /** Posts once, follows no redirect, and keeps no more of the answer than `answerStart` tells. Never rejects. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string, signal?: AbortSignal): Promise<PostResult>
  /** The addresses of a name, found by the same name service within a second; none when it does not tell in time. */
  readonly resolve: Resolve
  /** Breaks off what is under way; what is posted afterwards fails. */
  close(): Promise<void>
}

/** How long a POST and its parts may take, what is read of its answer, how long its connection is kept. */
export type OutboundLimits = {
  /** For the name, the connection and TLS together. */
  readonly connectMs: number
  /** For everything, a second try on a fresh connection and the answer's body included. */
  readonly wholeMs: number
  /** For the body, once the status has come. */
  readonly bodyMs: number
  readonly bodyBytes: number
  readonly keepMs: number
}

/** Ours: the status is what counts, so its body has two seconds; a connection waits four for the next event. */
const usual: OutboundLimits = {
  connectMs: 5000,
  wholeMs: 15_000,
  bodyMs: 2000,
  bodyBytes: 64 * 1024,
  keepMs: 4000,
}

const headerOf = (answer: Extract<Exchange, { kind: 'answered' }>, name: string): string | null => {
  const value = answer.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

/** What is kept of an answer's body. Compressed ones are not unpacked: a small one may stand for gigabytes. */
const startOf = (answer: Extract<Exchange, { kind: 'answered' }>): string | null => {
  const encoding = headerOf(answer, 'content-encoding')
  if (encoding !== null && !/^(identity)?$/i.test(encoding.trim())) return null
  return answerStart({ body: answer.body, whole: answer.whole, contentType: headerOf(answer, 'content-type') })
}

/** Ours: what somebody who registers a URL waits for the name service at most. */
const resolveMs = 1000

/**
 * The way out to callers' endpoints. A connection is judged when it is made and kept for a few seconds, so that the events
 * of a busy endpoint do not each pay for a new one.
 * @param options.allow networks that may be reached although they are private, and over plain HTTP
 * @param options.lookup asks for the addresses of a name; a name service without threads if not given
 * @param options.keepInsideAnswers whether anything is told of what a destination in an allowed network answered; in
 * production it is not, as it may be a service that was never meant for whoever registers endpoints
 * @param options.ca certificates (PEM) to trust instead of the system's, for tests
 */
export const createOutbound = (options: {
  allow: readonly string[]
  lookup?: Lookup
  keepInsideAnswers?: boolean
  ca?: string
  limits?: Partial<OutboundLimits>
}): Outbound => {
  const limits = { ...usual, ...options.limits }
  const { allow, keepInsideAnswers = true, ca } = options
  const guard = addressGuard(allow)
  const lookup = options.lookup ?? lookupOf(createNameService({ plainNames: guard.allowsAny }))
  const connector = guardedConnector({ guard, connectMs: limits.connectMs, lookup, ca })
  const connections = keepConnections(connector, limits.keepMs)
  const underWay = new Set<AbortController>()
  let closed = false

  const isInside = (origin: string, connection: Connection): boolean => {
    const peer = connection.peer()
    return peer === undefined || guard(peer, portOf(new URL(origin))) !== 'public'
  }

  /** One POST; a kept connection that the receiver has closed meanwhile says nothing about it, so that is tried anew. */
  const sent = async (origin: string, post: Post, stop: AbortSignal): Promise<Exchange & { inside: boolean }> => {
    let connection = connections.take(origin)
    const before = connection.connects()
    let result = await exchange(connection, post, limits, stop)
    const overKept = before > 0 && connection.connects() === before
    if (overKept && result.kind === 'failed' && result.fault === 'connection-broken' && !result.heard) {
      connection = connections.fresh(origin)
      result = await exchange(connection, post, limits, stop)
    }
    if (result.kind === 'answered' && result.whole) connections.giveBack(connection)
    return { ...result, inside: isInside(origin, connection) }
  }

  return {
    resolve: (host) =>
      new Promise((found) => {
        const late = setTimeout(() => found([]), resolveMs)
        lookup(host, { all: true }, (error, addresses) => {
          clearTimeout(late)
          found(error ? [] : addresses.map(({ address }) => address))
        })
      }),
    post: async (text, headers, body, signal) => {
      const began = performance.now()
      const stop = new AbortController()
      const deadline = setTimeout(() => stop.abort(new DOMException('', 'TimeoutError')), limits.wholeMs)
      const giveUp = (): void => stop.abort(new DOMException('', 'AbortError'))
      signal?.addEventListener('abort', giveUp)
      if (signal?.aborted || closed) giveUp()
      underWay.add(stop)
      try {
        const url = new URL(text)
        if (!/^https?:$/.test(url.protocol)) throw new DestinationNotAllowed('scheme')
        const result = await sent(url.origin, { path: url.pathname + url.search, headers, body }, stop.signal)
        const milliseconds = Math.round(performance.now() - began)
        if (result.kind === 'failed') return { kind: 'failed', fault: result.fault, milliseconds }
        return {
          kind: 'answered',
          status: result.status,
          retryAfter: retryAfterSeconds(headerOf(result, 'retry-after'), Date.now()),
          answerStart: result.inside && !keepInsideAnswers ? null : startOf(result),
          milliseconds,
        }
      } catch (error) {
        return { kind: 'failed', fault: faultOf(error), milliseconds: Math.round(performance.now() - began) }
      } finally {
        clearTimeout(deadline)
        signal?.removeEventListener('abort', giveUp)
        underWay.delete(stop)
      }
    },
    close: async () => {
      closed = true
      for (const stop of underWay) stop.abort(new DOMException('', 'AbortError'))
      await connections.close()
    },
  }
}
