import type { FastifyInstance } from 'fastify'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { write } from '#platform/http/idempotency.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { drawInspection } from './drawing/draw-inspection.ts'
import { findInspection } from './inspection.queries.ts'
import {
  ControlPointSchema,
  DrawInspectionBody,
  InspectionQuery,
  InspectionSchema,
  ListedInspectionSchema,
} from './inspection.schema.ts'
import { getInspection, inspectionAnswer, listControlPoints, listInspections, pageType } from './read-inspections.ts'
import { YearlyTableSchema, YearQuery } from './yearly/yearly.schema.ts'
import { getYearly } from './yearly/yearly.ts'

const inspectors: readonly OrganisationKind[] = ['auditor', 'administrator']
const tag = 'Inspections'
const etag = { ETag: 'Of its content.' }

/** Inspections as they are drawn and read: none of it names a citizen but the page to print. */
export const inspectionRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/inspections',
      operationId: 'drawInspection',
      tag,
      summary: 'Draw a sample of courses to inspect',
      description:
        "A stratified random sample of a supplier's courses, or of those of one municipality's citizens, as of now, among those that the caller may see. Strata are framework agreement by target group; places go by size with the largest remainders, and no stratum is left out while places last. Within a stratum courses are ordered by SHA-256 over the seed, a blank and the order's id. Running courses have begun and not ended; ended ones ended within the last twelve months. Where there are fewer courses than asked for, all are taken and the answer says so; where there is none, nothing is drawn. Best leave `seed` out: whoever chooses it can try seeds until a sample pleases, so `seedGivenBy` tells who gave it.",
      callers: inspectors,
      scope: 'portal.audit',
      body: DrawInspectionBody,
      answers: {
        201: {
          description: 'The inspection.',
          schema: InspectionSchema,
          headers: { ...etag, Location: 'Its address.' },
        },
      },
      problems: ['not-found', 'nothing-to-draw'],
      example: {
        client: 'auditor-koebenhavn',
        body: {
          supplierId: example.supplier,
          seed: 'spring-2026',
          running: 15,
          ended: 15,
          drawnBy: { name: 'Tilde Tilsyn', email: 'tilde@tilsyn.example' },
        },
      },
    },
    (request) =>
      write(deps.database, request, async (trx) => {
        const row = await findInspection(trx, await drawInspection(trx, request, request.body))
        return inspectionAnswer(trx, deps, request, { operation: 'drawInspection', row, status: 201 })
      }),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/inspections',
      operationId: 'listInspections',
      tag,
      summary: 'List inspections',
      description:
        "By id, which is the order of their drawing. An auditor who is limited to municipalities sees its own inspections and those in which a course of its citizens was drawn, and in every figure its citizens' courses alone.",
      callers: inspectors,
      scope: 'portal.audit',
      query: InspectionQuery,
      answers: {
        200: {
          description: 'A page of inspections.',
          schema: pageOf(ListedInspectionSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor'],
      example: { client: 'auditor-koebenhavn', query: { status: 'open', limit: 10 } },
    },
    (request) => listInspections(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/inspections/control-points',
      operationId: 'listControlPoints',
      tag,
      summary: 'List the control points',
      callers: inspectors,
      scope: 'portal.audit',
      answers: { 200: { description: 'All of them.', schema: pageOf(ControlPointSchema), headers: etag } },
      example: { client: 'auditor-koebenhavn' },
    },
    () => listControlPoints(),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/inspections/yearly',
      operationId: 'getYearlyInspections',
      tag,
      summary: "A year's inspections per supplier and framework agreement",
      description:
        'Of the inspections drawn in the year: courses looked at, control points judged, irregularities by point and severity. As `text/csv` a row for each supplier, agreement and control point; as a workbook a sheet by agreement and one by control point.',
      callers: inspectors,
      scope: 'portal.audit',
      query: YearQuery,
      media: [fileTypes.csv, fileTypes.xlsx],
      answers: {
        200: {
          description: 'The table.',
          schema: YearlyTableSchema,
          headers: { ...etag, 'Content-Disposition': 'The name of the file, of CSV and workbook.' },
        },
      },
      example: { client: 'auditor-koebenhavn', query: { year: 2026 } },
    },
    (request) => getYearly(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/inspections/:id',
      operationId: 'getInspection',
      tag,
      summary: 'Read an inspection',
      description:
        'As JSON without citizens. As `text/html` a document to print on A4, in Danish or English by `Accept-Language`: the sample, who should be there today, and each course from a new page on: what one needs at the door, its control points as a checklist to write on, and its pack. The document names the citizens, so an auditor states a purpose and each look-up is logged; the administration, which reads no orders, gets it without names.',
      callers: inspectors,
      scope: 'portal.audit',
      params: idParams,
      media: [pageType],
      answers: {
        200: {
          description: 'The inspection.',
          schema: InspectionSchema,
          headers: { ...etag, 'Content-Disposition': 'The name of the file, of the page.' },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'auditor-koebenhavn', params: { id: '$inspection' } },
    },
    (request) => getInspection(deps, request),
  )
}
