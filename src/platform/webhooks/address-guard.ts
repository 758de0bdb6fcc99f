import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = readonly [Address, number]

/** Ours: the ports on which HTTPS is served to the world; on any other a POST of ours might speak to something else. */
export const publicPorts: readonly number[] = [443, 8443]

/** What an address is to webhooks: in a network that is allowed by name, on the public internet, or out of bounds. */
export type AddressKind = 'allowed' | 'public' | 'forbidden'

/** Tells of an IP address (text, without brackets) what it is at a port; text that is no address is `forbidden`. */
export type AddressGuard = {
  (address: string, port: number): AddressKind
  /** Whether any network is allowed by name: without one no plain HTTP goes anywhere. */
  readonly allowsAny: boolean
}

/** A network that is allowed by name; `ports` null stands for all of them. */
type Allowed = { readonly network: Network; readonly ports: ReadonlySet<number> | null }

/** The part of IPv6 that is given out for the public internet; ipaddr.js calls everything without a meaning unicast. */
const globalIpv6: Network = ipaddr.parseCIDR('2000::/3')

/**
 * Out of bounds although ipaddr.js calls them unicast. Its own table has the rest of IANA's special-purpose registries;
 * a test goes through these registries line by line.
 */
const furtherForbidden = [
  // Azure's own services answer every virtual machine here, credentials among them.
  '168.63.129.16/32',
  // RFC 3701: the test network 6bone, handed back and not given out since.
  '3ffe::/16',
].map((text): Network => ipaddr.parseCIDR(text))

const lies = (address: Address, [base, bits]: Network): boolean =>
  address.kind() === base.kind() && (address as ipaddr.IPv6).match(base as ipaddr.IPv6, bits)

const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' &&
  (address.kind() === 'ipv4' || lies(address, globalIpv6)) &&
  !furtherForbidden.some((network) => lies(address, network))

const networkBase = (base: Address, bits: number): string =>
  base.kind() === 'ipv4'
    ? ipaddr.IPv4.networkAddressFromCIDR(`${base.toString()}/${bits}`).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${base.toString()}/${bits}`).toString()

/**
 * Reads a network. Mapped IPv4 (`::ffff:10.0.0.0/104`) is the IPv4 network that it stands for.
 * Ours: bits behind the prefix (`10.1.2.3/8`) are a fault, since a slip in the prefix would open more than was meant, and
 * so are the short, octal and single-number forms of IPv4 (`10/8` would be 0.0.0.0/8).
 * @throws Error for text that is no network
 */
const networkOf = (text: string): Network => {
  const [address = '', prefix = '', ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || address.includes('%') || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefix)) {
    throw new Error(`not a network: ${text}`)
  }
  const [base, bits]: Network = ipaddr.parseCIDR(text)
  if (networkBase(base, bits) !== base.toString()) throw new Error(`the network ${text} has bits behind its prefix`)
  if (base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && bits >= 96) return [base.toIPv4Address(), bits - 96]
  return [base, bits]
}

const portText = /^[1-9]\d{0,4}$/

/** @throws Error for text that is no network with ports */
const allowedOf = (text: string): Allowed => {
  // Behind the prefix there is one colon at most, also in IPv6.
  const [, network = text, ports] = /^([^/]*\/[^:]*):(.*)$/s.exec(text) ?? []
  if (ports === undefined) return { network: networkOf(network), ports: null }
  const numbers = ports.split('+')
  if (!numbers.every((port) => portText.test(port) && Number(port) <= 65_535)) throw new Error(`no ports: ${text}`)
  return { network: networkOf(network), ports: new Set(numbers.map(Number)) }
}

/** Whether the text is a network in CIDR form, with ports or without, as `addressGuard` takes it. */
export const isAllowEntry = (text: string): boolean => {
  try {
    allowedOf(text)
    return true
  } catch {
    return false
  }
}

/**
 * Ours: in production a network that is allowed without ports is so on those where HTTPS is served; whoever registers an
 * endpoint could otherwise try each port of each machine in it.
 */
export const inProduction = (entry: string): string =>
  isAllowEntry(entry) && allowedOf(entry).ports === null ? `${entry}:${publicPorts.join('+')}` : entry

/**
 * The guard of outbound connections. Loopback, private, link-local, shared (CGNAT), multicast, reserved, documentation and
 * tunnelling ranges are out of bounds unless a network is allowed by name; an IPv6 address that carries an IPv4 address
 * (`::ffff:…`) counts as that one, addresses with a zone never pass.
 * @param allowed networks in CIDR form (`10.1.0.0/16`), each with its ports (`10.1.0.0/16:443+8443`) or with all of them
 * @throws Error for text that is no such thing
 */
export const addressGuard = (allowed: readonly string[]): AddressGuard => {
  const entries = allowed.map(allowedOf)
  const kindOf = (text: string, port: number): AddressKind => {
    if (isIP(text) === 0 || text.includes('%')) return 'forbidden'
    const address = ipaddr.process(text)
    if (entries.some(({ network, ports }) => lies(address, network) && (ports?.has(port) ?? true))) return 'allowed'
    return isPublic(address) ? 'public' : 'forbidden'
  }
  return Object.assign(kindOf, { allowsAny: entries.length > 0 })
}

/** Whether the address is this machine's own, 127.0.0.0/8 or ::1; mapped forms count as what they carry. */
export const isLoopback = (text: string): boolean => isIP(text) !== 0 && ipaddr.process(text).range() === 'loopback'
