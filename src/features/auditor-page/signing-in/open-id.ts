import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Deps } from '#platform/deps.ts'
import { idleMinutes } from './sessions.ts'

/** What is remembered of a sign-in while the person is at the issuer. */
export type PendingSignIn = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** Where the person was going. */
  readonly to: string
  /** Whether the issuer was asked for the password whoever it thinks is there. */
  readonly anew: boolean
}

/** What the issuer tells of whoever signed in. */
export type SignedInPerson = {
  readonly subject: string
  readonly name: string
  /** Ours: the claim `portal_organisation`, an API client's id or an organisation's. */
  readonly organisation: string | undefined
  /** The ID token itself, by which the issuer is told later who signs out. */
  readonly idToken: string
}

/** The issuer is away, or says of itself what cannot be used. */
export class IssuerAway extends Error {
  override readonly name = 'IssuerAway'
}

/** Ours: what is known of the issuer is asked for again after that, so that it may move its endpoints. */
const rememberForMs = 10 * 60_000
const timeoutSeconds = 5
/** Ours: time to find the password; the issuer's own limits are usually shorter. */
export const pendingSeconds = 600

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/**
 * OpenID Connect's code flow with PKCE (S256), state and nonce, at the issuer of the API's tokens. Which of its
 * endpoints are used stands in its discovery document.
 */
export const openIdClient = ({ peopleSignIn, publicUrl, monotonicMs }: Deps) => {
  const { issuer, clientId, clientSecret } = peopleSignIn
  const callback = `${publicUrl}/auditor/callback`
  let known: { configuration: Promise<Configuration>; at: number } | null = null

  const discovered = async (): Promise<Configuration> => {
    if (!known || monotonicMs() - known.at > rememberForMs) {
      const configuration = discovery(
        new URL(issuer),
        clientId,
        undefined,
        clientSecret === null ? None() : ClientSecretBasic(clientSecret),
        {
          timeout: timeoutSeconds,
          // The settings say where the issuer is; in development that is http://localhost.
          execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
        },
      )
      known = { configuration, at: monotonicMs() }
    }
    try {
      return await known.configuration
    } catch (error) {
      known = null
      throw new IssuerAway('the issuer could not be discovered', { cause: error })
    }
  }

  return {
    /**
     * Begins a sign-in. An issuer that keeps sessions of its own lets nobody in whose password it asked for longer ago
     * than this page would be idle: so nobody goes on in a session that ended here.
     * @param anew asks for the password in any case, as after somebody signed out
     * @returns where to send the browser, and what to remember meanwhile
     * @throws IssuerAway
     */
    begin: async (to: string, anew: boolean): Promise<{ location: string; pending: PendingSignIn }> => {
      const configuration = await discovered()
      const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), to, anew }
      const location = buildAuthorizationUrl(configuration, {
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid profile',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        max_age: String(anew ? 0 : idleMinutes * 60),
        ...(anew ? { prompt: 'login' } : {}),
      })
      return { location: location.href, pending }
    },
    /**
     * Ends a sign-in: state, issuer, code, PKCE, and the ID token's signature, audience, times (of the
     * password's asking too) and nonce are checked.
     * @param query of the callback as it came, without the question mark
     * @throws the library's error when any of them does not fit, or the issuer refused; IssuerAway
     */
    finish: async (query: string, pending: PendingSignIn): Promise<SignedInPerson> => {
      const configuration = await discovered()
      const tokens = await authorizationCodeGrant(configuration, new URL(`${callback}?${query}`), {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
        // Whenever within it the issuer looked.
        maxAge: pendingSeconds + (pending.anew ? 0 : idleMinutes * 60),
      })
      const claims = tokens.claims()
      if (!claims || tokens.id_token === undefined) throw new Error('no ID token')
      const name = text(claims['name']) ?? text(claims['preferred_username']) ?? claims.sub
      // Cut between signs: half of one could not be stored as it is.
      const cut = [...name].slice(0, 200).join('')
      const organisation = text(claims['portal_organisation'])
      return { subject: claims.sub, name: cut, organisation, idToken: tokens.id_token }
    },
    /**
     * Where the issuer's own session is ended (OpenID Connect RP-Initiated Logout 1.0).
     * @param idToken of the session; without it the issuer may ask who is to be signed out
     * @returns null where the issuer names no such place
     * @throws IssuerAway
     */
    signOutAt: async (idToken: string | null): Promise<string | null> => {
      const configuration = await discovered()
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null
      return buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: `${publicUrl}/auditor/signed-out`,
        ...(idToken === null ? {} : { id_token_hint: idToken }),
      }).href
    },
  }
}

export type OpenIdClient = ReturnType<typeof openIdClient>
