import type { FastifyInstance } from 'fastify'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import {
  ListedMonthSchema,
  ListedVersionSchema,
  MonthsQuery,
  monthParams,
  ProtocolSchema,
  ProtocolVersionSchema,
  SubmitProtocolBody,
  versionParams,
} from './protocol.schema.ts'
import { getProtocol, listProtocols } from './read-protocols.ts'
import { getVersion, listVersions } from './read-versions.ts'
import { submitProtocol } from './submit-protocol.ts'

/** Never a benefits office: sickness stands in a protocol (§ 9). */
const readers: readonly OrganisationKind[] = ['supplier', 'jobcenter', 'auditor']
const tag = 'Protocols'
const month = '2026-02'

/** The monthly protocol (§ 5): as it stands, its submission, its versions. */
export const protocols = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/protocols',
      operationId: 'listProtocols',
      tag,
      summary: "List an order's months with where their protocols stand",
      description: 'Months with planned days, and those that were submitted.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: MonthsQuery,
      answers: {
        200: {
          description: 'A page of months.',
          schema: pageOf(ListedMonthSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listProtocols(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/protocols/:month',
      operationId: 'getProtocol',
      tag,
      summary: "Read a month's protocol as it stands (§ 5)",
      description:
        'Day by day from both registers: what is missing, late, differs or is explained, and whether something changed since the latest version. As `text/csv` and as a workbook for people, in Danish: how the month stands with its submission is in the lines above the days of a CSV file, and on the second sheet of a workbook. Where the citizen moved within the month, an auditor of some municipalities reads its days; hash, person and the frozen versions are for whoever has the last day.',
      callers: readers,
      scope: 'portal.read',
      params: monthParams,
      media: [fileTypes.csv, fileTypes.xlsx],
      answers: {
        200: {
          description: 'The month.',
          schema: ProtocolSchema,
          headers: { ETag: 'Of its content.', 'Content-Disposition': 'The name of the file, of CSV and workbook.' },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: example.order, month: '2026-03' } },
    },
    (request) => getProtocol(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/protocols/:month/submission',
      operationId: 'submitProtocol',
      tag,
      summary: "Submit a month's protocol (§ 5)",
      description:
        'Freezes the month as it stands, with a SHA-256 over its canonical JSON, and tells the jobcenter. Late is taken. Open days can be named and explained in `acceptOpenDifferences`; the version is then `incomplete`. Every version after the first needs a `correctionReason`.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: monthParams,
      body: SubmitProtocolBody,
      answers: {
        201: {
          description: 'The new version.',
          schema: ListedVersionSchema,
          headers: { Location: 'The frozen version.', ETag: 'Its hash.' },
        },
      },
      problems: [
        'nothing-planned-that-month',
        'month-not-over',
        'month-already-submitted',
        'day-not-open',
        'protocol-incomplete',
        'protocol-does-not-reconcile',
        'citizen-number-in-text',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: '$monthToSubmit', month },
        body: { registeredBy: { name: 'Liv Leverandør', email: 'liv@leverandoer-nord.example' } },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => submitProtocol(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/protocols/:month/versions',
      operationId: 'listProtocolVersions',
      tag,
      summary: "List the versions of a month's protocol",
      callers: readers,
      scope: 'portal.read',
      params: monthParams,
      query: MonthsQuery,
      answers: {
        200: {
          description: 'A page of versions.',
          schema: pageOf(ListedVersionSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: '$submittedMonth', month } },
    },
    (request) => listVersions(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/protocols/:month/versions/:version',
      operationId: 'getProtocolVersion',
      tag,
      summary: "Read a version of a month's protocol, as it was frozen",
      description: 'As `text/csv` and as a workbook too, as the month that stands.',
      callers: readers,
      scope: 'portal.read',
      params: versionParams,
      media: [fileTypes.csv, fileTypes.xlsx],
      answers: {
        200: {
          description: 'The version.',
          schema: ProtocolVersionSchema,
          headers: {
            ETag: 'The SHA-256 of the body, as JSON.',
            'Content-Disposition': 'The name of the file, of CSV and workbook.',
          },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: '$submittedMonth', month, version: '1' } },
    },
    (request) => getVersion(deps, request),
  )
}
