import { type ReferenceData, registerWithin } from '#features/absences/commands.ts'
import { liveDays } from '#features/absences/lookups.ts'
import { meetObligations, waiveObligations } from '#features/obligations/lookups.ts'
import { courseAttending } from '#features/orders/commands.ts'
import { firstActivityOf, plannedBetween } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { courseEnds } from '#rules/absence/day-lies-in-the-course.ts'
import { firstMeetingAttendedRules } from '#rules/first-meeting/first-meeting-attended.ts'
import { excusedDaysOf, insertExcusedDays, insertOutcome, leaveByDay } from './first-meeting.queries.ts'
import type { BackRegistered, RecordFirstMeeting } from './first-meeting.schema.ts'
import type { OrderCase } from './open-case.ts'
import { settleProtocolOf } from './settle-protocol.ts'

type Attended = PortalRequest<RecordFirstMeeting, { id: string }>
type PlannedDay = Awaited<ReturnType<typeof plannedBetween>>[number]

/** The problem of one absence, with its pointers into the whole body. */
const refusedAt = (index: number, problem: HttpProblem): HttpProblem => {
  const within = problem.faults.map((fault) => ({ ...fault, pointer: `/absences/${index}${fault.pointer}` }))
  const detail = { da: 'Registreringen afvises.', en: 'The registration is refused.' }
  return new HttpProblem(problem.slug, {
    facts: problem.facts,
    headers: problem.headers,
    faults: within.length > 0 ? within : [{ pointer: `/absences/${index}`, code: problem.slug, detail }],
  })
}

/** What a day's absence says as `POST /v1/absences` would. A UUID is the same in capitals. */
const commandOf = (request: Attended, orderId: string, absence: BackRegistered, planned: string | undefined) => ({
  ...absence,
  orderId,
  activityId: absence.activityId?.toLowerCase() ?? planned ?? orderId,
  ...(absence.documentIds === undefined ? {} : { documentIds: absence.documentIds.map((id) => id.toLowerCase()) }),
  registeredBy: request.body.registeredBy,
})

const minutesOn = (planned: readonly PlannedDay[], date: LocalDate): number =>
  planned.filter((day) => day.date === date).reduce((sum, day) => sum + day.plannedMinutes, 0)

/** One absence a day: a second one would have been refused for the first, which is not there once both are. */
const demandDistinctDays = (absences: readonly BackRegistered[]): void => {
  const dates = absences.map((absence) => absence.date)
  const index = dates.findIndex((date, at) => dates.indexOf(date) !== at)
  if (index >= 0) {
    throw invalid(`/absences/${index}/date`, 'duplicate', {
      da: 'Dagen er nævnt to gange.',
      en: 'The day is named twice.',
    })
  }
}

/** What is told of the planned days before the citizen came, in this request and before it. */
const daysBefore = async (
  trx: Trx,
  { on, absences = [], excused = [] }: RecordFirstMeeting,
  { order, theCase }: OrderCase,
  open: readonly PlannedDay[],
) => {
  const { id, supplierId, citizenId } = order
  const live = await liveDays(trx, { supplierId, citizenId })
  const told = await excusedDaysOf(trx, id)
  const leave = await leaveByDay(trx, id, theCase.firstMeetingOn, on)
  const days = [...new Set(open.map((day) => day.date))].map((date) => {
    const plannedMinutes = minutesOn(open, date)
    const registered = live.find((day) => day.date === date && day.heldAgainst.includes(id))
    const claimed = absences.find((absence) => absence.date === date)
    const leaveMinutes = leave.get(date) ?? 0
    return {
      date,
      plannedMinutes,
      absentMinutes: registered?.absentMinutes ?? (claimed?.wholeDay ? plannedMinutes : (claimed?.absentMinutes ?? 0)),
      leaveMinutes,
      excused: [...told, ...excused].some((day) => day.date === date && day.code === 'sick'),
    }
  })
  return { days, registered: new Set([...live, ...absences].map((day) => day.date)) }
}

