import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { recordChange } from '#platform/audit/change-log.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import type { AppOptions } from '#src/app.ts'

/** What the next calls of `POST /v1/trials` do besides writing; a test sets it. */
export type Trial = {
  /** Runs inside the transaction before the row is written. */
  before: () => Promise<void>
  /** Runs after the commit, before the answer: throwing is a crash in between. */
  afterCommit: () => void
  /** How often the work ran. */
  runs: number
}

const Body = closed({
  text: Type.String({ maxLength: 50 }),
  amount: Type.Optional(Type.Integer()),
  flag: Type.Optional(Type.Boolean()),
  on: Type.Optional(Type.String({ format: 'date' })),
  month: Type.Optional(Type.String({ format: 'month' })),
  at: Type.Optional(Type.String({ format: 'date-time' })),
  id: Type.Optional(Type.String({ format: 'uuid' })),
  email: Type.Optional(Type.String({ format: 'email' })),
  kind: Type.Optional(Type.Enum(['red', 'green'])),
  people: Type.Optional(Type.Array(closed({ name: Type.String() }), { maxItems: 3 })),
})

const Row = closed({ id: Type.String(), text: Type.String() })

/** A small resource, for what concerns every route alike: `POST /v1/trials`, `GET` and `PUT /v1/trials/{id}`. */
export const trialRoutes = (trial: Trial) => (app: FastifyInstance, deps: AppOptions) => {
  const shared = { tag: 'Trials', callers: ['supplier'], scope: 'portal.write', example: { client: 'x' } } as const
  defineRoute(
    app,
    {
      ...shared,
      method: 'POST',
      url: '/v1/trials',
      operationId: 'createTrial',
      summary: 'Writes a row',
      body: Body,
      answers: { 201: { description: 'Written.', schema: Row, headers: { Location: 'Of it.', ETag: 'Of it.' } } },
      problems: ['absence-already-registered', 'not-found'],
      refusedOrder: ({ body }) => body.id,
    },
    async (request) => {
      const answer = await write(deps.database, request, async (trx) => {
        trial.runs += 1
        await trial.before()
        const id = newId()
        const changes = { text: request.body.text }
        await recordChange(trx, request, {
          action: 'trial',
          entity: 'trial',
          entityId: id,
          orderId: null,
          registeredBy: null,
          changes,
        })
        return {
          status: 201,
          body: { id, ...changes },
          headers: { location: `${deps.publicUrl}/v1/trials/${id}`, etag: etagOf(1) },
        }
      })
      trial.afterCommit()
      return answer
    },
  )
  defineRoute(
    app,
    {
      ...shared,
      method: 'GET',
      scope: 'portal.read',
      url: '/v1/trials/:id',
      operationId: 'getTrial',
      summary: 'Reads a row',
      params: closed({ id: Type.String({ format: 'uuid' }) }),
      query: closed({
        limit: Type.Optional(Type.Integer({ minimum: 1 })),
        word: Type.Optional(Type.String()),
        on: Type.Optional(Type.String({ format: 'date' })),
      }),
      answers: { 200: { description: 'The row.', schema: Row, headers: { ETag: 'Of it.' } } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const row = await trx
          .selectFrom('changeLog')
          .select(['entityId as id', 'changes'])
          .where('entityId', '=', request.params.id)
          .executeTakeFirst()
        if (!row) throw new HttpProblem('not-found')
        const { text } = row.changes as { text: string }
        return { status: 200, body: { id: row.id, text }, headers: { etag: etagOf(1) } }
      }),
  )
  defineRoute(
    app,
    {
      ...shared,
      method: 'PUT',
      url: '/v1/trials/:id',
      operationId: 'putTrial',
      summary: 'Asks for If-Match',
      params: closed({ id: Type.String({ format: 'uuid' }) }),
      body: Body,
      answers: { 200: { description: 'As sent.', schema: Body } },
      problems: ['if-match-required', 'precondition-failed'],
    },
    async (request) => {
      demandIfMatch(request.header('if-match'), etagOf(1))
      return { status: 200, body: request.body }
    },
  )
}

/** A trial that does nothing special. */
export const plainTrial = (): Trial => ({ before: async () => undefined, afterCommit: () => undefined, runs: 0 })
