import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { exampleWorld } from '#platform/openapi/example-world.ts'
import { directoryPage, organisationById } from './organisations.queries.ts'
import { present } from './present.ts'

const Id = Type.String({ format: 'uuid' })
const Kind = Type.Enum([...organisationKinds])

const listed = {
  id: Id,
  name: Type.String(),
  kinds: Type.Array(Kind),
  supplierKind: Type.Optional(Type.Enum(['external', 'municipal', 'unemployment-fund'])),
  deliveryAddresses: Type.Array(closed({ id: Id, address: Type.String() })),
}

const Organisation = closed({
  ...listed,
  secureEmail: Type.Optional(Type.String()),
  copiesForMunicipality: Type.Optional(
    Type.String({ description: 'A benefits office: receives copies of what concerns this municipality’s citizens.' }),
  ),
  auditedMunicipalities: Type.Optional(
    Type.Array(Type.String(), { description: 'An auditor: limited to the citizens of these municipalities.' }),
  ),
  contactPersons: Type.Array(
    closed({ id: Id, name: Type.String(), email: Type.String(), phone: Type.Optional(Type.String()) }),
  ),
})

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
      answers: { 200: { description: 'A page of the directory.', schema: pageOf(closed(listed)) } },
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
      description: "The caller's own; the administration reads any.",
      callers: organisationKinds,
      scope: 'portal.read',
      params: closed({ id: Id }),
      answers: {
        200: { description: 'The organisation.', schema: Organisation, headers: { ETag: 'Of this version.' } },
      },
      example: { client: 'supplier-nord', params: { id: exampleWorld.supplier } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { id, kinds } = request.caller.organisation
        const own = request.params.id.toLowerCase() === id
        const row = own || kinds.includes('administrator') ? await organisationById(trx, request.params.id) : undefined
        if (!row) throw new HttpProblem('not-found')
        const { version, contactPersons, ...organisation } = row
        return {
          status: 200,
          body: { ...present(organisation), contactPersons: contactPersons.map(present) },
          headers: { etag: etagOf(version) },
        }
      }),
  )

/** `GET /v1/organisations` and `/v1/organisations/{id}`. */
export const organisationRoutes = (app: FastifyInstance, deps: Deps): void => {
  listRoute(app, deps)
  oneRoute(app, deps)
}
