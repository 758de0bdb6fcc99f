import type { FastifyInstance } from 'fastify'
import { missingMigrations } from '#platform/db/migrations.ts'
import { unsafeRole } from '#platform/db/role-check.ts'
import type { Deps } from '#platform/deps.ts'

/** Liveness and readiness, open to whoever watches the process. */
export const health = (app: FastifyInstance, deps: Deps): void => {
  let roleIsSafe = false
  const route = { schema: { hide: true }, config: { rateLimit: false as const, pressureHandler: () => undefined } }
  app.get('/health/live', route, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  )
  app.get('/health/ready', route, async (request, reply) => {
    const notReady = (because: string, facts: Record<string, unknown> = {}) =>
      reply
        .code(503)
        .headers({ 'cache-control': 'no-store', 'retry-after': '2' })
        .send({ status: 'not-ready', because, ...facts })
    if (!deps.accepting()) return notReady('shutting-down')
    // The start itself holds the event loop: whoever is told to come must not be refused by the guard of pressure.
    if (app.isUnderPressure()) return notReady('overloaded')
    try {
      const missing = await missingMigrations(deps.database)
      if (missing.length > 0) return notReady('migrations-missing', { missing })
      // The policies are the second wall; a role that walks around them must not serve anybody.
      roleIsSafe ||= (await unsafeRole(deps.database)) === undefined
      if (!roleIsSafe) return notReady('database-role-unsafe')
    } catch (error) {
      request.log.warn({ err: error }, 'not ready')
      return notReady('database-unavailable')
    }
    return reply.header('cache-control', 'no-store').send({ status: 'ready' })
  })
}
