import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { reportsForJobcenter } from './jobcenter.route.ts'
import { reportReading } from './reading.route.ts'
import { submissionRoutes } from './submission.route.ts'

/** Reports of suppliers (§ 3, § 4, § 11): their submission, and the jobcenter's side. */
export const reports = (app: FastifyInstance, deps: Deps): void => {
  submissionRoutes(app, deps)
  reportReading(app, deps)
  reportsForJobcenter(app, deps)
}
