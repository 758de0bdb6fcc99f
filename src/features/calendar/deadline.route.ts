import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Deps } from '#platform/deps.ts'
import { LocalDateSchema } from '#platform/http/common-schemas.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { closed, defineRoute } from '#platform/http/route.ts'
import {
  attendanceProtocolDue,
  type Deadline,
  finalReportDue,
  newMeetingEarliest,
  reSummonsLetterDue,
} from '#rules/calendar/deadlines.ts'
import type { WorkingDays } from '#rules/calendar/working-days.ts'
import { countedFrom, workingDaysOf } from './lookups.ts'

type Count = (from: LocalDate, isWorkingDay: WorkingDays, deps: Deps) => Deadline

/** The deadlines that can be asked for, each by the function that the duties' own dates come from. */
const deadlines: Readonly<Record<string, Count>> = {
  'final-report-due': (from, isWorkingDay, deps) => finalReportDue(from, isWorkingDay, deps.finalReportReading),
  'new-meeting-earliest': newMeetingEarliest,
  're-summons-letter-due': reSummonsLetterDue,
  'attendance-protocol-due': attendanceProtocolDue,
}

const DeadlineSchema = closed({
  rule: Type.String(),
  from: LocalDateSchema,
  dueOn: LocalDateSchema,
  counted: Type.Array(LocalDateSchema, { description: 'The working days that were counted; none for a fixed date.' }),
  latestOn: Type.Optional(LocalDateSchema),
})

const params = closed({
  rule: Type.String({ description: `One of ${Object.keys(deadlines).join(', ')}.` }),
})
const query = closed({
  from: Type.Unsafe<LocalDate>({
    ...LocalDateSchema,
    description: "The date counted from: a course's last day, a missed meeting, any day of a protocol's month.",
  }),
})

/** `GET /v1/deadlines/{rule}`: a deadline with its working, counted by the code that enforces it. */
export const deadlineRoute = (app: FastifyInstance, deps: Deps): void =>
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/deadlines/:rule',
      operationId: 'getDeadline',
      tag: 'Obligations',
      summary: 'Count a deadline and show the days that counted',
      description:
        'Working days are Monday to Friday, less Danish public holidays, less the closing days. What is due on a date can be done until 24:00 that day in Copenhagen.',
      callers: organisationKinds,
      scope: 'portal.read',
      params,
      query,
      answers: {
        200: { description: 'The deadline.', schema: DeadlineSchema, headers: { ETag: 'For If-None-Match.' } },
      },
      example: { client: 'supplier-nord', params: { rule: 'final-report-due' }, query: { from: '2026-03-27' } },
    },
    (request) =>
      read(deps.database, request, async (trx) => {
        const { from } = request.query
        const count = Object.hasOwn(deadlines, request.params.rule) ? deadlines[request.params.rule] : undefined
        if (!count) throw new HttpProblem('not-found')
        const isWorkingDay = await workingDaysOf(trx)
        const body = countedFrom('from', from, () => count(from, isWorkingDay, deps))
        return { status: 200, headers: { etag: contentEtag(body) }, body }
      }),
  )
