import type { ReferenceData } from '#features/absences/commands.ts'
import { countedFrom, workingDaysOf } from '#features/calendar/lookups.ts'
import { meetObligations, openObligations } from '#features/obligations/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { instantOf } from '#platform/http/instants.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { reSummonsLetterDue } from '#rules/calendar/deadlines.ts'
import { meetingWasNotLeave } from '#rules/first-meeting/excused-days.ts'
import { letterMetAt, reSummonsRules } from '#rules/first-meeting/re-summons.ts'
import { insertReSummons } from './first-meeting.queries.ts'
import type { ReSummon } from './first-meeting.schema.ts'
import { missMeeting } from './miss-meeting.ts'
import { lockCase } from './open-case.ts'
import { reSummonsDocument } from './re-summons-document.ts'
import { insertReminders, remindersOf } from './reminder.queries.ts'

/**
 * § 7: the letter after a missed meeting, which sets the new one. A meeting whose outcome nobody told is recorded as
 * missed with it. A late letter is taken and marked.
 */
export const reSummon = (
  deps: Deps,
  reference: ReferenceData,
  request: PortalRequest<ReSummon, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const orderCase = await lockCase(trx, request.caller, request.params.id)
    const { order, state, theCase } = orderCase
    const { missedOn, letterSentOn, letterMethod, registeredBy } = request.body
    const at = request.arrivedAt
    const newMeetingAt = instantOf(request.body.newMeetingAt)
    const newMeetingOn = localDateAt(newMeetingAt)
    const reminders = (request.body.reminders ?? []).map((reminder) => ({ ...reminder, at: instantOf(reminder.at) }))
    const isWorkingDay = await workingDaysOf(trx)
    countedFrom('/missedOn', missedOn, () =>
      demand(
        reSummonsRules({
          missedOn,
          letterSentOn,
          newMeetingOn,
          reminders: reminders.map((reminder, index) => ({ at: reminder.at, pointer: `/reminders/${index}/at` })),
          state,
          procedure: reference.firstMeetingProcedure(order.targetGroup, order.startDate),
          theCase,
          lastDay: order.endDate,
          now: at,
          isWorkingDay,
        }),
      ),
    )
    if (theCase.unansweredMissedOn !== missedOn) {
      demand(meetingWasNotLeave(missedOn, orderCase.wholeLeave))
      await missMeeting(trx, request, orderCase, { missedOn, registeredBy, reference })
    }
    const id = newId()
    const letterDueOn = reSummonsLetterDue(missedOn, isWorkingDay).dueOn
    const letterLate = letterSentOn > letterDueOn
    const row = await insertReSummons(
      trx,
      order,
      { id, missedOn, letterSentOn, letterMethod, letterDueOn, letterLate, newMeetingAt },
      { registeredBy, at },
    )
    await insertReminders(trx, row, reminders, { registeredBy, at })
    const metAt = letterMetAt(letterSentOn, at)
    await meetObligations(trx, order.id, { kind: 're-summons-letter', subject: missedOn }, metAt, id)
    // Who has come in the meantime is not expected to that meeting any more.
    if (state.courseStatus !== 'attending') {
      await openObligations(
        trx,
        order,
        [{ kind: 'first-meeting-outcome', subject: newMeetingOn, dueOn: newMeetingOn, because: 're-summoned' }],
        at,
      )
    }
    await recordChange(trx, request, {
      action: 're-summoned',
      entity: 're-summons',
      entityId: id,
      orderId: order.id,
      registeredBy,
      changes: { missedOn, letterSentOn, letterMethod, letterLate, newMeetingAt, reminders: reminders.length },
    })
    await appendEvent(trx, {
      type: 'first-meeting.re-summoned',
      occurredAt: at,
      producerId: order.supplierId,
      recipients: [order.jobcenterId],
      orderId: order.id,
      data: { orderId: order.id, reSummonsId: id, missedOn, letterSentOn, letterLate, newMeetingOn },
      path: `/v1/re-summons/${id}`,
    })
    const log = await remindersOf(trx, [id])
    return {
      status: 201,
      headers: { location: `/v1/re-summons/${id}`, etag: etagOf(row.version) },
      body: reSummonsDocument(row, log.get(id) ?? []),
    }
  })
