import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import {
  ConfirmProposalsBody,
  courseParams,
  FindingBody,
  FindingSchema,
  FindingWithHistorySchema,
  findingParams,
  WithdrawFindingBody,
  WithdrawnFindingSchema,
} from '../inspection.schema.ts'
import { PackSchema } from '../pack/pack.schema.ts'
import { getCoursePack, getFinding } from '../read-inspections.ts'
import { confirmProposals } from './confirm-proposals.ts'
import { recordFinding } from './record-finding.ts'
import { withdrawFinding } from './withdraw-finding.ts'

/** Ours: auditors alone. The administration draws and reads results; what is held on citizens it reads nowhere. */
const inspectors: readonly OrganisationKind[] = ['auditor']
const tag = 'Inspections'

/** The inspection of a course: its pack and its findings. */
export const conductRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/inspections/:id/courses/:orderId',
      operationId: 'getInspectionCourse',
      tag,
      summary: 'Read the pack of a drawn course',
      description:
        'The order, its plan, first meeting, protocols as they stand with their staleness, absences, differences between the registers, documents, reports and duties, and the control points with what the registers propose and what was found. The look-up is logged.',
      callers: inspectors,
      scope: 'portal.audit',
      params: courseParams,
      answers: { 200: { description: 'The pack.', schema: PackSchema, headers: { ETag: 'Of its content.' } } },
      problems: ['purpose-required'],
      example: {
        client: 'auditor-koebenhavn',
        params: { id: '$inspection', orderId: example.order },
        headers: { 'x-purpose': 'Yearly inspection of the supplier' },
      },
    },
    (request) => getCoursePack(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/inspections/:id/findings/:orderId/:controlPoint',
      operationId: 'getInspectionFinding',
      tag,
      summary: 'Read a finding with its history',
      description: 'The look-up is logged.',
      callers: inspectors,
      scope: 'portal.audit',
      params: findingParams,
      answers: {
        200: {
          description: 'The finding.',
          schema: FindingWithHistorySchema,
          headers: { ETag: 'The version, for If-Match.' },
        },
      },
      problems: ['purpose-required'],
      example: {
        client: 'auditor-koebenhavn',
        params: { id: '$inspectionWithFinding', orderId: example.order, controlPoint: 'place-as-agreed' },
        headers: { 'x-purpose': 'Yearly inspection of the supplier' },
      },
    },
    (request) => getFinding(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'PUT',
      url: '/v1/inspections/:id/findings/:orderId/:controlPoint',
      operationId: 'recordFinding',
      tag,
      summary: 'Record what was found at a control point',
      description:
        'The first finding needs no `If-Match`; a correction does, and the one before it is kept. What the registers propose at that moment is kept beside it. By whoever sees the whole sample.',
      callers: inspectors,
      scope: 'portal.audit',
      params: findingParams,
      body: FindingBody,
      answers: {
        200: { description: 'The corrected finding.', schema: FindingSchema, headers: { ETag: 'The version.' } },
        201: { description: 'The first finding.', schema: FindingSchema, headers: { ETag: 'The version.' } },
      },
      problems: [
        'purpose-required',
        'inspection-of-others',
        'inspection-closed',
        'inspection-discarded',
        'visit-date-invalid',
        'citizen-number-in-text',
        'if-match-required',
        'precondition-failed',
      ],
      example: {
        client: 'auditor-koebenhavn',
        params: { id: '$inspection', orderId: example.order, controlPoint: 'place-as-agreed' },
        headers: { 'x-purpose': 'Yearly inspection of the supplier' },
        body: {
          outcome: 'irregularity',
          severity: 2,
          note: 'The activity had moved to the floor above.',
          registeredBy: { name: 'Tilde Tilsyn', email: 'tilde@tilsyn.example' },
        },
      },
      refusedOrder: (request) => request.params.orderId,
    },
    (request) => recordFinding(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/inspections/:id/findings/:orderId/:controlPoint/withdrawal',
      operationId: 'withdrawFinding',
      tag,
      summary: 'Withdraw a finding that was recorded by mistake',
      description:
        'From then on nothing stands at the control point, until something is found again under the new version. What was found stays in the history. By whoever sees the whole sample.',
      callers: inspectors,
      scope: 'portal.audit',
      params: findingParams,
      body: WithdrawFindingBody,
      answers: {
        200: {
          description: 'The withdrawn finding.',
          schema: WithdrawnFindingSchema,
          headers: { ETag: 'The version.' },
        },
      },
      problems: [
        'purpose-required',
        'inspection-of-others',
        'inspection-closed',
        'inspection-discarded',
        'finding-already-withdrawn',
        'citizen-number-in-text',
        'if-match-required',
        'precondition-failed',
      ],
      example: {
        client: 'auditor-koebenhavn',
        params: { id: '$inspectionWithFinding', orderId: example.order, controlPoint: 'place-as-agreed' },
        headers: { 'x-purpose': 'Yearly inspection of the supplier', 'if-match': '"1"' },
        body: { note: 'It was another course.', registeredBy: { name: 'Tilde Tilsyn', email: 'tilde@tilsyn.example' } },
      },
      refusedOrder: (request) => request.params.orderId,
    },
    (request) => withdrawFinding(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/inspections/:id/courses/:orderId/confirmation',
      operationId: 'confirmProposals',
      tag,
      summary: 'Confirm what the registers propose of a course',
      description:
        'Records the proposals as findings, at the named control points or at all that are judged by data. A finding that is there already stays. Irregularities are unrated until they are corrected with a severity.',
      callers: inspectors,
      scope: 'portal.audit',
      params: courseParams,
      body: ConfirmProposalsBody,
      answers: {
        200: { description: 'What was recorded.', schema: closed({ items: Type.Array(FindingSchema) }) },
      },
      problems: ['purpose-required', 'inspection-of-others', 'inspection-closed', 'inspection-discarded'],
      example: {
        client: 'auditor-koebenhavn',
        params: { id: '$inspection', orderId: example.order },
        headers: { 'x-purpose': 'Yearly inspection of the supplier' },
        body: { registeredBy: { name: 'Tilde Tilsyn', email: 'tilde@tilsyn.example' } },
      },
      refusedOrder: (request) => request.params.orderId,
    },
    (request) => confirmProposals(deps, request),
  )
}
