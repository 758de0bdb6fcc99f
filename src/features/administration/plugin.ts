import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { codeSetRoutes } from './code-sets.route.ts'
import { frameworkAgreementRoutes } from './framework-agreements.route.ts'
import { meRoute } from './me.route.ts'
import { organisationRoutes } from './organisations.route.ts'
import { refusalRoutes } from './refusals.route.ts'

/** Who the caller is, and the reference data that orders and registrations name. */
export const administration = (app: FastifyInstance, deps: Deps): void => {
  meRoute(app)
  organisationRoutes(app, deps)
  frameworkAgreementRoutes(app, deps)
  codeSetRoutes(app, deps)
  refusalRoutes(app, deps)
}
