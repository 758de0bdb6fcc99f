import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { defineRoute } from '#platform/http/route.ts'
import { InspectionSchema } from '../inspection.schema.ts'
import { closeInspection } from './close-inspection.ts'
import { discardInspection } from './discard-inspection.ts'
import { ClosingBody, DiscardBody } from './end.schema.ts'

const tag = 'Inspections'

/** How an inspection ends: closed with what was judged, or discarded as a draw that was a mistake. */
export const endRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/inspections/:id/closing',
      operationId: 'closeInspection',
      tag,
      summary: 'Close an inspection',
      description:
        'From then on nothing of it changes. Each course has each of its control points judged, or `notJudged` says why not: of one course, at one point, both, or all that is missing. A reason names courses of the sample, each thing once, and what has no judgement, in words: three letters or more, ten where it is for all that is missing.',
      // Ours: auditors alone. The administration draws and reads results.
      callers: ['auditor'],
      scope: 'portal.audit',
      params: idParams,
      body: ClosingBody,
      answers: {
        200: { description: 'The closed inspection.', schema: InspectionSchema, headers: { ETag: 'Of its content.' } },
      },
      problems: [
        'inspection-of-others',
        'inspection-closed',
        'inspection-discarded',
        'not-judged-invalid',
        'inspection-incomplete',
        'citizen-number-in-text',
      ],
      example: {
        client: 'auditor-koebenhavn',
        params: { id: '$inspection' },
        body: {
          notJudged: [{ reason: 'The inspection is repeated in the autumn.' }],
          registeredBy: { name: 'Tilde Tilsyn', email: 'tilde@tilsyn.example' },
        },
      },
    },
    (request) => closeInspection(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/inspections/:id/discard',
      operationId: 'discardInspection',
      tag,
      summary: 'Discard a draw that was a mistake',
      description:
        'While it is open, by the auditor who sees its whole sample or by whoever drew it. It stays readable with its seed, courses and findings, and counts for nothing: it leaves the list unless asked for, and the yearly table counts and names it apart, as do later draws of the same frame.',
      callers: ['auditor', 'administrator'],
      scope: 'portal.audit',
      params: idParams,
      body: DiscardBody,
      answers: {
        200: { description: 'The discarded draw.', schema: InspectionSchema, headers: { ETag: 'Of its content.' } },
      },
      problems: ['inspection-of-others', 'inspection-closed', 'inspection-discarded', 'citizen-number-in-text'],
      example: {
        client: 'auditor-koebenhavn',
        params: { id: '$inspection' },
        body: {
          reason: 'Drawn of the wrong supplier.',
          registeredBy: { name: 'Tilde Tilsyn', email: 'tilde@tilsyn.example' },
        },
      },
    },
    (request) => discardInspection(deps, request),
  )
}
