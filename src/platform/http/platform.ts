import accepts from '@fastify/accepts'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '#platform/clock.ts'
import { acceptForms } from './form-body.ts'
import { acceptJsonAlone } from './json-body.ts'
import { HttpProblem } from './problems/problem.ts'
import { useValidation } from './validation.ts'

/** A number by itself that has the form of a CPR number; it must not get into logs and answers. */
const cprLike = /(?<![0-9A-Za-z])\d{6}-?\d{4}(?![0-9A-Za-z])/
const visibleAscii = /^[\x21-\x7e]{1,128}$/

/** The caller's own request id when it is usable, else undefined. */
export const usableRequestId = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && visibleAscii.test(header) && !cprLike.test(header) ? header : undefined

/**
 * Whether `Accept` takes JSON. Parameters of the media type do not matter; the most telling range that fits decides, and
 * a quality of 0 refuses. Whoever asks for problem documents by name takes JSON too.
 */
export const takesJson = (accept: string | undefined): boolean => {
  if (accept === undefined || accept.trim() === '') return true
  const tellings: Record<string, number> = {
    '*/*': 1,
    'application/*': 2,
    'application/json': 3,
    'application/problem+json': 3,
  }
  let best = { telling: 0, taken: false }
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim())
    const telling = tellings[type] ?? 0
    if (telling === 0 || telling < best.telling) continue
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    const taken = quality === undefined || Number(quality.slice(2)) > 0
    best = { telling, taken: taken || (telling === best.telling && best.taken) }
  }
  return best.taken
}

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
  await acceptForms(app)
  useValidation(app)
  app.addHook('onRequest', async (request) => {
    const { access, media } = request.routeOptions.config
    if (access && !media && !takesJson(request.headers.accept)) {
      throw new HttpProblem('not-acceptable')
    }
  })
}

/**
 * A limit per API client and minute. Gives the check that counts refused requests, which never reach the limit of their
 * route: by client where it is known, else by address, since a signature that does not fit is dear to find out.
 */
export const installRateLimit = async (
  app: FastifyInstance,
  requestsPerMinute: number,
): Promise<(request: FastifyRequest) => Promise<void>> => {
  const keyGenerator = (request: FastifyRequest): string => request.caller?.clientId ?? `address:${request.ip}`
  const exceeded = (ttlMs: number): HttpProblem =>
    new HttpProblem('rate-limited', { headers: { 'retry-after': String(Math.max(1, Math.ceil(ttlMs / 1000))) } })
  const limit = { max: requestsPerMinute, timeWindow: 60_000, keyGenerator }
  await app.register(rateLimit, {
    ...limit,
    enableDraftSpec: true,
    errorResponseBuilder: (_request, context) => exceeded(context.ttl),
    skipOnError: false,
  })
  const count = app.createRateLimit(limit)
  return async (request) => {
    const counted = await count(request)
    if (!counted.isAllowed && counted.isExceeded) throw exceeded(counted.ttl)
  }
}
