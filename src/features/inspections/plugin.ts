import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { conductRoutes } from './conducting/conduct.route.ts'
import { endRoutes } from './ending/end.route.ts'
import { inspectionRoutes } from './inspection.route.ts'

/** Inspections: a sample, the pack of each course, findings at control points, the closing, and the yearly table. */
export const inspections = (app: FastifyInstance, deps: Deps): void => {
  inspectionRoutes(app, deps)
  conductRoutes(app, deps)
  endRoutes(app, deps)
}
