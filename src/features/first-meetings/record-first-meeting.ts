import type { ReferenceData } from '#features/absences/commands.ts'
import { orderAnswer } from '#features/orders/commands.ts'
import { findOrder } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { meetingWasNotLeave } from '#rules/first-meeting/excused-days.ts'
import { firstMeetingMissedRules } from '#rules/first-meeting/meeting-outcome.ts'
import { attendMeeting } from './attend-meeting.ts'
import { excuseMeeting } from './excuse-meeting.ts'
import type { RecordFirstMeeting } from './first-meeting.schema.ts'
import { missMeeting } from './miss-meeting.ts'
import { lockCase } from './open-case.ts'

/** Which outcome each of these members belongs to. */
const belongsTo = { code: 'excused', newMeetingAt: 'excused', absences: 'attended', excused: 'attended' } as const

/** Refuses members that say something of another outcome than the one that is told. */
const demandFittingMembers = (body: RecordFirstMeeting): void => {
  for (const [member, outcome] of Object.entries(belongsTo)) {
    if (body[member as keyof typeof belongsTo] !== undefined && body.outcome !== outcome) {
      throw invalid(`/${member}`, 'not-with-this-outcome', {
        da: `Hører til udfaldet ${outcome}.`,
        en: `Belongs to the outcome ${outcome}.`,
      })
    }
  }
}

/** § 7: what became of the first meeting, or of one that a re-summons or an excuse set. */
export const recordFirstMeeting = (
  deps: Deps,
  reference: ReferenceData,
  request: PortalRequest<RecordFirstMeeting, { id: string }>,
): Promise<Answer> => {
  const { outcome, on, registeredBy } = request.body
  demandFittingMembers(request.body)
  return write(deps.database, request, async (trx) => {
    const orderCase = await lockCase(trx, request.caller, request.params.id)
    const { order, state, theCase } = orderCase
    const procedure = reference.firstMeetingProcedure(order.targetGroup, order.startDate)
    const answer = async (absences: Awaited<ReturnType<typeof attendMeeting>>): Promise<Answer> => {
      const asNow = await orderAnswer(trx, await findOrder(trx, request.caller, order.id), request.caller)
      const registered = absences.map(({ id, date, daysLate }) => ({ id, date, late: daysLate > 0, daysLate }))
      return { ...asNow, body: { ...(asNow.body as object), absences: registered } }
    }
    if (outcome === 'attended') return answer(await attendMeeting(trx, request, orderCase, { procedure, reference }))
    if (outcome === 'excused') {
      await excuseMeeting(trx, request, orderCase, procedure)
      return answer([])
    }
    const today = localDateAt(request.arrivedAt)
    demand(firstMeetingMissedRules({ on, state, procedure, theCase, today }))
    demand(meetingWasNotLeave(on, orderCase.wholeLeave))
    await missMeeting(trx, request, orderCase, { missedOn: on, registeredBy, reference })
    return answer([])
  })
}
