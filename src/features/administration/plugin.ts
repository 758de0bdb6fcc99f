import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'

export const administration = (_app: FastifyInstance, _deps: Deps): void => {}
