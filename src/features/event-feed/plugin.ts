import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'

export const eventFeed = (_app: FastifyInstance, _deps: Deps): void => {}
