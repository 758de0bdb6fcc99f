import { registeredDays } from '#features/absences/lookups.ts'
import { attendedDates, recordedDates } from '#features/attendance/lookups.ts'
import { firstMeetingCaseOf } from '#features/first-meetings/commands.ts'
import type { Caller } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { pendingMeetingOn } from '#rules/first-meeting/first-meeting-case.ts'
import { pendingOutcomeIsTold } from '#rules/first-meeting/meeting-outcome.ts'
import { daysAfter, type EndedBy, terminationRules } from '#rules/order/termination.ts'
import { stateOf } from './approve-order.ts'
import { endCourse } from './end-course.ts'
import { findOrder, hasFirstMeetingProcedure, lockOrder, type OrderRow, validCodes } from './order.queries.ts'
import { orderAnswer } from './order-answer.ts'
import type { TerminateOrder } from './order-commands.ts'

/** An organisation that also audits ends what is its own in its other capacities alone. */
const withoutAuditing = (caller: Caller): Caller => ({
  ...caller,
  organisation: { ...caller.organisation, kinds: caller.organisation.kinds.filter((kind) => kind !== 'auditor') },
})

const sideOf = (order: OrderRow, { organisation }: Caller): EndedBy => {
  if (order.jobcenterId === organisation.id) return 'jobcenter'
  return order.supplierId === organisation.id ? 'supplier' : 'benefits-office'
}

/** The course ends: by supplier, ordering jobcenter, or the benefits office whose benefit stopped. Once. */
export const terminateOrder = (deps: Deps, request: PortalRequest<TerminateOrder, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const caller = withoutAuditing(request.caller)
    const order = await lockOrder(trx, caller, request.params.id)
    const { endedOn, cause, text, registeredBy } = request.body
    const { supplierId, citizenId, startDate, endDate } = order
    const absent = await registeredDays(trx, { supplierId, citizenId, orderId: order.id })
    const attended = await attendedDates(trx, order.id)
    const begun = [
      ...absent.map((day) => day.date),
      ...attended,
      ...(order.firstAttendedOn === null ? [] : [order.firstAttendedOn]),
    ]
    const recorded = [...begun, ...(await recordedDates(trx, order.id))]
    const by = sideOf(order, caller)
    demand(
      terminationRules({
        state: stateOf(order),
        by,
        endedOn,
        cause,
        validCauses: await validCodes(trx, 'termination-causes', endedOn),
        course: { startDate, endDate, today: localDateAt(request.arrivedAt) },
        recorded,
        begun,
      }),
    )
    const { theCase } = await firstMeetingCaseOf(trx, order)
    demand(
      pendingOutcomeIsTold({
        by,
        state: stateOf(order),
        procedure: await hasFirstMeetingProcedure(trx, order.targetGroup, startDate),
        timesMissed: theCase.timesMissed,
        pendingOn: pendingMeetingOn(theCase),
        today: localDateAt(request.arrivedAt),
      }),
    )
    await endCourse(trx, deps, request, order, {
      endedOn,
      cause,
      ...(text === undefined ? {} : { text }),
      by,
      registeredBy,
      attended: attended.length > 0,
      registeredAfter: daysAfter(recorded, endedOn).length > 0,
    })
    return orderAnswer(trx, await findOrder(trx, caller, order.id), caller)
  })
