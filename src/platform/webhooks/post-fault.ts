import { errors } from 'undici'
import { DestinationNotAllowed } from './guarded-connector.ts'

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

const codesOf = (error: unknown): string[] => {
  if (!(error instanceof Error)) return []
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  const inner = error instanceof AggregateError ? error.errors : cause === undefined ? [] : [cause]
  return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap(codesOf)]
}

const tlsCode =
  /CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|EPROTO|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|CRL_|PATH_LENGTH/

/** The fault that an error of connecting, sending or reading comes to; what is not known is `connection-broken`. */
export const faultOf = (error: unknown): PostFault => {
  if (error instanceof DestinationNotAllowed) return 'address-not-allowed'
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'timed-out'
  if (error instanceof errors.HTTPParserError) return 'not-http'
  // undici's words for an interim answer that it cannot take: 100 without having been asked, or 101.
  if (error instanceof errors.SocketError && /^bad (response|upgrade)$/.test(error.message)) return 'not-http'
  const codes = codesOf(error)
  const has = (pattern: RegExp): boolean => codes.some((code) => pattern.test(code))
  if (has(/TIMEOUT|ETIMEDOUT/)) return 'timed-out'
  if (has(/^(ENOTFOUND|ENODATA|EAI_\w+)$/)) return 'name-not-found'
  if (has(/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/)) return 'connection-refused'
  if (has(tlsCode)) return 'tls-failed'
  if (has(/^HPE_|UND_ERR_HEADERS_OVERFLOW/)) return 'not-http'
  return 'connection-broken'
}
