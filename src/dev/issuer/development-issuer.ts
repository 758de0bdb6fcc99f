import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { type Adapter, type Configuration, errors, type JWKS, Provider } from 'oidc-provider'
import { keepFile } from '../folder-lock.ts'
import { developmentClients, developmentSecret, portalScopes } from './clients.ts'

/** Where the issuer is mounted, below the public URL. */
export const issuerPath = '/dev/oauth'

const signingAlgorithm = 'ES256'
const tokenSeconds = 3600

const makeKeys = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true })
  const kid = `development-${crypto.randomUUID().slice(0, 8)}`
  const key = { ...(await exportJWK(privateKey)), kid, alg: signingAlgorithm, use: 'sig' }
  return JSON.stringify({ keys: [key] })
}

/** Nothing is stored: clients are part of the configuration, and JWT access tokens carry themselves. */
const storesNothing = (): Adapter => ({
  upsert: async () => undefined,
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
})

const configuration = (audience: string, jwks: JWKS): Configuration => ({
  adapter: storesNothing,
  jwks,
  clients: Object.entries(developmentClients).map(([client_id, scope]) => ({
    client_id,
    client_secret: developmentSecret,
    // The library takes Basic and body credentials alike from a client of either method (its lib/shared/client_auth.js).
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope,
  })),
  clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
  clientDefaults: { id_token_signed_response_alg: signingAlgorithm },
  enabledJWA: { idTokenSigningAlgValues: [signingAlgorithm] },
  responseTypes: [],
  scopes: [...portalScopes],
  cookies: { keys: ['unused: there are no sessions'] },
  routes: { token: '/token', jwks: '/jwks' },
  ttl: { ClientCredentials: tokenSeconds },
  // Its own page for browsers would announce itself on the console.
  renderError: (ctx, out) => {
    ctx.type = 'application/json'
    ctx.body = out
  },
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      getResourceServerInfo: (ctx, resource, client) => {
        if (resource !== audience) throw new errors.InvalidTarget(`the only resource here is ${audience}`)
        const { params } = ctx.oidc
        const asked = typeof params?.['scope'] === 'string' ? params['scope'] : undefined
        const unknown = asked?.split(' ').find((scope) => !portalScopes.some((known) => known === scope))
        if (unknown !== undefined) throw new errors.InvalidScope('requested scope is unknown', unknown)
        // The grant resolves its resource before it reads the scopes, so this is where a missing scope becomes all.
        if (params && asked === undefined) params['scope'] = client.scope
        return {
          audience,
          scope: client.scope ?? '',
          accessTokenTTL: tokenSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: signingAlgorithm } },
        }
      },
    },
  },
})

/**
 * The token issuer of development and the demo: OAuth 2.0 client credentials, JWT access tokens (RFC 9068) signed with
 * ES256 that live an hour. Never part of production.
 * @param options.publicUrl where callers reach the portal, without a trailing slash; the issuer is `/dev/oauth` below it
 * @param options.audience the `aud` of its tokens, and the one resource that may be asked for
 * @param options.dataDir folder whose file `issuer-keys.json` (mode 600) keeps the signing key over restarts
 * @returns a handler of node's requests whose URL starts with `/dev/oauth`; their bodies must not have been read
 */
export const createDevelopmentIssuer = async (options: {
  publicUrl: string
  audience: string
  dataDir: string
}): Promise<(request: IncomingMessage, response: ServerResponse) => void> => {
  const keys = await keepFile(join(options.dataDir, 'issuer-keys.json'), makeKeys)
  const provider = new Provider(
    `${options.publicUrl}${issuerPath}`,
    configuration(options.audience, JSON.parse(keys) as JWKS),
  )
  const handle = provider.callback()
  return (request, response) => {
    // What a framework that mounts the library does: its routes begin after the mount point.
    ;(request as IncomingMessage & { originalUrl?: string }).originalUrl = request.url ?? ''
    const rest = (request.url ?? '').slice(issuerPath.length)
    request.url = rest.startsWith('/') ? rest : `/${rest}`
    void handle(request, response)
  }
}
