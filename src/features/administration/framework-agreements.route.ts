import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { Id, idParams } from '#platform/http/common-schemas.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { exampleWorld } from '#platform/openapi/example-world.ts'
import { FrameworkAgreementSchema } from './framework-agreement.schema.ts'
import { agreementPage } from './framework-agreements.queries.ts'
import { agreementAnswer, agreementDocument } from './write-framework-agreement.ts'

/** Those who order, administer or audit see every supplier's agreements. */
const readersOfAll: readonly OrganisationKind[] = ['jobcenter', 'administrator', 'auditor']

const listRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/framework-agreements',
      operationId: 'listFrameworkAgreements',
      tag: 'Reference data',
      summary: 'Framework agreements',
      description: 'A supplier sees its own.',
      callers: ['supplier', ...readersOfAll],
      scope: 'portal.read',
      query: closed({ ...listQuery, supplierId: Type.Optional(Id) }),
      answers: { 200: { description: 'A page of agreements.', schema: pageOf(FrameworkAgreementSchema) } },
      problems: ['invalid-cursor'],
      example: {
        client: 'jobcenter-musvaagevej',
        query: { supplierId: exampleWorld.supplier },
      },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { id, kinds } = request.caller.organisation
        const limit = pageSize(request.query.limit)
        const asked = request.query.supplierId?.toLowerCase() ?? null
        const readsAll = kinds.some((kind) => readersOfAll.includes(kind))
        const rows =
          readsAll || asked === null || asked === id
            ? await agreementPage(trx, {
                supplierId: readsAll ? asked : id,
                after: idAfter(request.query.cursor),
                limit,
              })
            : []
        return pageAnswer({
          rows,
          limit,
          position: (row) => row.id,
          item: agreementDocument,
          publicUrl: deps.publicUrl,
          url: request.url,
        })
      }),
  )

const oneRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/framework-agreements/:id',
      operationId: 'getFrameworkAgreement',
      tag: 'Reference data',
      summary: 'One framework agreement',
      description: 'A supplier sees its own.',
      callers: ['supplier', ...readersOfAll],
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: {
          description: 'The agreement.',
          schema: FrameworkAgreementSchema,
          headers: { ETag: 'Of its terms.' },
        },
      },
      example: { client: 'supplier-nord', params: { id: exampleWorld.agreement } },
    },
    (request) =>
      read(deps.database, request, (trx) => {
        const { id, kinds } = request.caller.organisation
        const supplierId = kinds.some((kind) => readersOfAll.includes(kind)) ? null : id
        return agreementAnswer(trx, { id: request.params.id, supplierId, status: 200 })
      }),
  )

/** `GET /v1/framework-agreements` and one of them: what may be ordered from whom, at which price. */
export const frameworkAgreementRoutes = (app: FastifyInstance, deps: Deps): void => {
  listRoute(app, deps)
  oneRoute(app, deps)
}
