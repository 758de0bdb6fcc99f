import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { listEventsRoute } from './list-events.route.ts'

/** The event feed. */
export const eventFeed = (app: FastifyInstance, deps: Deps): void => listEventsRoute(app, deps)
