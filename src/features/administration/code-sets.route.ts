import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { listQuery, nameAfter, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { codeSets } from './code-sets.queries.ts'

const Day = Type.String({ format: 'date' })

export const CodeSetSchema = closed({
  name: Type.String(),
  codes: Type.Array(
    closed({
      code: Type.String(),
      labels: closed({ da: Type.String(), en: Type.String() }),
      validFrom: Day,
      validTo: Type.Union([Day, Type.Null()], { description: 'Last day; null while no end is set.' }),
      attributes: Type.Record(Type.String(), Type.Unknown()),
    }),
    { description: 'In the order in which a person should see them.' },
  ),
})

const on = Type.Optional(
  Type.String({ format: 'date', description: 'Only the codes that are valid on this day; every version without it.' }),
)

/** `GET /v1/code-sets` and `/v1/code-sets/{name}`: the codes that requests may use, with their labels. */
export const codeSetRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/code-sets',
      operationId: 'listCodeSets',
      tag: 'Reference data',
      summary: 'All code sets',
      callers: organisationKinds,
      scope: 'portal.read',
      query: closed({ ...listQuery, on }),
      answers: { 200: { description: 'A page of code sets, by name.', schema: pageOf(CodeSetSchema) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', query: { on: '2026-03-13' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const limit = pageSize(request.query.limit)
        const after = nameAfter(request.query.cursor)
        return pageAnswer({
          rows: await codeSets(trx, { on: request.query.on, after, limit: limit + 1 }),
          limit,
          position: (set) => set.name,
          item: (set) => set,
          publicUrl: deps.publicUrl,
          url: request.url,
        })
      }),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/code-sets/:name',
      operationId: 'getCodeSet',
      tag: 'Reference data',
      summary: 'One code set',
      callers: organisationKinds,
      scope: 'portal.read',
      params: closed({ name: Type.String({ maxLength: 100 }) }),
      query: closed({ on }),
      answers: { 200: { description: 'The set.', schema: CodeSetSchema, headers: { ETag: 'Of this answer.' } } },
      example: { client: 'supplier-nord', params: { name: 'absence-reasons' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const [set] = await codeSets(trx, { name: request.params.name, on: request.query.on, limit: 1 })
        if (!set) throw new HttpProblem('not-found')
        return { status: 200, body: set, headers: { etag: contentEtag(set) } }
      }),
  )
}
