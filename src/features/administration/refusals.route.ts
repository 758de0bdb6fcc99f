import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { citizensOfOrders } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
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

/**
 * `GET /v1/refusals`: what was tried and refused by a rule. It names no citizen, and tells of orders (that sickness was to be
 * registered, say): the look-up of the page's citizens is kept, as far as the caller sees the orders.
 */
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
      problems: ['purpose-required', 'invalid-cursor'],
      example: { client: 'supplier-nord', query: { arrivedFrom: '2026-03-01T00:00:00Z', limit: 100 } },
    },
    async (request) => {
      const purpose = purposeOf(request)
      return read(deps.database, request, async (trx) => {
        const { id, kinds } = request.caller.organisation
        const { limit: asked, cursor, ...filter } = request.query
        const limit = pageSize(asked)
        const reader = { id, audits: kinds.includes('auditor') }
        const rows = await refusalPage(trx, { reader, filter, after: idAfter(cursor), limit })
        const citizenIds = await citizensOfOrders(
          trx,
          rows.slice(0, limit).flatMap(({ orderId }) => (orderId === null ? [] : [orderId])),
        )
        const operation = 'listRefusals'
        await recordLookup(trx, request, { operation, citizenId: null, orderId: null, purpose, citizenIds })
        return pageAnswer({
          rows,
          limit,
          position: (row) => row.id,
          item: (row) => row,
          publicUrl: deps.publicUrl,
          url: request.url,
        })
      })
    },
  )
