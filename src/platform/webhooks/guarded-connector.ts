import { isIP, type LookupFunction, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import type { AddressGuard } from './address-guard.ts'
import { connectable, type Destination, destinationFault, portOf } from './destination.ts'

/** The addresses of a name, in the shape of node's `dns.lookup` with `all`. */
export type Lookup = (
  host: string,
  options: { all: true; family?: number; hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: { address: string; family: number }[]) => void,
) => void

/** A connection was not made, or was cut before anything was sent, because it may not go there. */
export class DestinationNotAllowed extends Error {
  override readonly name = 'DestinationNotAllowed'
}

/** Makes a connection; the socket that is returned is still connecting, destroying it gives up. */
export type Connector = (options: buildConnector.Options, done: buildConnector.Callback) => Socket | undefined

const noAddress = (): Error => Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' })

/** Looks a name up and gives the connection its addresses, or none of them if one is not fit. */
const guardedLookup =
  (to: Destination, guard: AddressGuard, lookup: Lookup): LookupFunction =>
  (host, options, done) => {
    const family = typeof options.family === 'number' ? { family: options.family } : {}
    lookup(host, { ...family, all: true }, (error, found) => {
      if (error) return done(error, '', 0)
      if (found.length === 0) return done(noAddress(), '', 0)
      const judged = connectable(
        to,
        found.map(({ address }) => address),
        guard,
      )
      if (judged.fault !== null) return done(new DestinationNotAllowed(judged.fault), '', 0)
      const fit = found.filter(({ address }) => judged.addresses.includes(address))
      const [first] = fit
      if (!first) return done(noAddress(), '', 0)
      return options.all ? done(null, fit) : done(null, first.address, first.family)
    })
  }

/**
 * Connects where the guard allows it. Names are judged by the addresses that are connected to, in the lookup, so that a
 * name that changes between check and use gains nothing. The lookup is not asked about a host that is an address
 * already: those are judged here. The peer is held against the guard once more before anything is sent. Certificates are
 * checked at every connection: no TLS session is taken up again, and NODE_TLS_REJECT_UNAUTHORIZED changes nothing.
 * @param given.connectMs for the name, the connection and TLS together, in milliseconds
 * @param given.ca certificates (PEM) to trust instead of the system's, for tests
 */
export const guardedConnector = (given: {
  guard: AddressGuard
  connectMs: number
  lookup: Lookup
  ca: string | undefined
}): Connector => {
  const { guard, connectMs, lookup, ca } = given
  const connectorTo = (to: Destination): buildConnector.connector =>
    buildConnector({
      timeout: connectMs,
      allowH2: false,
      maxCachedSessions: 0,
      rejectUnauthorized: true,
      lookup: guardedLookup(to, guard, lookup),
      ...(ca === undefined ? {} : { ca }),
    } as buildConnector.BuildOptions)
  return (options, done) => {
    const { protocol } = options
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1')
    const refuse = (fault: string): undefined => {
      done(new DestinationNotAllowed(fault), null)
    }
    if (protocol !== 'http:' && protocol !== 'https:') return refuse('scheme')
    const to = { protocol, port: portOf({ protocol, port: options.port }) } as const
    const fault = isIP(host) === 0 ? null : destinationFault(to, [host], guard)
    if (fault !== null) return refuse(fault)
    // What undici's connector returns, and its types leave out, is the socket.
    return connectorTo(to)(options, (...[error, socket]) => {
      if (error) return done(error, null)
      // A peer that has gone has no address.
      const peer = socket.remoteAddress
      const peerFault = peer === undefined ? null : destinationFault(to, [peer], guard)
      if (peer !== undefined && peerFault === null) return done(null, socket)
      socket.on('error', () => undefined).destroy()
      return done(peerFault === null ? new Error('the peer has gone') : new DestinationNotAllowed(peerFault), null)
    }) as unknown as Socket
  }
}
