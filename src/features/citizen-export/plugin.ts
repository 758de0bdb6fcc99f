import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { CitizenExportSchema } from './export.schema.ts'
import { exportCitizen } from './export-citizen.ts'

/** Access requests (§ 13): everything held on one citizen. */
export const citizenExport = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/citizens/:id/export',
      operationId: 'exportCitizen',
      tag: 'Access requests',
      summary: 'Export everything held on one citizen (§ 13)',
      description:
        "Of the caller's own orders of the citizen: a supplier's, or those that a jobcenter placed; encrypted texts are opened. As JSON, or by `Accept: text/html` as a Danish document to read and print. Nothing of other citizens or of what the caller does not see, save when and why any organisation looked the citizen up (`lookups`), without who of its staff; to suppliers look-ups of an inspection are shown when the inspection has ended, and purposes of auditors as `tilsyn`. This look-up is kept, and shown in the export itself.",
      callers: ['supplier', 'jobcenter'],
      scope: 'portal.read',
      params: idParams,
      media: ['text/html'],
      answers: { 200: { description: 'The export.', schema: CitizenExportSchema } },
      example: { client: 'supplier-nord', params: { id: example.citizen } },
    },
    (request) => exportCitizen(deps, request),
  )
}
