import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { apiClientRoutes } from './api-clients.route.ts'
import { closingDayRoutes } from './closing-days.route.ts'
import { codeSetRoutes } from './code-sets.route.ts'
import { codeVersionRoute } from './code-version.route.ts'
import { frameworkAgreementWrites } from './framework-agreement-writes.route.ts'
import { frameworkAgreementRoutes } from './framework-agreements.route.ts'
import { meRoute } from './me.route.ts'
import { organisationWrites } from './organisation-writes.route.ts'
import { organisationRoutes } from './organisations.route.ts'
import { refusalRoutes } from './refusals.route.ts'
import { reportTemplateRoutes } from './report-templates.route.ts'
import { routingPolicyRoutes } from './routing-policies.route.ts'

/** Who the caller is, and the reference data that orders and registrations name: read by all, kept by the administration. */
export const administration = (app: FastifyInstance, deps: Deps): void => {
  meRoute(app)
  organisationRoutes(app, deps)
  frameworkAgreementRoutes(app, deps)
  codeSetRoutes(app, deps)
  refusalRoutes(app, deps)
  organisationWrites(app, deps)
  apiClientRoutes(app, deps)
  frameworkAgreementWrites(app, deps)
  reportTemplateRoutes(app, deps)
  codeVersionRoute(app, deps)
  routingPolicyRoutes(app, deps)
  closingDayRoutes(app, deps)
}
