import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { approveLeave } from './approve-leave.ts'
import { ApproveLeaveBody, LeaveQuery, LeaveSchema, WithdrawLeaveBody } from './leave.schema.ts'
import { listLeave } from './list-leave.ts'
import { withdrawLeave } from './withdraw-leave.ts'

/** Leave, which the jobcenter alone gives (§ 6). */
export const leave = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/leave-approvals',
      operationId: 'approveLeave',
      tag: 'Leave',
      summary: 'Approve leave on an order (§ 6)',
      description:
        'Whole days, or `minutes` of each day. What leave covers can no longer be registered as absence; what was registered before stays, shows `coveredByLeave` once leave covers the whole of it, and whoever had received it is told (`leave.approved`). The same days with the same minutes are approved once.',
      callers: ['jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: ApproveLeaveBody,
      answers: { 201: { description: 'The leave.', schema: LeaveSchema } },
      problems: ['order-state', 'leave-outside-order', 'leave-already-approved'],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: example.order },
        body: {
          from: '2026-03-23',
          to: '2026-03-24',
          reason: 'Flytning til ny bolig',
          approvedBy: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' },
        },
      },
      refusedOrder: (request) => request.params.id,
    },
    (request) => approveLeave(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/leave-approvals',
      operationId: 'listLeave',
      tag: 'Leave',
      summary: 'List the leave on an order',
      description: 'To the supplier and the jobcenter of the order, with what was withdrawn.',
      callers: ['supplier', 'jobcenter'],
      scope: 'portal.read',
      params: idParams,
      query: LeaveQuery,
      answers: {
        200: { description: 'A page of leave.', schema: pageOf(LeaveSchema), headers: { Link: 'The next page.' } },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.order } },
    },
    (request) => listLeave(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/leave-approvals/:id/withdrawal',
      operationId: 'withdrawLeave',
      tag: 'Leave',
      summary: 'Withdraw leave that was approved in error',
      description:
        'It stays on record with the reason. Registrations get back the minutes that it took of them, and whoever was told of it is told: `leave.approved` with `withdrawn: true`. What the attendance shows as unauthorised on its days is to be registered, from today on; what it shows as leave is to be corrected.',
      callers: ['jobcenter'],
      scope: 'portal.write',
      params: idParams,
      body: WithdrawLeaveBody,
      answers: { 200: { description: 'The withdrawn leave.', schema: LeaveSchema } },
      problems: ['leave-already-withdrawn'],
      example: {
        client: 'jobcenter-musvaagevej',
        params: { id: '$leave' },
        body: {
          reason: 'Godkendt på den forkerte borger',
          registeredBy: { name: 'Sally Sagsbehandler', email: 'sally@jobcenter.example' },
        },
      },
    },
    (request) => withdrawLeave(deps, request),
  )
}
