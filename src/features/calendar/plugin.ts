import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { deadlineRoute } from './deadline.route.ts'

/** The calendar of working days, and the deadlines that are counted by it. */
export const calendar = (app: FastifyInstance, deps: Deps): void => {
  deadlineRoute(app, deps)
}
