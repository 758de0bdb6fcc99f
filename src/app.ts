import type { IncomingMessage, ServerResponse } from 'node:http'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Registry } from 'prom-client'
import { absences } from '#features/absences/plugin.ts'
import { administration } from '#features/administration/plugin.ts'
import { attendance } from '#features/attendance/plugin.ts'
import { auditLog } from '#features/audit-log/plugin.ts'
import { auditorPage } from '#features/auditor-page/plugin.ts'
import { calendar } from '#features/calendar/plugin.ts'
import { citizenExport } from '#features/citizen-export/plugin.ts'
import { citizenReferrals } from '#features/citizen-referrals/plugin.ts'
import { compliance } from '#features/compliance/plugin.ts'
import { contactRequests } from '#features/contact-requests/plugin.ts'
import { documents } from '#features/documents/plugin.ts'
import { eventFeed } from '#features/event-feed/plugin.ts'
import { firstMeetings } from '#features/first-meetings/plugin.ts'
import { health } from '#features/health/plugin.ts'
import { inspections } from '#features/inspections/plugin.ts'
import { leave } from '#features/leave/plugin.ts'
import { notices } from '#features/notices/plugin.ts'
import { obligations } from '#features/obligations/plugin.ts'
import { orders } from '#features/orders/plugin.ts'
import { progress } from '#features/progress/plugin.ts'
import { protocolImports } from '#features/protocol-imports/plugin.ts'
import { protocols } from '#features/protocols/plugin.ts'
import { reports } from '#features/reports/plugin.ts'
import { results } from '#features/results/plugin.ts'
import { sandbox } from '#features/sandbox/plugin.ts'
import { settlements } from '#features/settlements/plugin.ts'
import { terminations } from '#features/terminations/plugin.ts'
import { webhooks } from '#features/webhooks/plugin.ts'
import { recordRefusals } from '#platform/audit/refusals.ts'
import type { TokenVerifier } from '#platform/auth/access-token.ts'
import { authenticate } from '#platform/auth/authenticate.ts'
import { clientDirectory } from '#platform/auth/client-directory.ts'
import { lookupHash } from '#platform/crypto/keyring.ts'
import type { Deps } from '#platform/deps.ts'
import { answerUnknownPaths } from '#platform/http/known-paths.ts'
import { installHttpGround, installRateLimit, usableRequestId } from '#platform/http/platform.ts'
import {
  answerWithProblems,
  clientErrorHandler,
  problemFromError,
  sendProblem,
} from '#platform/http/problem-answers.ts'
import { isRuleRefusal, portalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import { measureRequests } from '#platform/metrics.ts'
import { installOpenApi } from '#platform/openapi/openapi.ts'
import { dateAnswersBy } from '#platform/sandbox-clock.ts'

export type AppOptions = Deps & {
  readonly log: Log
  readonly verifyToken: TokenVerifier
  readonly metrics: Registry
  readonly rateLimit: number
  readonly maxEventLoopDelayMs: number
  /** The development issuer, which answers below /dev/oauth; never in production. */
  readonly issuer?: (request: IncomingMessage, response: ServerResponse) => void
  /** Milliseconds that a caller has for the head and for the whole of a request. */
  readonly timeouts?: { readonly head: number; readonly whole: number; readonly check: number }
}

/** The HTTP application, ready to listen: the ground first, then the features. */
export const buildApp = async (options: AppOptions): Promise<FastifyInstance> => {
  const { publicUrl } = options
  const timeouts = options.timeouts ?? { head: 10_000, whole: 30_000, check: 1000 }
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
    requestTimeout: timeouts.whole,
    http: { headersTimeout: timeouts.head, connectionsCheckingInterval: timeouts.check, maxHeaderSize: 16_384 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    genReqId: (request) => usableRequestId(request.headers['x-request-id']) ?? newId(),
    clientErrorHandler: clientErrorHandler(publicUrl),
    frameworkErrors: (error, request, reply) => {
      // None of the hooks runs for these.
      reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      sendProblem(request, reply, problemFromError(error), publicUrl)
    },
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 200 },
  })
  app.decorate('keyedHash', (text: string) => lookupHash(options.keyring, text))
  answerWithProblems(app as unknown as FastifyInstance, {
    publicUrl,
    refused: async (request, problem) => {
      if (!request.caller || request.method === 'GET' || !isRuleRefusal(problem.slug)) return
      const { refusedOrder, isTrial, operationId } = request.routeOptions.config
      const asked = portalRequest(request, request.caller)
      if (isTrial?.(asked)) return
      const orderId = problem.aboutOrder ?? refusedOrder?.(asked) ?? null
      const { caller, arrivedAt, id } = { caller: request.caller, arrivedAt: request.arrivedAt, id: request.id }
      await recordRefusals(options.database, { caller, arrivedAt, id, operation: operationId ?? '' }, [
        { rule: problem.slug, orderId },
      ])
    },
  })
  const ground = app as unknown as FastifyInstance
  if (options.issuer) {
    const { issuer } = options
    ground.addHook('onRequest', async (request, reply) => {
      if (!request.url.startsWith('/dev/oauth/')) return
      reply.hijack()
      reply.raw.setHeader('x-request-id', request.id)
      issuer(request.raw, reply.raw)
    })
  }
  const unknownPaths = answerUnknownPaths(ground, publicUrl)
  // Once the process stops, each answer is its connection's last: else a kept-alive one would hold the stop up.
  ground.addHook('onSend', async (_request, reply) => {
    if (!options.accepting()) reply.header('connection', 'close')
  })
  await installOpenApi(ground, publicUrl, options.issuer ? `${publicUrl}/dev/oauth/token` : null)
  await installHttpGround(ground, options)
  if (options.sandboxClock) dateAnswersBy(ground, options.sandboxClock)
  unknownPaths.refuseEarly()
  measureRequests(ground, options.metrics)
  const limitRefused = await installRateLimit(ground, options.rateLimit)
  authenticate(ground, {
    verify: options.verifyToken,
    client: clientDirectory(options.database, options.monotonicMs),
    limitRefused,
  })
  ground.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    )
  })
  for (const feature of [
    health,
    administration,
    orders,
    firstMeetings,
    terminations,
    leave,
    notices,
    contactRequests,
    documents,
    protocolImports,
    absences,
    attendance,
    citizenReferrals,
    calendar,
    obligations,
    compliance,
    protocols,
    reports,
    progress,
    results,
    settlements,
    citizenExport,
    inspections,
    eventFeed,
    webhooks,
    auditLog,
    auditorPage,
    sandbox,
  ])
    feature(ground, options)
  return ground
}
