import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { defineRoute } from '#platform/http/route.ts'
import { webhookCallers } from '../webhook-callers.ts'
import { pauseWebhookEndpoint, resumeWebhookEndpoint } from './change-webhook-endpoint.ts'
import { EndpointSchema, RotatedSecretSchema, RotateSecretBody, StatisticsSchema } from './endpoint.schema.ts'
import { endpointStatistics } from './endpoint-statistics.ts'
import { rotateSecret } from './rotate-secret.ts'
import { SampleSentSchema, SendSampleBody, sampleSender } from './send-sample.ts'

const common = { tag: 'Webhooks', callers: webhookCallers, params: idParams } as const
const example = { client: 'supplier-nord', params: { id: '$webhookEndpoint' } }
const endpoint = (description: string) => ({
  200: { description, schema: EndpointSchema, headers: { etag: 'Its version.' } },
})

/** What is done with a webhook endpoint: pause, resume, rotate its secret, test it, and see how it fares. */
export const endpointActionRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      ...common,
      method: 'POST',
      url: '/v1/webhook-endpoints/:id/pause',
      operationId: 'pauseWebhookEndpoint',
      summary: 'Pause a webhook endpoint',
      description:
        'Nothing more is posted to it, but for what is under way. Its events are kept for it and go out once it is resumed. One that is paused already stays as it is.',
      scope: 'portal.write',
      answers: endpoint('The endpoint, paused.'),
      example,
    },
    (request) => pauseWebhookEndpoint(deps, request),
  )

  defineRoute(
    app,
    {
      ...common,
      method: 'POST',
      url: '/v1/webhook-endpoints/:id/resume',
      operationId: 'resumeWebhookEndpoint',
      summary: 'Resume a webhook endpoint',
      description:
        'Whoever paused it, you or the portal. What was kept goes out now, each with its attempts begun anew. One that is active stays as it is.',
      scope: 'portal.write',
      answers: endpoint('The endpoint, active.'),
      example,
    },
    (request) => resumeWebhookEndpoint(deps, request),
  )

  defineRoute(
    app,
    {
      ...common,
      method: 'POST',
      url: '/v1/webhook-endpoints/:id/secret',
      operationId: 'rotateWebhookSecret',
      summary: 'Replace the signing secret',
      description:
        'The new secret is shown in this answer and never again, nor kept under an `Idempotency-Key`. For the overlap deliveries are signed with the present secret as well, after the new one, so that a receiver can change over when it likes. Replacing it again meanwhile, as after an answer that was lost, ends none before its own time: up to five previous ones sign, the oldest goes first. `overlapHours` 0 ends all of them at once. Without a body the overlap is 24 hours; it runs in real time, also in a sandbox.',
      scope: 'portal.write',
      body: RotateSecretBody,
      answers: { 200: { description: 'The new secret. Keep it.', schema: RotatedSecretSchema } },
      example: { ...example, body: { overlapHours: 12 } },
    },
    (request) => rotateSecret(deps, request),
  )

  defineRoute(
    app,
    {
      ...common,
      method: 'GET',
      url: '/v1/webhook-endpoints/:id/statistics',
      operationId: 'getWebhookStatistics',
      summary: 'See how deliveries to a webhook endpoint fare',
      description: 'Counted since it was registered, and for the last 24 hours. Samples do not count.',
      scope: 'portal.read',
      answers: { 200: { description: 'The figures as of now.', schema: StatisticsSchema } },
      example,
    },
    async (request) => {
      const statistics = await read(deps.database, request, (trx) =>
        endpointStatistics(trx, request.caller.organisation.id, request.params.id),
      )
      if (!statistics) throw new HttpProblem('not-found')
      return { status: 200, body: statistics }
    },
  )

  defineRoute(
    app,
    {
      ...common,
      method: 'POST',
      url: '/v1/webhook-endpoints/:id/test',
      operationId: 'testWebhookEndpoint',
      summary: 'Send a sample to a webhook endpoint',
      description:
        'Posts a signed event of the type at once, also to a paused endpoint, and answers with what came of it. Its identifiers stand for nothing, its `data` has `"test": true` and its `sequence` is 0. It is neither in the feed nor among the deliveries, and it is sent anew with each call. An organisation has up to five under way: 429 with `Retry-After` for more.',
      scope: 'portal.write',
      idempotent: false,
      body: SendSampleBody,
      answers: { 200: { description: 'What came of it.', schema: SampleSentSchema } },
      problems: ['unknown-event-type'],
      example: { client: 'supplier-nord', params: { id: '$answeringEndpoint' }, body: { type: 'order.placed' } },
    },
    sampleSender(deps),
  )
}
