import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import {
  type Configuration,
  errors,
  interactionPolicy,
  type JWKS,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'
import { keepFile } from '../folder-lock.ts'
import { developmentClients, developmentSecret, portalScopes } from './clients.ts'
import { memoryStore } from './memory-store.ts'
import { type DevelopmentPerson, developmentPeople, pageClient } from './people.ts'
import { answerSignIn, signInPath, signInSeconds } from './sign-in-page.ts'

/** Where the issuer is mounted, below the public URL. */
export const issuerPath = '/dev/oauth'

const signingAlgorithm = 'ES256'
const tokenSeconds = 3600
/** Ours: longer than a session of the page, as at an issuer that serves many. */
const sessionSeconds = 86_400

const makeKeys = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true })
  const kid = `development-${crypto.randomUUID().slice(0, 8)}`
  const key = { ...(await exportJWK(privateKey)), kid, alg: signingAlgorithm, use: 'sig' }
  return JSON.stringify({ keys: [key] })
}

/** What the page may learn of a person, and nothing of the portal's API. */
const pageScopes = ['openid', 'profile']

/** The person is asked who they are, and not whether the page may know it. */
const askWho = () => {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  return policy
}

const grantTo = async (ctx: KoaContextWithOIDC) => {
  const { client, account, provider, session } = ctx.oidc
  // Tabs that sign in at once share it: a code is good as long as its session has the grant that it was made with.
  const before = session?.grantIdFor(client?.clientId ?? '')
  const kept = before === undefined ? undefined : await provider.Grant.find(before)
  if (kept?.accountId === account?.accountId && kept) return kept
  const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: account?.accountId ?? '' })
  grant.addOIDCScope(pageScopes.join(' '))
  await grant.save()
  return grant
}

/** Whoever signs out at the page is signed out here as well, and is not asked whether. */
const endAtOnce =
  (publicUrl: string) =>
  async (ctx: KoaContextWithOIDC): Promise<void> => {
    await ctx.oidc.session?.destroy()
    const asked = ctx.oidc.params?.['post_logout_redirect_uri']
    ctx.status = 303
    ctx.redirect(typeof asked === 'string' ? asked : `${publicUrl}/auditor/signed-out`)
  }

const machines = () =>
  Object.entries(developmentClients).map(([client_id, scope]) => ({
    client_id,
    client_secret: developmentSecret,
    // The library takes Basic and body credentials alike from a client of either method (its lib/shared/client_auth.js).
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope,
  }))

const configuration = (
  given: { publicUrl: string; audience: string; people: readonly DevelopmentPerson[] },
  jwks: JWKS,
): Configuration => ({
  adapter: memoryStore(),
  jwks,
  clients: [
    ...(machines() as NonNullable<Configuration['clients']>),
    {
      client_id: pageClient,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [`${given.publicUrl}/auditor/callback`],
      post_logout_redirect_uris: [`${given.publicUrl}/auditor/signed-out`],
      scope: pageScopes.join(' '),
    },
  ],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
  clientDefaults: { id_token_signed_response_alg: signingAlgorithm },
  enabledJWA: { idTokenSigningAlgValues: [signingAlgorithm] },
  responseTypes: ['code'],
  scopes: [...pageScopes, ...portalScopes],
  claims: { openid: ['sub', 'portal_organisation'], profile: ['name'] },
  // There is no userinfo to ask: what is told of a person stands in the ID token.
  conformIdTokenClaims: false,
  findAccount: (_ctx, id) => {
    const person = given.people.find((one) => one.id === id)
    return (
      person && {
        accountId: id,
        claims: () => ({ sub: id, name: person.name, portal_organisation: person.organisation }),
      }
    )
  },
  loadExistingGrant: grantTo,
  interactions: {
    policy: askWho(),
    url: (_ctx, { uid }) => `${issuerPath}${signInPath}${uid}`,
  },
  cookies: { keys: [randomBytes(32).toString('base64')] },
  routes: { authorization: '/auth', token: '/token', jwks: '/jwks', end_session: '/sign-out' },
  ttl: {
    ClientCredentials: tokenSeconds,
    Interaction: signInSeconds,
    Session: sessionSeconds,
    Grant: sessionSeconds,
    AuthorizationCode: 60,
    IdToken: 600,
    AccessToken: 60,
  },
  // Its own page for browsers would announce itself on the console.
  renderError: (ctx, out) => {
    ctx.type = 'application/json'
    ctx.body = out
  },
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: true, logoutSource: endAtOnce(given.publicUrl) },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // A person's sign-in gives no access to the API.
      defaultResource: (_ctx, client) => (client.clientId === pageClient ? [] : given.audience),
      getResourceServerInfo: (ctx, resource, client) => {
        const { audience } = given
        if (resource !== audience || client.clientId === pageClient)
          throw new errors.InvalidTarget(`the only resource here is ${audience}, of API clients`)
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
 * ES256 that live an hour; and OpenID Connect's code flow for the people of the auditor's page. Never part of production.
 * @param options.publicUrl where callers reach the portal, without a trailing slash; the issuer is `/dev/oauth` below it
 * @param options.audience the `aud` of its tokens, and the one resource that may be asked for
 * @param options.dataDir folder whose file `issuer-keys.json` (mode 600) keeps the signing key over restarts
 * @param options.people who can sign in; by default the two invented auditors
 * @returns a handler of node's requests whose URL starts with `/dev/oauth`; their bodies must not have been read
 */
export const createDevelopmentIssuer = async (options: {
  publicUrl: string
  audience: string
  dataDir: string
  people?: readonly DevelopmentPerson[]
}): Promise<(request: IncomingMessage, response: ServerResponse) => void> => {
  const keys = await keepFile(join(options.dataDir, 'issuer-keys.json'), makeKeys)
  const people = options.people ?? developmentPeople
  const provider = new Provider(
    `${options.publicUrl}${issuerPath}`,
    configuration({ publicUrl: options.publicUrl, audience: options.audience, people }, JSON.parse(keys) as JWKS),
  )
  const handle = provider.callback()
  return (request, response) => {
    // What a framework that mounts the library does: its routes begin after the mount point.
    ;(request as IncomingMessage & { originalUrl?: string }).originalUrl = request.url ?? ''
    const rest = (request.url ?? '').slice(issuerPath.length)
    if (rest.startsWith(signInPath)) {
      void answerSignIn(provider, people, request, response)
      return
    }
    request.url = rest.startsWith('/') ? rest : `/${rest}`
    void handle(request, response)
  }
}
