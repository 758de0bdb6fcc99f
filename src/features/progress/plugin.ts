import type { FastifyInstance } from 'fastify'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { getFocusAreas, listFocusAreaVersions, putFocusAreas } from './focus-areas.ts'
import { listMilestones } from './list-milestones.ts'
import {
  FocusAreasSchema,
  FocusAreasVersionSchema,
  MilestoneSchema,
  ProgressQuery,
  ProgressSchema,
  PutFocusAreasBody,
  RegisterMilestoneBody,
  WithdrawMilestoneBody,
} from './progress.schema.ts'
import { getProgress } from './read-progress.ts'
import { registerMilestone, withdrawMilestone } from './register-milestone.ts'

/** Never a benefits office: progress is what reports are made of. */
const readers: readonly OrganisationKind[] = ['supplier', 'jobcenter', 'auditor']
const tag = 'Progress'
const etag = { ETag: 'The version, for If-None-Match and If-Match.' }
const registeredBy = { name: 'Liv Leverandør', email: 'liv@leverandoer-nord.example' }

/** Progress of a course (§ 2, 004): focus areas, milestones, and where the course stands. */
export const progress = (app: FastifyInstance, deps: Deps): void => {
  focusAreaRoutes(app, deps)
  milestoneRoutes(app, deps)
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/progress',
      operationId: 'getProgress',
      tag,
      summary: 'See where a course stands against its targets (004)',
      description:
        'The targets of the effort group and the target group (code set `milestone-targets`, as of the start date), counted in weeks from the first attended day, or from the start date before it; focus areas with start and end; and the minutes attended at companies, by ISO week.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: { description: 'The progress.', schema: ProgressSchema, headers: { ETag: 'Of its content.' } },
      },
      problems: ['purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: example.order } },
    },
    (request) => getProgress(deps, request),
  )
}

const focusAreaRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'PUT',
      url: '/v1/orders/:id/focus-areas',
      operationId: 'putFocusAreas',
      tag,
      summary: "Record the citizen's focus areas with their start assessments (§ 2)",
      description:
        'Puts all of them as a new version; the first one needs no `If-Match`, every later one does. What was recorded first stays visible. Recorded later than ten working days after the course began it is taken and marked `assessedLate`. The end assessments come with the final report; while that stands as submitted, nothing is put (`order-state`).',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: PutFocusAreasBody,
      answers: {
        200: { description: 'The focus areas as they now stand.', schema: FocusAreasSchema, headers: etag },
        201: { description: 'The first version.', schema: FocusAreasSchema, headers: etag },
      },
      problems: ['order-state', 'assessment-date', 'if-match-required', 'precondition-failed'],
      example: {
        client: 'supplier-nord',
        params: { id: example.order },
        body: {
          areas: [
            { area: 'everyday-structure', title: 'Struktur i hverdagen', start: 4, assessedOn: '2026-03-03' },
            { area: 'network', title: 'Netværk', start: 6, assessedOn: '2026-03-03' },
          ],
          registeredBy,
        },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => putFocusAreas(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/focus-areas',
      operationId: 'getFocusAreas',
      tag,
      summary: 'Read the focus areas of an order',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: {
          description: 'The focus areas; version 0 without any before they were recorded.',
          schema: FocusAreasSchema,
          headers: etag,
        },
      },
      problems: ['purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: example.order } },
    },
    (request) => getFocusAreas(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/focus-areas/versions',
      operationId: 'listFocusAreaVersions',
      tag,
      summary: "List the versions of an order's focus areas",
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: ProgressQuery,
      answers: {
        200: {
          description: 'A page of versions, the first one first.',
          schema: pageOf(FocusAreasVersionSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listFocusAreaVersions(deps, request),
  )
}

const milestoneRoutes = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/milestones',
      operationId: 'registerMilestone',
      tag,
      summary: 'Register a milestone that the citizen reached (004)',
      description:
        'Reports can carry milestones too; one that stands already is repeated there and refused here. Codes: the code set `milestones`.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: RegisterMilestoneBody,
      answers: { 201: { description: 'The milestone.', schema: MilestoneSchema, headers: { ETag: 'Its version.' } } },
      problems: ['order-state', 'unknown-milestone', 'milestone-date', 'milestone-already-reached'],
      example: {
        client: 'supplier-nord',
        params: { id: example.order },
        body: { milestone: 'cv', reachedOn: '2026-03-10', observedBy: 'Karl Konsulent', registeredBy },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => registerMilestone(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/milestones',
      operationId: 'listMilestones',
      tag,
      summary: 'List the milestones of an order',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: ProgressQuery,
      answers: {
        200: {
          description: 'A page of milestones, withdrawn ones among them.',
          schema: pageOf(MilestoneSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: example.order } },
    },
    (request) => listMilestones(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/milestones/:id/withdrawal',
      operationId: 'withdrawMilestone',
      tag,
      summary: 'Withdraw a milestone that was registered in error',
      description: 'It stays on record with the reason, and can be registered anew.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: WithdrawMilestoneBody,
      answers: {
        200: { description: 'The withdrawn milestone.', schema: MilestoneSchema, headers: { ETag: 'Its version.' } },
      },
      problems: ['milestone-already-withdrawn'],
      example: {
        client: 'supplier-nord',
        params: { id: '$milestone' },
        body: { reason: 'Registreret på den forkerte bestilling', registeredBy },
      },
    },
    (request) => withdrawMilestone(deps, request),
  )
}