/** § 7: holds the return against the rules; the days before it are accounted for, all or nothing. */
const demandAttended = async (
  trx: Trx,
  request: Attended,
  orderCase: OrderCase,
  open: readonly PlannedDay[],
): Promise<void> => {
  const { order, state, theCase } = orderCase
  const { on, absences = [], excused = [] } = request.body
  demandDistinctDays(absences)
  const { days, registered } = await daysBefore(trx, request.body, orderCase, open)
  const { startDate } = order
  const today = localDateAt(request.arrivedAt)
  const byDate = new Map(days.map((day) => [day.date, day]))
  demand(
    firstMeetingAttendedRules({
      on,
      state,
      course: { startDate, lastDay: courseEnds(order), today, lastMissedOn: theCase.lastMissedOn },
      daysBefore: days,
      excusedDays: {
        excused,
        open: new Set(byDate.keys()),
        registered,
        leaveOn: (date) => byDate.get(date) ?? { plannedMinutes: 0, leaveMinutes: 0 },
      },
    }),
  )
}

/** The citizen is there: what was asked about the meeting is told, and a letter that was not yet due is not needed any more. */
const settleDutiesOfAttended = async (trx: Trx, orderId: string, at: PortalRequest['arrivedAt']): Promise<void> => {
  await meetObligations(trx, orderId, { kind: 'first-meeting-outcome' }, at, 'first-meeting')
  await waiveObligations(trx, orderId, { kinds: ['re-summons-letter'], dueAfter: at }, at, 'first-meeting-attended')
}

/**
 * § 7: the citizen came; the course goes on, and the planned days since the first date are registered absent or named as
 * excused, in the same transaction.
 * @returns the absences that were registered
 * @throws HttpProblem of the rule that refuses, one of an absence with its pointer
 */
export const attendMeeting = async (
  trx: Trx,
  request: Attended,
  orderCase: OrderCase,
  given: { readonly procedure: boolean; readonly reference: ReferenceData },
) => {
  const { order, theCase } = orderCase
  const { on, absences = [], excused = [], registeredBy } = request.body
  const { procedure, reference } = given
  const at = request.arrivedAt
  const today = localDateAt(at)
  const { firstMeetingOn } = theCase
  const planned = await plannedBetween(trx, order.id, order.startDate, today)
  // Groups without the procedure register their absences day by day from the start (§ 8).
  const open = procedure ? planned.filter((day) => day.date >= firstMeetingOn && day.date < on) : []
  await demandAttended(trx, request, orderCase, open)
  await courseAttending(trx, order.id, on)
  const told = { registeredBy, at }
  const { timesMissed } = theCase
  await insertOutcome(trx, order, { outcome: 'attended', metOn: on, newMeetingAt: null, timesMissed }, told)
  await insertExcusedDays(trx, order, excused, told)
  await settleDutiesOfAttended(trx, order.id, at)
  await recordChange(trx, request, {
    action: 'first-meeting-attended',
    entity: 'order',
    entityId: order.id,
    orderId: order.id,
    registeredBy,
    changes: {
      courseStatus: { from: order.courseStatus, to: 'attending' },
      on,
      // Why stands with the excused days alone (§ 9).
      ...(excused.length > 0 ? { excusedOn: excused.map((day) => day.date) } : {}),
    },
  })
  await appendEvent(trx, {
    type: 'first-meeting.attended',
    occurredAt: at,
    producerId: order.supplierId,
    recipients: [order.jobcenterId],
    orderId: order.id,
    data: { orderId: order.id, on },
    path: `/v1/orders/${order.id}`,
  })
  const firstActivity = absences.some((absence) => absence.activityId === undefined)
    ? await firstActivityOf(trx, order.id)
    : undefined
  const activityOn = (date: LocalDate) => planned.find((day) => day.date === date)?.activityId ?? firstActivity
  const claims = absences.map((absence) => commandOf(request, order.id, absence, activityOn(absence.date)))
  const registered = await registerWithin(trx, request, { claims, reference, refusedAt })
  // Each of these days stands otherwise in the protocol now: accounted for, or one that needs attendance.
  const from = firstMeetingOn < on ? firstMeetingOn : on
  const dates = planned.map((day) => day.date).filter((date) => date >= from)
  if (procedure) await settleProtocolOf(trx, request, order, dates)
  return registered
}
