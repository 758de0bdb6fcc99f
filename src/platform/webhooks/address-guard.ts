import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Network = readonly [Address, number]

/** Decides whether a webhook may connect to an IP address (text, without brackets). */
export type AddressGuard = (address: string, protocol: string) => boolean

/** The part of IPv6 that is given out for the public internet; ipaddr.js calls everything without a meaning unicast. */
const globalIpv6: Network = ipaddr.parseCIDR('2000::/3')

const lies = (address: Address, [base, bits]: Network): boolean =>
  address.kind() === base.kind() && (address as ipaddr.IPv6).match(base as ipaddr.IPv6, bits)

const isPublic = (address: Address): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || lies(address, globalIpv6))

/**
 * The guard of outbound connections: addresses of the public internet over HTTPS, and over either protocol those of the
 * allowed networks. Loopback, private, link-local, shared (CGNAT), multicast, reserved and tunnelling ranges are refused;
 * an IPv6 address that carries an IPv4 address counts as that one.
 * @param allowed networks in CIDR form
 * @throws Error for text that is no network
 */
export const addressGuard = (allowed: readonly string[]): AddressGuard => {
  const networks = allowed.map((text): Network => ipaddr.parseCIDR(text))
  return (text, protocol) => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.process(text)
    return networks.some((network) => lies(address, network)) || (protocol === 'https:' && isPublic(address))
  }
}
