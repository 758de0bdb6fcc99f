import type { FastifyInstance } from 'fastify'
import { organisationKinds } from '#kernel/caller.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { extendObligation } from './extend-obligation.ts'
import { ExtensionBody, ObligationQuery, ObligationSchema } from './obligation.schema.ts'
import { getObligation, listObligations } from './read-obligations.ts'

const etag = { ETag: 'Of the content, for If-None-Match.' }

/** Duties with a deadline: who has to do what by when, and the extensions that the jobcenter agreed to. */
export const obligations = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/obligations',
      operationId: 'listObligations',
      tag: 'Obligations',
      summary: "List the caller's own duties",
      description:
        'By id, which is the order of their opening. `status` is as of now: `open` until 24:00 in Copenhagen of the day it is due, then `overdue`; `met` or `met-late`; `waived`. An administrator has none.',
      callers: organisationKinds,
      scope: 'portal.read',
      query: ObligationQuery,
      answers: {
        200: {
          description: 'A page of duties.',
          schema: pageOf(ObligationSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['purpose-required', 'invalid-cursor'],
      example: { client: 'supplier-nord', query: { status: 'open', dueOnTo: '2026-04-30', limit: 10 } },
    },
    (request) => listObligations(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/obligations/:id',
      operationId: 'getObligation',
      tag: 'Obligations',
      summary: 'Read a duty',
      callers: organisationKinds,
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The duty.', schema: ObligationSchema, headers: etag } },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: '$obligation' } },
    },
    (request) => getObligation(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/obligations/:id/extension',
      operationId: 'extendObligation',
      tag: 'Obligations',
      summary: 'Agree to a later deadline (§ 3)',
      description:
        'By the ordering jobcenter alone, with a reason. The dates before and after are kept; `obligation.due-soon` and `obligation.overdue` are told again for the new one.',
      callers: ['jobcenter', 'supplier', 'benefits-office'],
      scope: 'portal.write',
      params: idParams,
      body: ExtensionBody,
      answers: { 200: { description: 'The duty with its new date.', schema: ObligationSchema, headers: etag } },
      problems: ['extension-needs-jobcenter', 'obligation-settled', 'extension-not-later'],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: '$obligation' },
        body: {
          dueOn: '2026-03-27',
          reason: 'The specialist the report builds on answers a week later.',
          agreedBy: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' },
        },
      },
    },
    (request) => extendObligation(deps, request),
  )
}
