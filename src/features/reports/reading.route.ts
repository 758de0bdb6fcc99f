import type { FastifyInstance } from 'fastify'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { getReport, getReportDiff, listReports, pageType } from './read-reports.ts'
import {
  DiffQuery,
  ListedReportSchema,
  ReportDiffSchema,
  ReportQuery,
  ReportSchema,
  ReportsQuery,
} from './reading.schema.ts'

/** Never a benefits office: no report goes to one. */
const readers: readonly OrganisationKind[] = ['supplier', 'jobcenter', 'auditor']
const tag = 'Reports'

/** Reports as they are read: lists, single versions as JSON and as a page for people, what changed between versions. */
export const reportReading = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/reports',
      operationId: 'listReports',
      tag,
      summary: 'List the reports of an order',
      description: 'Each with where its latest version stands, and nothing of what it says. The look-up is logged.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: ReportsQuery,
      answers: {
        200: {
          description: 'A page of reports.',
          schema: pageOf(ListedReportSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listReports(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/reports/:id',
      operationId: 'getReport',
      tag,
      summary: 'Read a report',
      description:
        'The latest version or another one, as it was sent, with its returns. As `text/html` a page in Danish to read, print on A4 and file, with the headings of the template that it was written in. The look-up is logged.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: ReportQuery,
      media: [pageType],
      answers: {
        200: {
          description: 'The report.',
          schema: ReportSchema,
          headers: { ETag: 'Of its content.', 'Content-Disposition': 'The name of the file, of the page.' },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: '$report' } },
    },
    (request) => getReport(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/reports/:id/diff',
      operationId: 'getReportDiff',
      tag,
      summary: 'See what changed between two versions of a report',
      description: 'Section by section and field by field, the texts word by word. The look-up is logged.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: DiffQuery,
      answers: {
        200: { description: 'The differences.', schema: ReportDiffSchema, headers: { ETag: 'Of its content.' } },
      },
      problems: ['purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: '$reportInTwoVersions' }, query: { from: 1, to: 2 } },
    },
    (request) => getReportDiff(deps, request),
  )
}
