import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { defineRoute } from '#platform/http/route.ts'
import { getSettlement } from './read-settlement.ts'
import { SettlementQuery, SettlementSchema, settlementParams } from './settlement.schema.ts'

/** The monthly settlement between municipalities (000). */
export const settlements = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/settlements/:municipality/:month',
      operationId: 'getSettlement',
      tag: 'Compliance',
      summary: "Read what a municipality's citizens were delivered in a month, and what it costs (000)",
      description: `A line for each citizen and order, with the CPR number: minutes attended on the days on which the citizen lived in the municipality, at the agreement's hourly price. København pays the suppliers, and the municipality pays København back.

Days belong to the municipality that the order named on them; a change of residence holds from the day on which the jobcenter entered it, so somebody who moved within the month is in both settlements. All recorded days count, whether their protocol is submitted or not: each line says which. Nothing is settled for absence. A line is rounded to whole øre, half up; the sums add the lines. A price is the agreement's; another price is another agreement.

Asked for before the month is over it is provisional, and says so (\`monthOver\`); a month that lies ahead is refused. The answer names its \`asOf\`, and is the same byte for byte when asked for again under it. An instant that nobody asked for yet is counted from the versions that stood then. For auditors, the administration, and the municipality's own benefits office; each line is kept as a look-up. As \`text/csv\` and as a workbook for people, in Danish.`,
      callers: ['auditor', 'administrator', 'benefits-office'],
      scope: 'portal.read',
      params: settlementParams,
      query: SettlementQuery,
      media: [fileTypes.csv, fileTypes.xlsx],
      answers: {
        200: {
          description: 'The settlement.',
          schema: SettlementSchema,
          headers: { ETag: 'Of its content.', 'Content-Disposition': 'The name of the file, of CSV and workbook.' },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'ydelse-dragoer', params: { municipality: '0155', month: '2026-03' } },
    },
    (request) => getSettlement(deps, request),
  )
}
