import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { webhookDeliveryRoutes } from './webhook-deliveries.routes.ts'
import { webhookEndpointRoutes } from './webhook-endpoints.routes.ts'

/** Webhook endpoints and what was delivered to them. */
export const webhooks = (app: FastifyInstance, deps: Deps): void => {
  webhookEndpointRoutes(app, deps)
  webhookDeliveryRoutes(app, deps)
}
