import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { type AddressGuard, addressGuard } from './address-guard.ts'

/** What came of a POST: the status of the answer, or why there was none. */
export type PostResult =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly fault: PostFault }

/** Why a POST had no answer. */
export const postFaults = [
  'address-not-allowed',
  'name-not-found',
  'connection-refused',
  'connection-broken',
  'timed-out',
  'tls-failed',
  'not-http',
] as const
export type PostFault = (typeof postFaults)[number]

/** Posts to addresses that callers name. */
export type Outbound = {
  /** Posts once, follows no redirect, and throws away the answer's body. Never rejects. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string, signal?: AbortSignal): Promise<PostResult>
  /** Breaks off what is under way. */
  close(): Promise<void>
}

/** How long a POST may take, and how much of its answer is read, unless told otherwise. */
const limits = { connectMs: 5000, wholeMs: 10_000, bodyBytes: 64 * 1024 }

/** The addresses of a name, in the shape of node's `dns.lookup` with `all`. */
export type Lookup = (
  host: string,
  options: { all: true; family?: number; hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void

class AddressNotAllowed extends Error {
  override readonly name = 'AddressNotAllowed'
}

/** Looks names up and gives the connection only those addresses that it may go to. */
const guardedLookup =
  (mayConnect: AddressGuard, protocol: string, lookup: Lookup): LookupFunction =>
  (host, options, done) => {
    const family = typeof options.family === 'number' ? { family: options.family } : {}
    lookup(host, { ...family, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0)
      const fit = addresses.filter(({ address }) => mayConnect(address, protocol))
      const [first] = fit
      if (!first) return done(new AddressNotAllowed(), '', 0)
      return options.all ? done(null, fit) : done(null, first.address, first.family)
    })
  }

/**
 * Connects where the guard allows it. Names are judged by the address that is connected to, in the lookup, so that a
 * name that changes between check and use gains nothing. The lookup is not asked about a host that is an address
 * already: those are judged here. The peer is held against the guard once more before anything is sent.
 */
const guardedConnector = (mayConnect: AddressGuard, lookup: Lookup, connectMs: number): buildConnector.connector => {
  const connectorFor = (protocol: string): buildConnector.connector =>
    buildConnector({
      timeout: connectMs,
      allowH2: false,
      lookup: guardedLookup(mayConnect, protocol, lookup),
    } as buildConnector.BuildOptions)
  const connectors = { 'http:': connectorFor('http:'), 'https:': connectorFor('https:') }
  return (options, done) => {
    const { protocol } = options
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1')
    if (protocol !== 'http:' && protocol !== 'https:') return done(new AddressNotAllowed(), null)
    if (isIP(host) !== 0 && !mayConnect(host, protocol)) return done(new AddressNotAllowed(), null)
    return connectors[protocol](options, (error, socket) => {
      if (error) return done(error, null)
      if (socket && !mayConnect(socket.remoteAddress ?? '', protocol)) {
        socket.destroy()
        return done(new AddressNotAllowed(), null)
      }
      return socket ? done(null, socket) : done(new Error('no socket'), null)
    })
  }
}

const codesOf = (error: unknown): string[] => {
  if (!(error instanceof Error)) return []
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  const inner = error instanceof AggregateError ? error.errors : cause === undefined ? [] : [cause]
  return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap(codesOf)]
}

const faultOf = (error: unknown): PostFault => {
  if (error instanceof AddressNotAllowed) return 'address-not-allowed'
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'timed-out'
  if (error instanceof Error && error.name === 'HTTPParserError') return 'not-http'
  const codes = codesOf(error)
  const has = (pattern: RegExp): boolean => codes.some((code) => pattern.test(code))
  if (has(/TIMEOUT|ETIMEDOUT/)) return 'timed-out'
  if (has(/^(ENOTFOUND|EAI_\w+)$/)) return 'name-not-found'
  if (has(/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/)) return 'connection-refused'
  if (has(/CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|EPROTO|UNABLE_TO/)) return 'tls-failed'
  if (has(/^HPE_|UND_ERR_HEADERS_OVERFLOW/)) return 'not-http'
  return 'connection-broken'
}

/**
 * The way out to callers' endpoints. No connection is kept: each POST looks the name up and is judged anew.
 * @param options.allow networks that may be reached although they are private, and over plain HTTP
 * @param options.limits milliseconds to connect and for the whole, bytes read of an answer
 */
export const createOutbound = (options: {
  allow: readonly string[]
  lookup?: Lookup
  limits?: Partial<typeof limits>
}): Outbound => {
  const { connectMs, wholeMs, bodyBytes } = { ...limits, ...options.limits }
  const dispatcher = new Agent({
    connect: guardedConnector(addressGuard(options.allow), options.lookup ?? (systemLookup as Lookup), connectMs),
    pipelining: 0,
    maxHeaderSize: 16_384,
  })

  const throwAway = async (body: Dispatcher.ResponseData['body']): Promise<void> => {
    let read = 0
    try {
      for await (const chunk of body) {
        read += (chunk as Buffer).length
        if (read > bodyBytes) break
      }
    } catch {
      // The status has told what the receiver thinks of it.
    } finally {
      body.on('error', () => undefined).destroy()
    }
  }

  return {
    post: async (url, headers, body, signal) => {
      const deadline = AbortSignal.timeout(wholeMs)
      try {
        const response = await request(url, {
          method: 'POST',
          headers,
          body,
          dispatcher,
          signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
        })
        await throwAway(response.body)
        return { kind: 'answered', status: response.statusCode }
      } catch (error) {
        return { kind: 'failed', fault: faultOf(error) }
      }
    },
    close: () => dispatcher.destroy(),
  }
}
