import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { AbsenceQuery, AbsenceSchema, WithdrawAbsenceBody } from './absence.schema.ts'
import { getAbsence, listAbsences } from './read-absences.ts'
import { referenceData } from './reference-data.ts'
import { registerAbsenceRoutes } from './register-absence.route.ts'
import { withdrawAbsence } from './withdraw-absence.ts'

/** Daily absence registrations: single, batch, withdrawal, and reading them. */
export const absences = (app: FastifyInstance, deps: Deps): void => {
  registerAbsenceRoutes(app, deps, referenceData(deps.database, deps.monotonicMs))
  const readers = ['supplier', 'jobcenter', 'benefits-office', 'auditor'] as const
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/absences',
      operationId: 'listAbsences',
      tag: 'Absences',
      summary: "List the caller's own absences",
      description:
        'A supplier sees what it registered, a jobcenter what lies on its orders, a benefits office what it received. By id, which is the order of arrival. An auditor names the purpose in `X-Purpose`.',
      callers: readers,
      scope: 'portal.read',
      query: AbsenceQuery,
      answers: {
        200: { description: 'A page of absences.', schema: pageOf(AbsenceSchema), headers: { Link: 'The next page.' } },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'k-kassen', query: { dateFrom: '2026-03-01', dateTo: '2026-03-31', limit: 100 } },
    },
    (request) => listAbsences(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/absences/:id',
      operationId: 'getAbsence',
      tag: 'Absences',
      summary: 'Read an absence',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The absence.', schema: AbsenceSchema, headers: { ETag: 'Its version.' } } },
      problems: ['purpose-required'],
      example: { client: 'k-kassen', params: { id: '$absence' } },
    },
    (request) => getAbsence(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/absences/:id/withdrawal',
      operationId: 'withdrawAbsence',
      tag: 'Absences',
      summary: 'Withdraw a registration made in error',
      description: 'It stays on record with the reason; whoever received it is told, and the day is free again.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: WithdrawAbsenceBody,
      answers: {
        200: { description: 'The withdrawn registration.', schema: AbsenceSchema, headers: { ETag: 'Its version.' } },
      },
      problems: ['absence-already-withdrawn'],
      example: {
        client: 'supplier-nord',
        params: { id: '$absence' },
        body: { reason: 'Registered on the wrong citizen', registeredBy: { name: 'Liv Leverandør' } },
      },
    },
    (request) => withdrawAbsence(deps, request),
  )
}
