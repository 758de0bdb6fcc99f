import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams, LocalDateSchema } from '#platform/http/common-schemas.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, listQuery, pageAnswer, pageOf, pageSize } from '#platform/http/lists.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { addTemplate, shown, templateAnswer } from './add-report-template.ts'
import { Kind, ReportTemplateBody, ReportTemplateSchema, ReportTemplateWithSchema } from './report-template.schema.ts'

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
      answers: { 200: { description: 'A page of templates.', schema: pageOf(ReportTemplateSchema) } },
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
      description:
        'The version that is asked for, or the one that begins last, with its sections and a JSON Schema to hold a report against before sending it.',
      callers: organisationKinds,
      scope: 'portal.read',
      params: idParams,
      query: closed({ version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })) }),
      answers: {
        200: { description: 'The template.', schema: ReportTemplateWithSchema, headers: { ETag: 'Of this answer.' } },
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
        return templateAnswer(template)
      }),
  )
}

/** `/v1/report-templates`: which templates there are, from when to when. And their sections, of which reports consist (§ 3). */
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
      description:
        'From today or later. The version before ends the day before. A final template asks for the three parts of § 3 and, where activities took place out of the house, for what § 4 asks: sections `focus-areas`, `development`, `goal`, `off-site`.',
      callers: ['administrator'],
      scope: 'portal.admin',
      body: ReportTemplateBody,
      answers: {
        201: {
          description: 'The version.',
          schema: ReportTemplateWithSchema,
          headers: { ETag: 'Of this answer.', Location: 'The version.' },
        },
      },
      problems: ['not-found', 'template-incomplete', 'validity-in-the-past', 'version-already-there'],
      example: {
        client: 'administrator',
        body: {
          kind: 'interim',
          title: 'Kort status',
          validFrom: '2026-04-01',
          sections: [
            { id: 'status', title: 'Status', guidance: 'Hvor borgeren står nu.' },
            {
              id: 'attendance',
              title: 'Fremmøde',
              fields: [
                { id: 'stability', title: 'Stabilt fremmøde', type: 'scale', required: true, min: 1, max: 10 },
                { id: 'comment', title: 'Bemærkning', type: 'text', required: false },
              ],
            },
            { id: 'areas', title: 'Fokusområder', type: 'focus-areas' },
          ],
        },
      },
    },
    (request) => addTemplate(deps, request),
  )
}
