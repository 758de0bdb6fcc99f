import accepts from '@fastify/accepts'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '#platform/clock.ts'
import { acceptJsonAlone } from './json-body.ts'
import { HttpProblem } from './problems/problem.ts'
import { useValidation } from './validation.ts'

/** A number by itself that has the form of a CPR number; it must not get into logs and answers. */
const cprLike = /(?<![0-9A-Za-z])\d{6}-?\d{4}(?![0-9A-Za-z])/
const visibleAscii = /^[\x21-\x7e]{1,128}$/

/** The caller's own request id when it is usable, else undefined. */
export const usableRequestId = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && visibleAscii.test(header) && !cprLike.test(header) ? header : undefined

/** What every request passes on its way in and every answer on its way out, before the routes of the features. */
export const installHttpGround = async (
  app: FastifyInstance,
  options: { clock: Clock; maxEventLoopDelayMs: number },
): Promise<void> => {
  app.decorateRequest('arrivedAt', '' as never)
  app.addHook('onRequest', async (request, reply) => {
    request.arrivedAt = options.clock.now()
    reply.header('x-request-id', request.id)
    if (request.routeOptions.config.access)
      reply.header('cache-control', 'no-store').header('vary', 'Authorization, Accept-Language')
  })
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  })
  await app.register(underPressure, {
    maxEventLoopDelay: options.maxEventLoopDelayMs,
    pressureHandler: () => {
      throw new HttpProblem('temporarily-unavailable', { headers: { 'retry-after': '2' } })
    },
  })
  await app.register(accepts)
  acceptJsonAlone(app)
  useValidation(app)
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.access && !request.accepts().type(['json', 'application/problem+json'])) {
      throw new HttpProblem('not-acceptable')
    }
  })
}

/** A limit per API client and minute; callers without one count by their address. After `authenticate`. */
export const installRateLimit = async (app: FastifyInstance, requestsPerMinute: number): Promise<void> => {
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: (request) => request.caller?.clientId ?? `address:${request.ip}`,
    errorResponseBuilder: (_request, context) =>
      new HttpProblem('rate-limited', {
        headers: { 'retry-after': String(Math.max(1, Math.ceil(context.ttl / 1000))) },
      }),
    skipOnError: false,
  })
}
