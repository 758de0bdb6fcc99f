import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import type { Deps } from '#platform/deps.ts'
import { Id, idParams, LocalDateSchema, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { demand, HttpProblem, invalid, missing } from '#platform/http/problems/problem.ts'
import { type Answer, closed, defineRoute, type PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { beginsAlone, notInThePast, placeVersion } from '#rules/reference-data/dated-versions.ts'
import { recordAdministration, registeredBy, takeTurns } from './administration-change.ts'

const Kind = oneOf(['final', 'interim', 'social-action-plan', 'handover'])
const ReportTemplate = closed({
  id: Id,
  version: Type.Integer({ minimum: 1 }),
  kind: Kind,
  title: Type.String(),
  validFrom: LocalDateSchema,
  validTo: orNull(LocalDateSchema),
})
const Body = closed({
  id: Type.Optional(Type.Unsafe<string>({ ...Id, description: 'The template that this is a new version of.' })),
  kind: Kind,
  title: Name,
  validFrom: LocalDateSchema,
  registeredBy,
})
const shown = ['id', 'version', 'kind', 'title', 'validFrom', 'validTo'] as const

/** A new template, or a new version of one; the version before ends the day before. */
const addTemplate = (deps: Deps, request: PortalRequest<Static<typeof Body>>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { kind, title, validFrom } = request.body
    const id = request.body.id?.toLowerCase() ?? newId()
    await takeTurns(trx, `report-template ${id}`)
    const versions = await trx.selectFrom('reportTemplates').select(shown).where('id', '=', id).execute()
    const [known] = versions
    if (request.body.id !== undefined && !known) throw missing('/id')
    if (known && known.kind !== kind) {
      throw invalid('/kind', 'differs', {
        da: 'Skabelonen er af en anden art.',
        en: 'The template is of another kind.',
      })
    }
    demand(
      firstRefusal(
        () => notInThePast(validFrom, localDateAt(request.arrivedAt)),
        () => beginsAlone(validFrom, versions),
      ),
    )
    const { closes, validTo } = placeVersion(validFrom, versions)
    if (closes) {
      await trx
        .updateTable('reportTemplates')
        .set({ validTo: closes.validTo })
        .where('id', '=', id)
        .where('version', '=', closes.version.version)
        .execute()
    }
    const template = await trx
      .insertInto('reportTemplates')
      .values({
        id,
        version: Math.max(0, ...versions.map((one) => one.version)) + 1,
        kind,
        title,
        validFrom,
        validTo,
        createdAt: request.arrivedAt,
      })
      .returning(shown)
      .executeTakeFirstOrThrow()
    await recordAdministration(trx, request, {
      action: 'version-added',
      entity: 'report-template',
      entityId: id,
      changes: { kind, version: template.version, validFrom, validTo, closed: closes?.version.version ?? null },
    })
    const headers = { etag: contentEtag(template), location: `/v1/report-templates/${id}?version=${template.version}` }
    return { status: 201, body: template, headers }
  })

const reads = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/report-templates',
      operationId: 'listReportTemplates',
      tag: 'Reference data',
      summary: 'The report templates',
      description: 'Each with its newest version, or with the one that is valid `on` a day, if there is one.',
      callers: organisationKinds,
      scope: 'portal.read',
      query: closed({ ...listQuery, kind: Type.Optional(Kind), on: Type.Optional(LocalDateSchema) }),
      answers: { 200: { description: 'A page of templates.', schema: pageOf(ReportTemplate) } },
      problems: ['invalid-cursor'],
      example: { client: 'supplier-nord', query: { kind: 'final' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { kind, on, cursor } = request.query
        const limit = pageSize(request.query.limit)
        const after = idAfter(cursor)
        let templates = trx.selectFrom('reportTemplates').select(shown).distinctOn('id')
        if (kind !== undefined) templates = templates.where('kind', '=', kind)
        if (on !== undefined) {
          templates = templates
            .where('validFrom', '<=', on)
            .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', on)]))
        }
        if (after !== undefined) templates = templates.where('id', '>', after)
        const rows = await templates
          .orderBy('id')
          .orderBy('validFrom', 'desc')
          .limit(limit + 1)
          .execute()
        const { publicUrl } = deps
        return pageAnswer({ rows, limit, position: (row) => row.id, item: (row) => row, publicUrl, url: request.url })
      }),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/report-templates/:id',
      operationId: 'getReportTemplate',
      tag: 'Reference data',
      summary: 'One report template',
      description: 'The version that is asked for, or the one that begins last.',
      callers: organisationKinds,
      scope: 'portal.read',
      params: idParams,
      query: closed({ version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })) }),
      answers: {
        200: { description: 'The template.', schema: ReportTemplate, headers: { ETag: 'Of this answer.' } },
      },
      example: { client: 'supplier-nord', params: { id: '$reportTemplate' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { version } = request.query
        const template = await trx
          .selectFrom('reportTemplates')
          .select(shown)
          .where('id', '=', request.params.id)
          .$if(version !== undefined, (q) => q.where('version', '=', version as number))
          .orderBy('validFrom', 'desc')
          .executeTakeFirst()
        if (!template) throw new HttpProblem('not-found')
        return { status: 200, body: template, headers: { etag: contentEtag(template) } }
      }),
  )
}

/** `/v1/report-templates`: which templates there are, from when to when. Their sections come with the reports. */
export const reportTemplateRoutes = (app: FastifyInstance, deps: Deps): void => {
  reads(app, deps)
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/report-templates',
      operationId: 'addReportTemplate',
      tag: 'Reference data',
      summary: 'Add a report template, or a new version of one',
      description: 'From today or later. The version before ends the day before.',
      callers: ['administrator'],
      scope: 'portal.admin',
      body: Body,
      answers: {
        201: {
          description: 'The version.',
          schema: ReportTemplate,
          headers: { ETag: 'Of this answer.', Location: 'The version.' },
        },
      },
      problems: ['not-found', 'validity-in-the-past', 'version-already-there'],
      example: {
        client: 'administrator',
        body: { kind: 'final', title: 'Slutrapport 2026', validFrom: '2026-04-01' },
      },
    },
    (request) => addTemplate(deps, request),
  )
}
