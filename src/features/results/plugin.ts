import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { getResults, listResultCases } from './read-results.ts'
import { ResultCaseSchema, ResultCasesQuery, ResultsQuery, ResultsSchema } from './result.schema.ts'

const tag = 'Compliance'
const period = { from: '2026-01-01', to: '2026-12-31' }

/** What courses led to (004): milestones within weeks of the beginning, the same measure for every kind of supplier. */
export const results = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/compliance/results',
      operationId: 'getResults',
      tag,
      summary: 'Milestones reached within 13, 23, 26 and 52 weeks (004)',
      description:
        'Courses that began in the period, by the groups asked for; of each milestone and number of weeks how many reached it, as a share of the courses whose weeks are over. Courses whose weeks are not over yet are counted apart and are no part of the share. What each figure counts is in `definitions`. The measure is the same for external and municipal suppliers. An auditor counts the citizens of its municipalities alone, by the residence that the order names. In pages of groups, of which the totals are all; `text/csv` and a workbook have all groups, in Danish.',
      callers: ['auditor', 'administrator'],
      scope: 'portal.audit',
      query: ResultsQuery,
      media: [fileTypes.csv, fileTypes.xlsx],
      answers: {
        200: {
          description: 'The results.',
          schema: ResultsSchema,
          headers: {
            ETag: 'Of its content.',
            Link: 'The groups that follow.',
            'Content-Disposition': 'The name of the file, of CSV and workbook.',
          },
        },
      },
      problems: ['invalid-cursor'],
      example: { client: 'auditor-koebenhavn', query: { ...period, groupBy: 'supplier,effortGroup' } },
    },
    (request) => getResults(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/compliance/results/cases',
      operationId: 'listResultCases',
      tag,
      summary: 'List the courses that a figure of the results counts',
      description:
        'By id, without names or CPR numbers; with the same period and filters the list adds up to the figure. `past` and `underWay` need `weeks`; `reached`, `notReached` and `reachedUnderWay` also a `milestone`. A logged look-up.',
      callers: ['auditor', 'administrator'],
      scope: 'portal.audit',
      query: ResultCasesQuery,
      answers: {
        200: {
          description: 'A page of courses.',
          schema: pageOf(ResultCaseSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: {
        client: 'auditor-koebenhavn',
        query: { ...period, figure: 'underWay', weeks: 13 },
        headers: { 'x-purpose': 'Resultatopfølgning' },
      },
    },
    (request) => listResultCases(deps, request),
  )
}
