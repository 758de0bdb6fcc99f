import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { TokenVerifier } from './access-token.ts'
import type { ClientDirectory } from './client-directory.ts'

const bearer = /^Bearer +([\w.~+/-]+=*)$/i

/**
 * Finds out who calls before anything of the body is read, and refuses kinds and scopes that a route does not serve.
 * Routes without `config.access` are open.
 */
export const authenticate = (
  app: FastifyInstance,
  options: {
    verify: TokenVerifier
    client: ClientDirectory
    /** Counts a request that is refused here; throws `rate-limited` when there are too many. */
    limitRefused: (request: FastifyRequest) => Promise<void>
  },
): void => {
  app.decorateRequest('caller', null)
  const admit = async (request: FastifyRequest, access: NonNullable<FastifyContextConfig['access']>): Promise<void> => {
    const { authorization } = request.headers
    if (authorization === undefined) {
      throw new HttpProblem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
    }
    const token = bearer.exec(authorization)?.[1]
    if (token === undefined) {
      throw new HttpProblem('invalid-token', { headers: { 'www-authenticate': 'Bearer error="invalid_request"' } })
    }
    const verified = await options.verify(token)
    const organisation = await options.client(verified.clientId)
    request.caller = { clientId: verified.clientId, organisation, scopes: verified.scopes }
    request.log = request.log.child({ clientId: verified.clientId })
    if (!access.callers.some((kind) => organisation.kinds.includes(kind))) throw new HttpProblem('forbidden')
    if (!verified.scopes.includes(access.scope)) {
      throw new HttpProblem('insufficient-scope', {
        headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${access.scope}"` },
      })
    }
  }
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (!access) return
    try {
      await admit(request, access)
    } catch (error) {
      await options.limitRefused(request)
      throw error
    }
  })
}
