import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { present } from '#platform/http/present.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { exampleWorld } from '#platform/openapi/example-world.ts'
import { listedOrganisation, OrganisationSchema } from './organisation.schema.ts'
import { directoryPage, organisationById, shareAnOrder } from './organisations.queries.ts'
import { organisationAnswer, partyAnswer } from './write-organisation.ts'

const Kind = Type.Enum([...organisationKinds])

const listRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/organisations',
      operationId: 'listOrganisations',
      tag: 'Reference data',
      summary: 'The directory of organisations',
      description: 'Whom an order can be placed with and where it can be delivered.',
      callers: organisationKinds,
      scope: 'portal.read',
      query: closed({ ...listQuery, kind: Type.Optional(Kind) }),
      answers: { 200: { description: 'A page of the directory.', schema: pageOf(closed(listedOrganisation)) } },
      problems: ['invalid-cursor'],
      example: { client: 'jobcenter-musvaagevej', query: { kind: 'supplier', limit: 2 } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const limit = pageSize(request.query.limit)
        const { kind } = request.query
        return pageAnswer({
          rows: await directoryPage(trx, { kind, after: idAfter(request.query.cursor), limit }),
          limit,
          position: (row) => row.id,
          item: present,
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
      url: '/v1/organisations/:id',
      operationId: 'getOrganisation',
      tag: 'Reference data',
      summary: 'An organisation with its contact persons',
      description:
        "The caller's own; the administration reads any. Supplier and jobcenter of an order that was placed read how to reach each other (§ 17, § 18): name, kinds, contact persons, secure e-mail and delivery addresses.",
      callers: organisationKinds,
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: { description: 'The organisation.', schema: OrganisationSchema, headers: { ETag: 'Of this version.' } },
      },
      example: { client: 'supplier-nord', params: { id: exampleWorld.supplier } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { id, kinds } = request.caller.organisation
        const asked = request.params.id.toLowerCase()
        const whole = asked === id || kinds.includes('administrator')
        const row = whole || (await shareAnOrder(trx, id, asked)) ? await organisationById(trx, asked) : undefined
        if (!row) throw new HttpProblem('not-found')
        return { status: 200, ...(whole ? organisationAnswer(row) : partyAnswer(row)) }
      }),
  )

/** `GET /v1/organisations` and `/v1/organisations/{id}`. */
export const organisationRoutes = (app: FastifyInstance, deps: Deps): void => {
  listRoute(app, deps)
  oneRoute(app, deps)
}
