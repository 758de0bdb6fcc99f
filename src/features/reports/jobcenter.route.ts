import type { FastifyInstance } from 'fastify'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import {
  RequestReceiptSchema,
  RequestReportBody,
  RequestSchema,
  RequestsQuery,
  ReturnReceiptSchema,
  ReturnReportBody,
} from './jobcenter.schema.ts'
import { getReportRequest, listReportRequests } from './read-requests.ts'
import { requestReport } from './request-report.ts'
import { returnReport } from './return-report.ts'

const readers: readonly OrganisationKind[] = ['supplier', 'jobcenter', 'auditor']
const tag = 'Reports'
const sally = { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' }

/** What the ordering jobcenter does about reports: sends one back (§ 3), asks for one beside the schedule (§ 3, § 11). */
export const reportsForJobcenter = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/reports/:id/return',
      operationId: 'returnReport',
      tag,
      summary: 'Send a report back for a new version (§ 3)',
      description:
        'By the ordering jobcenter. The version stays and is joined by the next one, which is due `dueOn` (obligation `final-report-revision`, for reports of every kind; it can be extended). The supplier is told (`report.returned`).',
      callers: ['jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: ReturnReportBody,
      answers: { 200: { description: 'The return, without its reason.', schema: ReturnReceiptSchema } },
      problems: ['order-state', 'report-already-returned', 'return-date-invalid'],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: '$report' },
        body: {
          reason: 'Udviklingen i fokusområderne mangler borgerens egne kommentarer.',
          dueOn: '2026-04-17',
          returnedBy: sally,
        },
      },
    },
    (request) => returnReport(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/report-requests',
      operationId: 'requestReport',
      tag,
      summary: 'Ask for a report beside the schedule (§ 3, § 11)',
      description:
        'By the ordering jobcenter: an interim report, a contribution to a social action plan, a handover. Due `dueOn` (obligation `interim-report`, `social-action-plan` or `handover-report`, with the id of the request as its subject). The supplier is told at once by `order.amended` with `reportRequestId` and `changed: "reports"`. Interim reports at intervals are part of the order (`reports`).',
      callers: ['jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: RequestReportBody,
      answers: {
        201: {
          description: 'The request, without its text.',
          schema: RequestReceiptSchema,
          headers: { Location: 'The request.' },
        },
      },
      problems: ['order-state', 'request-date-invalid'],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: example.order },
        body: {
          kind: 'social-action-plan',
          dueOn: '2026-03-27',
          text: 'Til brug for den sociale handleplan: borgerens hverdag og fremmøde.',
          requestedBy: sally,
        },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => requestReport(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/report-requests',
      operationId: 'listReportRequests',
      tag,
      summary: 'List what reports were asked for beside the schedule',
      description: 'With their texts and the reports that answer them; the look-up is logged.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: RequestsQuery,
      answers: {
        200: { description: 'A page of requests.', schema: pageOf(RequestSchema), headers: { Link: 'The next page.' } },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listReportRequests(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/report-requests/:id',
      operationId: 'getReportRequest',
      tag,
      summary: 'Read a request for a report',
      description: 'With its text and the report that answers it; the look-up is logged.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The request.', schema: RequestSchema, headers: { ETag: 'Of its content.' } } },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: '$reportRequest' } },
    },
    (request) => getReportRequest(deps, request),
  )
}
