import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'

export const absences = (_app: FastifyInstance, _deps: Deps): void => {}
