import type { FastifyInstance } from 'fastify'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { fallsBy } from '#rules/compliance/figure.ts'
import { figureNames, figures } from '#rules/compliance/figures.ts'
import { damping, riskPartNames, riskParts } from '#rules/compliance/risk-score.ts'
import { shareNames, shares } from '#rules/compliance/shares.ts'
import {
  CaseSchema,
  CasesQuery,
  DefinitionsSchema,
  RiskQuery,
  RiskSchema,
  SummaryQuery,
  SummarySchema,
} from './compliance.schema.ts'
import { listCases } from './read-cases.ts'
import { getRiskOrder, getSummary } from './read-compliance.ts'

const readers: readonly OrganisationKind[] = ['auditor', 'administrator']
const tag = 'Compliance'
const media = [fileTypes.csv, fileTypes.xlsx]
const period = { from: '2026-01-01', to: '2026-03-31' }

const definitions = {
  figures: figureNames.map((name) => {
    const { source, counts, when = null, definition, basis } = figures[name]
    return { name, counts, definition, fallsBy: fallsBy[source], when, basis }
  }),
  shares: shareNames.map((name) => ({ name, ...shares[name] })),
  risk: { damping, parts: riskPartNames.map((name) => ({ name, ...riskParts[name] })) },
}

/** Who keeps the deadlines and the registers: figures, the cases behind them, what they mean, and where to look first. */
export const compliance = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/compliance/summary',
      operationId: 'getComplianceSummary',
      tag,
      summary: 'Figures over duties and registers',
      description:
        'For any period, grouped by any of supplier, jobcenter, framework agreement, target group, residence municipality (as of each record) and month. What each name counts stands at `/v1/compliance/definitions`, and below the rows of a file. A filter that names nothing is refused: its figures would all be 0. From read models that say how fresh they are. An auditor of some municipalities sees their citizens alone. In pages of groups, of which the totals are all. As `text/csv` and as a workbook too.',
      callers: readers,
      scope: 'portal.audit',
      query: SummaryQuery,
      media,
      answers: {
        200: {
          description: 'The figures.',
          schema: SummarySchema,
          headers: {
            ETag: 'Of its content.',
            Link: 'The groups that follow.',
            'Content-Disposition': 'The name of the file, of CSV and workbook.',
          },
        },
      },
      problems: ['invalid-cursor'],
      example: { client: 'auditor-koebenhavn', query: { ...period, groupBy: 'supplier,month' } },
    },
    (request) => getSummary(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/compliance/cases',
      operationId: 'listComplianceCases',
      tag,
      summary: 'List the cases that a figure counts',
      description:
        'By day; they add up to the figure of the same period and filters, by `counts`. `kind` narrows figures of duties, `rule` those of refused attempts. No name and no CPR number is in it; the look-up is logged. As `text/csv` and as a workbook too, with all cases: up to 100,000 as CSV and 20,000 as a workbook, or `limit`; where there are more the last row says so, and `Link` goes on.',
      callers: readers,
      scope: 'portal.audit',
      query: CasesQuery,
      media,
      answers: {
        200: {
          description: 'A page of cases; of a file, all.',
          schema: pageOf(CaseSchema),
          headers: { Link: 'The next page.', 'Content-Disposition': 'The name of the file, of CSV and workbook.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: {
        client: 'auditor-koebenhavn',
        query: { ...period, figure: 'dutiesOverdue', limit: 100 },
        headers: { 'x-purpose': 'Yearly inspection 2026' },
      },
    },
    (request) => listCases(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/compliance/definitions',
      operationId: 'getComplianceDefinitions',
      tag,
      summary: 'What each figure counts',
      description: 'Figures, shares and the parts of the risk score, in Danish and English, with their sources.',
      callers: readers,
      scope: 'portal.audit',
      answers: { 200: { description: 'The definitions.', schema: DefinitionsSchema } },
      example: { client: 'auditor-koebenhavn' },
    },
    async () => ({ status: 200, body: definitions }),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/compliance/risk',
      operationId: 'getRiskOrder',
      tag,
      summary: 'Suppliers by an explained score',
      description:
        'The highest first. Each part of a score is a share of what went wrong, damped where there are few cases, times a weight; they are shown with what they were made of and stand at `/v1/compliance/definitions`. As `text/csv` and as a workbook too.',
      callers: readers,
      scope: 'portal.audit',
      query: RiskQuery,
      media,
      answers: {
        200: {
          description: 'The suppliers.',
          schema: RiskSchema,
          headers: { ETag: 'Of its content.', 'Content-Disposition': 'The name of the file, of CSV and workbook.' },
        },
      },
      example: { client: 'auditor-koebenhavn', query: period },
    },
    (request) => getRiskOrder(deps, request),
  )
}
