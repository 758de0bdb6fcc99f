import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AddressGuard } from './address-guard.ts'
import { type DestinationFault, destinationFault, portOf } from './destination.ts'

/** Why a URL cannot be a webhook's. */
export type UrlFault = 'not-a-url' | 'credentials' | 'fragment' | DestinationFault

/** Finds the addresses of a host name; empty when it has none or the answer takes too long. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** Ours: what a caller waits for the name service at most, in milliseconds. */
const resolveMs = 1000

/** The addresses that this machine's name service gives. */
export const resolveName: Resolve = async (host) => {
  const found = lookup(host, { all: true }).then(
    (all) => all.map((entry) => entry.address),
    () => [],
  )
  return Promise.race([found, sleep(resolveMs, [], { ref: false })])
}

/** The host of a URL as an address or name to connect to, without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

/**
 * What speaks against a URL, told when an endpoint is registered. It is a courtesy: what a name leads to can change,
 * and every connection is held against the addresses that it goes to. A name that leads nowhere yet is taken for HTTPS
 * on a public port.
 */
export const urlFault = async (
  text: string,
  guard: AddressGuard,
  resolve: Resolve = resolveName,
): Promise<UrlFault | null> => {
  if (!URL.canParse(text)) return 'not-a-url'
  const url = new URL(text)
  const { protocol } = url
  if (protocol !== 'https:' && protocol !== 'http:') return 'scheme'
  // An empty user or fragment leaves no trace in the parsed URL.
  if (url.username !== '' || url.password !== '' || /^[^/?#\\]*[/\\]*[^/?#\\]*@/.test(text)) return 'credentials'
  if (url.hash !== '' || text.includes('#')) return 'fragment'
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  return destinationFault({ protocol, port: portOf(url) }, addresses, guard)
}
