import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { getTermination, listTerminations } from './read-terminations.ts'
import { TerminationQuery, TerminationSchema } from './termination.schema.ts'

const callers = ['supplier', 'jobcenter', 'benefits-office', 'auditor'] as const

/** How courses ended, for the parties and for those who see that and not the order: a municipality's own benefits office. */
export const terminations = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/terminations',
      operationId: 'listTerminations',
      tag: 'Orders',
      summary: 'List how courses ended',
      description:
        "By the order's id. A supplier and a jobcenter see those of their orders, a benefits office those of the groups that it decides on, and of its own municipality's citizens also where it sees nothing else of the order. An auditor names the purpose in `X-Purpose`. The look-up is logged.",
      callers,
      scope: 'portal.read',
      query: TerminationQuery,
      answers: {
        200: {
          description: 'A page of terminations.',
          schema: pageOf(TerminationSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'ydelse-dragoer', query: { endedOnFrom: '2026-03-01', limit: 10 } },
    },
    (request) => listTerminations(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/termination',
      operationId: 'getTermination',
      tag: 'Orders',
      summary: 'Read how the course of an order ended',
      description: 'To whom the list shows it. 404 while the course goes on. The look-up is logged.',
      callers,
      scope: 'portal.read',
      params: idParams,
      answers: {
        200: {
          description: 'The termination.',
          schema: TerminationSchema,
          headers: { ETag: 'Of the content, for If-None-Match.' },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'k-kassen', params: { id: '$endedOrder' } },
    },
    (request) => getTermination(deps, request),
  )
}
