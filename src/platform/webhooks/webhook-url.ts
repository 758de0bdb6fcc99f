import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AddressGuard } from './address-guard.ts'

/** Why a URL cannot be a webhook's. */
export type UrlFault = 'not-a-url' | 'scheme' | 'credentials' | 'fragment' | 'address'

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
 * and every delivery is held against the address that it connects to. A name that leads nowhere yet is taken for HTTPS.
 */
export const urlFault = async (
  text: string,
  mayConnect: AddressGuard,
  resolve: Resolve = resolveName,
): Promise<UrlFault | null> => {
  if (!URL.canParse(text)) return 'not-a-url'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'scheme'
  if (url.username !== '' || url.password !== '') return 'credentials'
  // An empty fragment leaves no trace in `hash`.
  if (url.hash !== '' || text.includes('#')) return 'fragment'
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  if (addresses.some((address) => mayConnect(address, url.protocol))) return null
  if (url.protocol === 'http:') return 'scheme'
  return addresses.length === 0 ? null : 'address'
}
