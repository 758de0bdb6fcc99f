import { type AddressGuard, isLoopback, publicPorts } from './address-guard.ts'

/** Why a webhook may not go where its URL leads. */
export type DestinationFault = 'scheme' | 'port' | 'address' | 'mixed-addresses'

/** Where a connection is to go, as a URL says it. */
export type Destination = { readonly protocol: 'http:' | 'https:'; readonly port: number }

/** Ours: more addresses than any service has; each may cost an attempt to connect. */
const mostAddresses = 32

/** The port that a URL names or its scheme stands for. */
export const portOf = (url: { readonly protocol: string; readonly port: string }): number =>
  url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)

/**
 * What speaks against connecting to a host that has these addresses, told alike when an endpoint is registered and when
 * a connection is made. All of the addresses have to be fit: a name with one that is and one that is not (the first step
 * of rebinding) is refused whole. Ours: a name that means this machine alone may have its allowed half used, so that
 * `localhost` works where one of 127.0.0.0/8 and ::1 is allowed.
 * @param addresses what the host resolves to, or the one that it is; none speaks against a public port and scheme only
 * @returns null when nothing speaks against it
 */
export const destinationFault = (
  { protocol, port }: Destination,
  addresses: readonly string[],
  guard: AddressGuard,
): DestinationFault | null => {
  if (addresses.length > mostAddresses) return 'address'
  const here = addresses.length > 0 && addresses.every(isLoopback)
  const kinds = new Set(fitAddresses(addresses, port, guard, here).map((address) => guard(address, port)))
  if (kinds.size > 1 && kinds.has('forbidden')) return 'mixed-addresses'
  if (protocol === 'http:') {
    if (!kinds.has('allowed')) return 'scheme'
    return kinds.size > 1 ? 'mixed-addresses' : null
  }
  if (kinds.has('forbidden')) return 'address'
  const insideOnly = kinds.size === 1 && kinds.has('allowed')
  return insideOnly || publicPorts.includes(port) ? null : 'port'
}

const fitAddresses = (
  addresses: readonly string[],
  port: number,
  guard: AddressGuard,
  here: boolean,
): readonly string[] => {
  const allowed = here ? addresses.filter((address) => guard(address, port) === 'allowed') : []
  return allowed.length > 0 ? allowed : addresses
}

/**
 * The addresses of a host that a connection may be made to: those of `addresses` that `destinationFault` judged.
 * @returns the addresses, or the fault
 */
export const connectable = (
  to: Destination,
  addresses: readonly string[],
  guard: AddressGuard,
): { readonly fault: DestinationFault } | { readonly fault: null; readonly addresses: readonly string[] } => {
  const fault = destinationFault(to, addresses, guard)
  if (fault !== null) return { fault }
  return { fault: null, addresses: fitAddresses(addresses, to.port, guard, addresses.every(isLoopback)) }
}
