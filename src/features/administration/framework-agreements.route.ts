import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { exampleWorld } from '#platform/openapi/example-world.ts'
import { agreementPage } from './framework-agreements.queries.ts'
import { present } from './present.ts'

const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const Oere = Type.Integer({ minimum: 0 })

const FrameworkAgreement = closed({
  id: Id,
  supplierId: Id,
  title: Type.String(),
  offers: Type.Array(closed({ code: Type.String(), title: Type.String() })),
  targetGroups: Type.Array(Type.String()),
  validFrom: Day,
  validTo: Day,
  unitPriceOere: Type.Integer({ minimum: 0, description: 'Per hour.' }),
  budgetOere: Type.Optional(Oere),
  reportTemplates: Type.Array(closed({ kind: Type.String(), templateId: Id }), {
    description: 'The templates that reports under this agreement follow.',
  }),
})

/** Those who order, administer or audit see every supplier's agreements. */
const readersOfAll: readonly OrganisationKind[] = ['jobcenter', 'administrator', 'auditor']

/** `GET /v1/framework-agreements`: what may be ordered from whom, at which price. */
export const frameworkAgreementRoutes = (app: FastifyInstance, deps: Deps): void =>
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
      answers: { 200: { description: 'A page of agreements.', schema: pageOf(FrameworkAgreement) } },
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
          item: (row) => ({ ...present(row), reportTemplates: [] }),
          publicUrl: deps.publicUrl,
          url: request.url,
        })
      }),
  )
