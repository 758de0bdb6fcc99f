import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds, scopes } from '#kernel/caller.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { closed, defineRoute } from '#platform/http/route.ts'

const Me = closed({
  clientId: Type.String(),
  organisation: closed({
    id: Type.String({ format: 'uuid' }),
    kinds: Type.Array(Type.Enum([...organisationKinds])),
    name: Type.String(),
  }),
  scopes: Type.Array(Type.Enum([...scopes]), { description: 'What this token allows.' }),
})

/** `GET /v1/me`: whom the portal takes the caller for. */
export const meRoute = (app: FastifyInstance): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/me',
      operationId: 'getMe',
      tag: 'Caller',
      summary: 'Who the token speaks for',
      callers: organisationKinds,
      scope: 'portal.read',
      answers: {
        200: { description: 'The API client and its organisation.', schema: Me, headers: { ETag: 'Of this answer.' } },
      },
      example: { client: 'supplier-nord' },
    },
    async ({ caller }) => {
      const { id, kinds, name } = caller.organisation
      const body = { clientId: caller.clientId, organisation: { id, kinds, name }, scopes: caller.scopes }
      return { status: 200, body, headers: { etag: contentEtag(body) } }
    },
  )
