import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { Id, InstantSchema } from '#platform/http/common-schemas.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { listQuery, nameAfter, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { present } from '#platform/http/present.ts'
import { demand, HttpProblem, missing } from '#platform/http/problems/problem.ts'
import { type Answer, closed, defineRoute, type PortalRequest } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { administrationKeepsItsAccess } from '#rules/reference-data/organisation.ts'
import { recordAdministration, registeredBy } from './administration-change.ts'

const ClientId = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,99}$',
  description: 'The client id as the token issuer knows it.',
})
const ApiClient = closed({
  clientId: Type.String(),
  organisationId: Id,
  createdAt: InstantSchema,
  revokedAt: Type.Optional(InstantSchema),
})
const CreateApiClientBody = closed({ clientId: ClientId, organisationId: Id, registeredBy })
const RevokeApiClientBody = closed({ registeredBy })
const params = closed({ clientId: Type.String({ minLength: 1, maxLength: 200 }) })
const shown = ['clientId', 'organisationId', 'createdAt', 'revokedAt'] as const

const create = (deps: Deps, request: PortalRequest<Static<typeof CreateApiClientBody>>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { clientId, organisationId } = request.body
    const organisation = await trx
      .selectFrom('organisations')
      .select('id')
      .where('id', '=', organisationId)
      .executeTakeFirst()
    if (!organisation) throw missing('/organisationId')
    const row = await trx
      .insertInto('apiClients')
      .values({ clientId, organisationId: organisation.id, createdAt: request.arrivedAt })
      .returning(shown)
      .executeTakeFirstOrThrow()
    await recordAdministration(trx, request, {
      action: 'created',
      entity: 'api-client',
      entityId: organisation.id,
      changes: { clientId },
    })
    const body = present(row)
    return { status: 201, body, headers: { etag: contentEtag(body), location: `/v1/api-clients/${clientId}` } }
  })

/** What the portal remembers of a client is twenty seconds old at most, so a revoked one is refused within a minute. */
const revoke = (
  deps: Deps,
  request: PortalRequest<Static<typeof RevokeApiClientBody>, Static<typeof params>>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { clientId } = request.params
    const client = await trx
      .selectFrom('apiClients')
      .select(shown)
      .where('clientId', '=', clientId)
      .forUpdate()
      .executeTakeFirst()
    if (!client) throw new HttpProblem('not-found')
    demand(administrationKeepsItsAccess(clientId !== request.caller.clientId))
    if (client.revokedAt === null) {
      await trx
        .updateTable('apiClients')
        .set({ revokedAt: request.arrivedAt })
        .where('clientId', '=', clientId)
        .execute()
      await recordAdministration(trx, request, {
        action: 'revoked',
        entity: 'api-client',
        entityId: client.organisationId,
        changes: { clientId },
      })
    }
    const body = present({ ...client, revokedAt: client.revokedAt ?? request.arrivedAt })
    return { status: 200, body, headers: { etag: contentEtag(body) } }
  })

const etag = { ETag: 'Of this answer.' }

const reads = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/api-clients',
      operationId: 'listApiClients',
      tag: 'Reference data',
      summary: 'The registered API clients',
      callers: ['administrator'],
      scope: 'portal.read',
      query: closed({ ...listQuery, organisationId: Type.Optional(Id) }),
      answers: { 200: { description: 'A page of clients, by client id.', schema: pageOf(ApiClient) } },
      problems: ['invalid-cursor'],
      example: { client: 'administrator', query: { organisationId: example.supplier } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { organisationId, cursor } = request.query
        const limit = pageSize(request.query.limit)
        const after = nameAfter(cursor)
        const rows = await trx
          .selectFrom('apiClients')
          .select(shown)
          .$if(organisationId !== undefined, (q) => q.where('organisationId', '=', organisationId as string))
          .$if(after !== undefined, (q) => q.where('clientId', '>', after as string))
          .orderBy('clientId')
          .limit(limit + 1)
          .execute()
        const { publicUrl } = deps
        return pageAnswer({ rows, limit, position: (row) => row.clientId, item: present, publicUrl, url: request.url })
      }),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/api-clients/:clientId',
      operationId: 'getApiClient',
      tag: 'Reference data',
      summary: 'One API client',
      callers: ['administrator'],
      scope: 'portal.read',
      params,
      answers: { 200: { description: 'The client.', schema: ApiClient, headers: etag } },
      example: { client: 'administrator', params: { clientId: 'supplier-nord' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { clientId } = request.params
        const row = await trx.selectFrom('apiClients').select(shown).where('clientId', '=', clientId).executeTakeFirst()
        if (!row) throw new HttpProblem('not-found')
        const body = present(row)
        return { status: 200, body, headers: { etag: contentEtag(body) } }
      }),
  )
}

/** `/v1/api-clients`: which systems speak for which organisation. */
export const apiClientRoutes = (app: FastifyInstance, deps: Deps): void => {
  reads(app, deps)
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/api-clients',
      operationId: 'createApiClient',
      tag: 'Reference data',
      summary: 'Register an API client',
      description: 'The token issuer knows the client and its secret; the portal knows whose it is.',
      callers: ['administrator'],
      scope: 'portal.admin',
      body: CreateApiClientBody,
      answers: {
        201: { description: 'The client.', schema: ApiClient, headers: { ...etag, Location: 'The client.' } },
      },
      problems: ['not-found'],
      example: {
        client: 'administrator',
        body: { clientId: 'supplier-nord-test', organisationId: example.supplier },
      },
    },
    (request) => create(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/api-clients/:clientId/revocation',
      operationId: 'revokeApiClient',
      tag: 'Reference data',
      summary: 'Revoke an API client',
      description: 'Its tokens are refused within a minute, for good. Revoking it again changes nothing.',
      callers: ['administrator'],
      scope: 'portal.admin',
      params,
      body: RevokeApiClientBody,
      answers: { 200: { description: 'The client.', schema: ApiClient, headers: etag } },
      problems: ['administration-locks-itself-out'],
      example: {
        client: 'administrator',
        params: { clientId: 'supplier-akasse' },
        body: { registeredBy: { name: 'Fie Forvalter' } },
      },
    },
    (request) => revoke(deps, request),
  )
}
