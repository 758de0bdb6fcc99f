import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { webhookDeliveryRoutes } from './deliveries/webhook-deliveries.routes.ts'
import { endpointActionRoutes } from './endpoints/endpoint-actions.routes.ts'
import { webhookEndpointRoutes } from './endpoints/webhook-endpoints.routes.ts'

/** Webhook endpoints and what was delivered to them. */
export const webhooks = (app: FastifyInstance, deps: Deps): void => {
  webhookEndpointRoutes(app, deps)
  endpointActionRoutes(app, deps)
  webhookDeliveryRoutes(app, deps)
}
