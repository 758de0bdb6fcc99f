import { isIP } from 'node:net'
import type { AddressGuard } from './address-guard.ts'
import { type DestinationFault, destinationFault, portOf } from './destination.ts'

/** Why a URL cannot be a webhook's. */
export type UrlFault = 'not-a-url' | 'credentials' | 'fragment' | 'name-not-found' | DestinationFault

/** Finds the addresses of a host name; empty when it has none or the answer takes too long. Never rejects. */
export type Resolve = (host: string) => Promise<readonly string[]>

/** The host of a URL as an address or name to connect to, without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1')

/**
 * What speaks against a URL, told when an endpoint is registered. It is a courtesy: what a name leads to can change,
 * and every connection is held against the addresses that it goes to. A name that leads nowhere yet is taken for HTTPS
 * on a public port; for plain HTTP, where a network is allowed that it might lead to, it is `name-not-found`.
 */
export const urlFault = async (text: string, guard: AddressGuard, resolve: Resolve): Promise<UrlFault | null> => {
  if (!URL.canParse(text)) return 'not-a-url'
  const url = new URL(text)
  const { protocol } = url
  if (protocol !== 'https:' && protocol !== 'http:') return 'scheme'
  // An empty user or fragment leaves no trace in the parsed URL.
  if (url.username !== '' || url.password !== '' || /^[^/?#\\]*[/\\]*[^/?#\\]*@/.test(text)) return 'credentials'
  if (url.hash !== '' || text.includes('#')) return 'fragment'
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  if (addresses.length === 0 && protocol === 'http:' && guard.allowsAny) return 'name-not-found'
  return destinationFault({ protocol, port: portOf(url) }, addresses, guard)
}
