import type { FastifyInstance } from 'fastify'
import { absenceRefusals, referenceData } from '#features/absences/commands.ts'
import { OrderSchema } from '#features/orders/lookups.ts'
import type { Deps } from '#platform/deps.ts'
import { idParams } from '#platform/http/common-schemas.ts'
import { pageOf } from '#platform/http/lists.ts'
import { defineRoute } from '#platform/http/route.ts'
import { exampleWorld as example } from '#platform/openapi/example-world.ts'
import { addReminder } from './add-reminder.ts'
import {
  FirstMeetingAnswer,
  FirstMeetingBody,
  FirstMeetingCaseSchema,
  ReminderBody,
  ReSummonsBody,
  ReSummonsQuery,
  ReSummonsSchema,
  WithdrawOutcomeBody,
} from './first-meeting.schema.ts'
import { reSummon } from './re-summon.ts'
import { getFirstMeeting, getReSummons, listReSummonses } from './read-first-meeting.ts'
import { recordFirstMeeting } from './record-first-meeting.ts'
import { withdrawOutcome } from './withdraw-outcome.ts'

const etag = { ETag: 'The version.' }
const readers = ['supplier', 'jobcenter', 'benefits-office', 'auditor'] as const
const byId = (request: { params: { id: string } }): string => request.params.id
const registeredBy = { name: 'Liv Leverandør' }

const writes = (app: FastifyInstance, deps: Deps): void => {
  const reference = referenceData(deps.database, deps.monotonicMs)
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/first-meeting',
      operationId: 'registerFirstMeeting',
      tag: 'First meetings',
      summary: 'Register what became of a first meeting (§ 7)',
      description:
        '`attended`: the citizen came, on any day of the course; every planned day since the first date is registered absent (`absences`) or named as excused (`excused`) in the same request, all or nothing. `missed`: the meeting that is arranged passed without the citizen; the jobcenter is told, and from the second time on the recipient of the target group, the same day. `excused`: sick or on approved leave; no letter is owed, nobody is told why, and `newMeetingAt` sets the next meeting, at once or by telling it again.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: FirstMeetingBody,
      answers: {
        200: { description: 'The order as it now stands.', schema: FirstMeetingAnswer, headers: etag },
      },
      problems: [
        ...absenceRefusals,
        'first-meeting-already-settled',
        'first-meeting-date',
        'first-meeting-not-pending',
        'first-meeting-procedure-not-used',
        'back-registration-incomplete',
        'excused-day-invalid',
        'leave-not-approved',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: example.awaitingFirstMeeting },
        body: {
          outcome: 'attended',
          on: '2026-03-04',
          absences: [{ date: '2026-03-02', wholeDay: true, reason: 'no-notice' }],
          excused: [{ date: '2026-03-03', code: 'sick' }],
          registeredBy,
        },
      },
      refusedOrder: byId,
    },
    async (request) => recordFirstMeeting(deps, await reference(), request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/orders/:id/re-summons',
      operationId: 'createReSummons',
      tag: 'First meetings',
      summary: 'Register the letter after a missed first meeting (§ 7)',
      description:
        'Sets the new meeting: on the third working day after the missed one at the earliest, and within fourteen days of it. `missedOn` is the last missed meeting, or the arranged one of a day that has come, which is then recorded as missed. A late letter is taken and marked (`letterLate`); the duty counts as met by the day the letter was sent.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: ReSummonsBody,
      answers: {
        201: {
          description: 'The re-summons.',
          schema: ReSummonsSchema,
          headers: { ...etag, Location: 'The re-summons.' },
        },
      },
      problems: [
        'order-state',
        'first-meeting-already-settled',
        'first-meeting-procedure-not-used',
        'first-meeting-not-pending',
        'first-meeting-date',
        'already-re-summoned',
        'new-meeting-too-early',
        'new-meeting-outside-window',
        'letter-date-invalid',
        'reminder-date-invalid',
        'leave-already-approved',
      ],
      example: {
        client: 'supplier-nord',
        params: { id: example.awaitingFirstMeeting },
        body: {
          missedOn: '2026-03-02',
          letterSentOn: '2026-03-03',
          letterMethod: 'quick-letter',
          newMeetingAt: '2026-03-09T08:00:00Z',
          reminders: [{ channel: 'sms', at: '2026-03-06T09:30:00Z', reached: false }],
          registeredBy,
        },
      },
      refusedOrder: byId,
    },
    async (request) => reSummon(deps, await reference(), request),
  )
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/re-summons/:id/reminders',
      operationId: 'addReminder',
      tag: 'First meetings',
      summary: 'Add an attempt at contact to a re-summons',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: ReminderBody,
      answers: {
        201: {
          description: 'The re-summons as it now stands.',
          schema: ReSummonsSchema,
          headers: { ...etag, Location: 'The re-summons.' },
        },
      },
      problems: ['reminder-date-invalid'],
      example: {
        client: 'supplier-nord',
        params: { id: '$reSummons' },
        body: { channel: 'phone', at: '2026-03-13T09:00:00Z', reached: true, registeredBy },
      },
    },
    (request) => addReminder(deps, request),
  )
}

