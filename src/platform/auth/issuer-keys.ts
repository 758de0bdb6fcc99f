import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters } from 'jose'
import { HttpProblem } from '#platform/http/problems/problem.ts'

type Key = Awaited<ReturnType<ReturnType<typeof createLocalJWKSet>>>

/** Finds the issuer's key for a token. Throws `issuer-unavailable` when there are no keys to use. */
export type IssuerKeys = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<Key>

/** Keys are fetched anew when this old. */
const freshForMs = 10 * 60_000
/** And used this long beyond it while the issuer is away: an hour's outage is survived from any moment on. */
const staleForMs = 60 * 60_000
/** An unknown key id asks the issuer at most this often, so that made-up ids cannot be used against it. */
const unknownKeyPauseMs = 15_000
const fetchTimeoutMs = 5000

const fetchJson = async (url: string): Promise<unknown> => {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(fetchTimeoutMs),
    headers: { accept: 'application/json' },
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

const fetchKeySet = async (issuer: string): Promise<JSONWebKeySet> => {
  const metadata = (await fetchJson(`${issuer}/.well-known/openid-configuration`)) as {
    issuer?: unknown
    jwks_uri?: unknown
  }
  if (metadata.issuer !== issuer) throw new Error(`the issuer calls itself ${String(metadata.issuer)}, not ${issuer}`)
  if (typeof metadata.jwks_uri !== 'string') throw new Error('the issuer names no jwks_uri')
  return (await fetchJson(metadata.jwks_uri)) as JSONWebKeySet
}

/**
 * The issuer's keys from its JWKS (found through its OpenID configuration), cached. An unknown key id refreshes them.
 * While the issuer is away the last keys serve on for an hour past their freshness; then, or without any, callers get 503.
 * @param monotonicMs a clock that only runs forward, in milliseconds
 * @param warn hears why a refresh failed
 */
export const issuerKeys = (options: {
  issuer: string
  monotonicMs: () => number
  warn: (error: unknown) => void
  fetchKeys?: () => Promise<JSONWebKeySet>
}): IssuerKeys => {
  const load = options.fetchKeys ?? (() => fetchKeySet(options.issuer))
  let current: { find: ReturnType<typeof createLocalJWKSet>; fetchedAt: number } | null = null
  let lastAttempt = Number.NEGATIVE_INFINITY
  let refreshing: Promise<void> | null = null

  const refresh = (): Promise<void> => {
    refreshing ??= load()
      .then((set) => {
        current = { find: createLocalJWKSet(set), fetchedAt: options.monotonicMs() }
      })
      .catch(options.warn)
      .finally(() => {
        lastAttempt = options.monotonicMs()
        refreshing = null
      })
    return refreshing
  }

  return async (header, token) => {
    const age = current === null ? Number.POSITIVE_INFINITY : options.monotonicMs() - current.fetchedAt
    if (current === null) await refresh()
    else if (age > freshForMs + staleForMs) await refresh()
    else if (age > freshForMs && options.monotonicMs() - lastAttempt > unknownKeyPauseMs) void refresh()
    const usable = (): typeof current =>
      current !== null && options.monotonicMs() - current.fetchedAt <= freshForMs + staleForMs ? current : null
    const keys = usable()
    if (!keys) throw new HttpProblem('issuer-unavailable', { headers: { 'retry-after': '5' } })
    try {
      return await keys.find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      if (options.monotonicMs() - lastAttempt > unknownKeyPauseMs) await refresh()
      else if (refreshing) await refreshing
      const renewed = usable()
      if (!renewed || renewed === keys) throw error
      return await renewed.find(header, token)
    }
  }
}
