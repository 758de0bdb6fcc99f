import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { refusalPage } from './refusals.queries.ts'

const Id = Type.String({ format: 'uuid' })
const Moment = Type.String({ format: 'date-time' })

const Refusal = closed({
  id: Id,
  arrivedAt: Moment,
  clientId: Type.String(),
  organisationId: Id,
  operation: Type.String({ description: 'The operationId of what was tried.' }),
  rule: Type.String({ description: 'The code of the problem that answered it.' }),
  orderId: Type.Union([Id, Type.Null()], { description: 'As the caller named it; the order may not exist.' }),
})

/** `GET /v1/refusals`: what was tried and refused by a rule. Holds no personal data, so no purpose is asked for. */
export const refusalRoutes = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/refusals',
      operationId: 'listRefusals',
      tag: 'Reference data',
      summary: 'Refused registrations',
      description:
        'When which system tried to register what, and the rule that refused it. A supplier sees its own; an auditor those about the citizens it audits.',
      callers: ['supplier', 'auditor'],
      scope: 'portal.read',
      query: closed({
        ...listQuery,
        rule: Type.Optional(Type.String({ maxLength: 100 })),
        orderId: Type.Optional(Id),
        arrivedFrom: Type.Optional(Moment),
        arrivedTo: Type.Optional(Type.String({ format: 'date-time', description: 'Inclusive.' })),
      }),
      answers: { 200: { description: 'A page of refusals, in the order of arrival.', schema: pageOf(Refusal) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', query: { arrivedFrom: '2026-03-01T00:00:00Z', limit: 100 } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { id, kinds } = request.caller.organisation
        const { limit: asked, cursor, ...filter } = request.query
        const limit = pageSize(asked)
        const reader = { id, audits: kinds.includes('auditor') }
        return pageAnswer({
          rows: await refusalPage(trx, { reader, filter, after: idAfter(cursor), limit }),
          limit,
          position: (row) => row.id,
          item: (row) => row,
          publicUrl: deps.publicUrl,
          url: request.url,
        })
      }),
  )
