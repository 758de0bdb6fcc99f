import type { FastifyInstance } from 'fastify'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import type { ProblemSlug } from '#platform/http/problems/catalogue.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import {
  AttendanceBatchAnswer,
  AttendanceBatchBody,
  AttendanceQuery,
  AttendanceSchema,
  AttendanceWithHistorySchema,
  DocumentedAttendanceBatchBody,
  dayParams,
  PutAttendanceBody,
} from './attendance.schema.ts'
import { putAttendance, putAttendanceBatch } from './put-attendance.ts'
import { getAttendance, listAttendance } from './read-attendance.ts'

/** The rules that can refuse a day. */
const attendanceRefusals: readonly ProblemSlug[] = [
  'order-state',
  'course-not-started',
  'attendance-date-in-future',
  'attendance-outside-course',
  'attendance-before-first-meeting',
  'activity-not-approved',
  'nothing-planned-that-day',
  'unknown-attendance-code',
  'minutes-do-not-add-up',
  'sickness-message-required',
  'leave-not-approved',
  'month-already-submitted',
]

const exampleDay = {
  entries: [{ activityId: example.activity, attendedMinutes: 90, absent: [{ code: 'unauthorised', minutes: 30 }] }],
  registeredBy: { name: 'Liv Leverandør', email: 'liv@supplier.example' },
}

/** Attendance day by day (§ 5): what was planned, who came, and why the rest was missed. */
export const attendance = (app: FastifyInstance, deps: Deps): void => {
  const readers = ['supplier', 'jobcenter', 'auditor'] as const
  defineRoute(
    app,
    {
      method: 'PUT',
      url: '/v1/orders/:id/attendance/:date',
      operationId: 'putAttendance',
      tag: 'Attendance',
      summary: "Record a day's attendance (§ 5)",
      description:
        'Attended and absent minutes of each activity that is planned that day; together they are the planned ones. Every version is kept; a day that says what stands already makes none. The answer shows the registration of absence beside it, and what is `missing`: unauthorised minutes ask for a registration (`absence-registration`, due that day), sickness and leave for none. A day of a submitted month changes with a `correctionReason`. `If-Match` is honoured and not required.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: dayParams,
      body: PutAttendanceBody,
      answers: {
        200: { description: 'The day as it now stands.', schema: AttendanceSchema, headers: { ETag: 'Of the day.' } },
        201: { description: 'The day, recorded.', schema: AttendanceSchema, headers: { ETag: 'Of the day.' } },
      },
      problems: [...attendanceRefusals, 'precondition-failed'],
      example: { client: 'supplier-nord', params: { id: example.order, date: '2026-03-12' }, body: exampleDay },
      refusedOrder: (request) => request.params.id,
    },
    (request) => putAttendance(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/attendance/batch',
      operationId: 'putAttendanceBatch',
      tag: 'Attendance',
      summary: 'Record up to 1,000 days of attendance',
      description:
        'One transaction in which each item stands or falls alone: `results` says for each, by its position, what the item alone would have been answered with. Items are taken in their order: the second of two for the same day corrects the first. With `Idempotency-Key` the whole answer is kept, unless nothing was written.',
      callers: ['supplier'],
      scope: 'portal.write',
      body: AttendanceBatchBody,
      documentedBody: DocumentedAttendanceBatchBody,
      answers: { 200: { description: 'What became of each item.', schema: AttendanceBatchAnswer } },
      example: {
        client: 'supplier-nord',
        body: {
          items: [
            { orderId: example.order, date: '2026-03-10', ...exampleDay },
            {
              orderId: example.order,
              date: '2026-03-11',
              entries: [{ activityId: example.activity, attendedMinutes: 120 }],
              registeredBy: exampleDay.registeredBy,
            },
          ],
        },
      },
    },
    (request) => putAttendanceBatch(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/attendance',
      operationId: 'listAttendance',
      tag: 'Attendance',
      summary: 'List the recorded days of an order',
      description: 'By date. An auditor names the purpose in `X-Purpose`.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: AttendanceQuery,
      answers: {
        200: {
          description: 'A page of days.',
          schema: pageOf(AttendanceSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: {
        client: 'supplier-nord',
        params: { id: example.order },
        query: { dateFrom: '2026-03-01', dateTo: '2026-03-31' },
      },
    },
    (request) => listAttendance(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/attendance/:date',
      operationId: 'getAttendance',
      tag: 'Attendance',
      summary: 'Read a day with all its versions',
      description: 'An auditor names the purpose in `X-Purpose`.',
      callers: readers,
      scope: 'portal.read',
      params: dayParams,
      answers: {
        200: {
          description: 'The day and its history.',
          schema: AttendanceWithHistorySchema,
          headers: { ETag: 'Of the day.' },
        },
      },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: '$orderWithAttendance', date: '2026-03-12' } },
    },
    (request) => getAttendance(deps, request),
  )
}
