import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { localDateAt } from '#kernel/instant.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import type { Deps } from '#platform/deps.ts'
import { LocalDateSchema, Name } from '#platform/http/common-schemas.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import { type Answer, closed, defineRoute, type PortalRequest } from '#platform/http/route.ts'
import { beginsAlone, notInThePast, placeVersion } from '#rules/reference-data/dated-versions.ts'
import { recordAdministration, registeredBy, takeTurns } from './administration-change.ts'
import { codeSets } from './code-sets.queries.ts'
import { CodeSetSchema } from './code-sets.route.ts'

const Body = closed({
  code: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,99}$' }),
  labels: closed({ da: Name, en: Name }),
  validFrom: LocalDateSchema,
  validTo: Type.Optional(LocalDateSchema),
  attributes: Type.Optional(
    closed(
      { firstMeetingProcedure: Type.Optional(Type.Boolean({ description: 'Of a target group (§ 7).' })) },
      { description: 'Added to those of the version before.' },
    ),
  ),
  registeredBy,
})
const params = closed({ name: Type.String({ maxLength: 100 }) })

/** Adds a version of a code; the one before ends the day before it begins. */
const addVersion = (deps: Deps, request: PortalRequest<Static<typeof Body>, Static<typeof params>>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { code, labels, validFrom, attributes } = request.body
    const setName = request.params.name
    await takeTurns(trx, `code-set ${setName}`)
    const set = await trx.selectFrom('codeValues').selectAll().where('setName', '=', setName).execute()
    if (set.length === 0) throw new HttpProblem('not-found')
    const versions = set.filter((row) => row.code === code)
    demand(
      firstRefusal(
        () => notInThePast(validFrom, localDateAt(request.arrivedAt)),
        () => beginsAlone(validFrom, versions),
      ),
    )
    const { closes, validTo: latest } = placeVersion(validFrom, versions)
    const validTo = request.body.validTo ?? latest
    if (validTo !== null && (validTo < validFrom || (latest !== null && validTo > latest))) {
      const detail = { da: 'Ligger uden for versionen.', en: 'Lies outside the version.' }
      throw invalid('/validTo', 'out-of-range', detail)
    }
    if (closes) {
      await trx
        .updateTable('codeValues')
        .set({ validTo: closes.validTo })
        .where('setName', '=', setName)
        .where('code', '=', code)
        .where('validFrom', '=', closes.version.validFrom)
        .execute()
    }
    const former = closes?.version ?? versions.at(-1)
    await trx
      .insertInto('codeValues')
      .values({
        setName,
        code,
        labelDa: labels.da,
        labelEn: labels.en,
        position: former?.position ?? Math.max(...set.map((row) => row.position)) + 1,
        attributes: JSON.stringify({ ...(former?.attributes as object | undefined), ...attributes }),
        validFrom,
        validTo,
      })
      .execute()
    await recordAdministration(trx, request, {
      action: 'version-added',
      entity: 'code',
      changes: { set: setName, code, validFrom, validTo, closed: closes?.version.validFrom ?? null },
    })
    const [body] = await codeSets(trx, { name: setName, on: undefined, limit: 1 })
    return { status: 201, body, headers: { etag: contentEtag(body), location: `/v1/code-sets/${setName}` } }
  })

/** `POST /v1/code-sets/{name}/codes`. */
export const codeVersionRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/code-sets/:name/codes',
      operationId: 'addCodeVersion',
      tag: 'Reference data',
      summary: 'Add a code, or a new version of one',
      description:
        'From today or later. The version before ends the day before; the new one lasts until `validTo` or until the next begins. It applies within seconds.',
      callers: ['administrator'],
      scope: 'portal.admin',
      params,
      body: Body,
      answers: {
        201: {
          description: 'The code set with every version.',
          schema: CodeSetSchema,
          headers: { ETag: 'Of this answer.', Location: 'The set.' },
        },
      },
      problems: ['validity-in-the-past', 'version-already-there'],
      example: {
        client: 'administrator',
        params: { name: 'absence-reasons' },
        body: {
          code: 'transport',
          labels: { da: 'Transport eller vejr', en: 'Transport or weather' },
          validFrom: '2026-04-01',
        },
      },
    },
    (request) => addVersion(deps, request),
  )
