import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import type { Scope } from '#kernel/caller.ts'
import { developmentClients } from '#src/dev/issuer/clients.ts'

export const testIssuer = 'https://issuer.test'
export const testAudience = 'https://portal.test/api'

const kid = 'test-es256'
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })

/** What the issuer publishes: the public half of the key that signs this process's tokens. */
export const testKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] }

/** A claim given as undefined is left out. */
export type TokenRequest = {
  readonly clientId?: string
  readonly scopes?: readonly Scope[] | readonly string[]
  readonly header?: Partial<JWTHeaderParameters>
  readonly key?: CryptoKey | Uint8Array
  readonly [claim: string]: unknown
}

/** A signed access token, right unless the request makes it wrong; `scopes` are by default all that the demo client has. */
export const issueToken = async ({ clientId, scopes, header, key, ...claims }: TokenRequest): Promise<string> => {
  const now = Math.floor(Date.now() / 1000)
  const granted = scopes?.join(' ') ?? (clientId === undefined ? '' : developmentClients[clientId]) ?? 'portal.read'
  const payload = {
    iss: testIssuer,
    aud: testAudience,
    sub: clientId,
    client_id: clientId,
    scope: granted,
    iat: now,
    exp: now + 3600,
    ...claims,
  } as JWTPayload
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header })
    .sign(key ?? privateKey)
}
