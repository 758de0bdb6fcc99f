import { createHash } from 'node:crypto'
import { errors, jwtVerify } from 'jose'
import { type Scope, scopes } from '#kernel/caller.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { IssuerKeys } from './issuer-keys.ts'

/** What a verified token says. */
export type VerifiedToken = { readonly clientId: string; readonly scopes: readonly Scope[]; readonly expiresAt: number }

/** Verifies a bearer token's text. Throws the HttpProblem of whatever is wrong with it. */
export type TokenVerifier = (token: string) => Promise<VerifiedToken>

/** Nothing symmetric, no `none`. */
const algorithms = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']
/** Tolerance between the issuer's clock and ours, in seconds. */
const skewSeconds = 5
/** Verified tokens that are remembered; the oldest goes first. */
const remembered = 10_000

const refuse = (why: string): HttpProblem =>
  new HttpProblem('invalid-token', {
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${why}"` },
  })

/**
 * Checks signature, `iss`, `aud`, `exp`, `nbf`, `iat`, `kid` and `client_id` of JWT access tokens (RFC 9068). A verified
 * token is remembered by its hash until it expires: checking the signature anew would cost a third of a request's CPU.
 * @param nowMs the real time in milliseconds; never the sandbox's
 */
export const tokenVerifier = (options: {
  issuer: string
  audience: string
  keys: IssuerKeys
  nowMs: () => number
}): TokenVerifier => {
  const cache = new Map<string, VerifiedToken>()

  const verify = async (token: string): Promise<VerifiedToken> => {
    try {
      const now = options.nowMs()
      const { payload, protectedHeader } = await jwtVerify(
        token,
        (header, input) => {
          if (typeof header.kid !== 'string' || header.kid === '') throw refuse('no kid')
          return options.keys(header, input)
        },
        {
          issuer: options.issuer,
          audience: options.audience,
          algorithms,
          requiredClaims: ['exp', 'iat', 'client_id'],
          clockTolerance: skewSeconds,
          currentDate: new Date(now),
        },
      )
      const type = protectedHeader.typ?.toLowerCase()
      if (type !== undefined && type !== 'at+jwt' && type !== 'application/at+jwt' && type !== 'jwt')
        throw refuse('not an access token')
      if (typeof payload.iat !== 'number' || payload.iat > now / 1000 + skewSeconds)
        throw refuse('issued in the future')
      const clientId = payload['client_id']
      if (typeof clientId !== 'string' || clientId === '') throw refuse('no client_id')
      const scope = payload['scope']
      const granted = typeof scope === 'string' ? scope.split(' ') : []
      return {
        clientId,
        scopes: scopes.filter((known) => granted.includes(known)),
        expiresAt: (payload.exp as number) * 1000,
      }
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refuse(error.code)
      throw error
    }
  }

  return async (token) => {
    const hash = createHash('sha256').update(token).digest('base64')
    const known = cache.get(hash)
    if (known) {
      if (known.expiresAt + skewSeconds * 1000 > options.nowMs()) return known
      cache.delete(hash)
      throw refuse('ERR_JWT_EXPIRED')
    }
    const verified = await verify(token)
    if (cache.size >= remembered) {
      const oldest = cache.keys().next().value
      if (oldest !== undefined) cache.delete(oldest)
    }
    cache.set(hash, verified)
    return verified
  }
}