const corrections = (app: FastifyInstance, deps: Deps): void => {
  const reference = referenceData(deps.database, deps.monotonicMs)
  defineRoute(
    app,
    {
      method: 'POST',
      url: '/v1/first-meeting-outcomes/:id/withdrawal',
      operationId: 'withdrawFirstMeetingOutcome',
      tag: 'First meetings',
      summary: 'Withdraw an outcome that was told in error',
      description:
        'The last outcome of an order that goes on; its id stands in `GET /v1/orders/{id}/first-meeting`. It stays on record with the reason and counts nowhere: the case and its duties stand as before it, and whoever heard of it is told (`first-meeting.outcome-withdrawn`). Withdraw absences first, and attendance has to be none, where the citizen was told to have come. The right outcome can then be told.',
      callers: ['supplier'],
      scope: 'portal.write',
      params: idParams,
      body: WithdrawOutcomeBody,
      answers: { 200: { description: 'The order as it now stands.', schema: OrderSchema, headers: etag } },
      problems: ['order-state', 'outcome-already-withdrawn', 'outcome-not-last', 'first-meeting-has-records'],
      example: {
        client: 'supplier-nord',
        params: { id: '$firstMeetingOutcome' },
        body: { reason: 'Registreret på den forkerte borger', registeredBy },
      },
    },
    async (request) => withdrawOutcome(deps, await reference(), request),
  )
}

const reads = (app: FastifyInstance, deps: Deps): void => {
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/first-meeting',
      operationId: 'getFirstMeeting',
      tag: 'First meetings',
      summary: 'Read the case around the first meeting',
      description:
        'Which meeting is arranged, what became of those before, and the re-summonses with the attempts at contact counted. Why somebody was excused is not shown to benefits offices.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The case.', schema: FirstMeetingCaseSchema, headers: etag } },
      problems: ['purpose-required'],
      example: { client: 'supplier-nord', params: { id: example.awaitingFirstMeeting } },
    },
    (request) => getFirstMeeting(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/orders/:id/re-summons',
      operationId: 'listReSummonses',
      tag: 'First meetings',
      summary: 'The re-summonses of an order',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      query: ReSummonsQuery,
      answers: {
        200: {
          description: 'A page of re-summonses.',
          schema: pageOf(ReSummonsSchema),
          headers: { Link: 'The next page.' },
        },
      },
      problems: ['invalid-cursor', 'purpose-required'],
      example: { client: 'jobcenter-musvaagevej', params: { id: example.awaitingFirstMeeting } },
    },
    (request) => listReSummonses(deps, request),
  )
  defineRoute(
    app,
    {
      method: 'GET',
      url: '/v1/re-summons/:id',
      operationId: 'getReSummons',
      tag: 'First meetings',
      summary: 'Read a re-summons',
      description:
        'Also to the benefits office that was told of a citizen who stayed away again, and does not see the order.',
      callers: readers,
      scope: 'portal.read',
      params: idParams,
      answers: { 200: { description: 'The re-summons.', schema: ReSummonsSchema, headers: etag } },
      problems: ['purpose-required'],
      example: { client: 'k-kassen', params: { id: '$reSummons' } },
    },
    (request) => getReSummons(deps, request),
  )
}

/** The first meeting, and the case around a missed one (§ 7). */
export const firstMeetings = (app: FastifyInstance, deps: Deps): void => {
  writes(app, deps)
  corrections(app, deps)
  reads(app, deps)
}
