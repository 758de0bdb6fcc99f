import { finalReportDueOn, workingDaysOf } from '#features/calendar/lookups.ts'
import { anythingRecorded } from '#features/first-meetings/lookups.ts'
import {
  meetObligations,
  metSubjects,
  openDuties,
  openObligations,
  waiveObligations,
} from '#features/obligations/lookups.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import { isLocalDate, type LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import type { ObligationKind } from '#rules/obligation/obligation-state.ts'
import {
  type DatedDuty,
  interimReportsDue,
  interimReportsMoved,
  protocolsDue,
  type ReportSchedule,
} from '#rules/order/order-duties.ts'
import { type EndedBy, overdueStays } from '#rules/order/termination.ts'
import { hasFirstMeetingProcedure, type OrderRow } from './order.queries.ts'

/** Interim reports that the order's schedule asks for carry their week's date; one asked for by itself, its request's id. */
const isScheduled = ({ subject }: { readonly subject: string }): boolean => isLocalDate(subject)

/**
 * Brings the open duties of a kind to those that are wanted: what is no longer wanted is waived, what moved is opened anew
 * with its date, what is met stays met. What is overdue stays as it is (but a first meeting that is moved), and so does a
 * date that was extended by agreement and is not before the new one.
 */
const settleDuties = async (
  trx: Trx,
  order: OrderRow,
  kind: ObligationKind,
  wanted: readonly DatedDuty[],
  given: { readonly at: Instant; readonly because: string },
): Promise<void> => {
  const due = new Map(wanted.map((duty) => [duty.subject, duty.dueOn]))
  const open = await openDuties(trx, order.id, kind)
  const stays = ({ subject, originalDueOn, dueOn, dueAt }: (typeof open)[number]): boolean => {
    const want = due.get(subject)
    const overdue = dueAt <= given.at && kind !== 'first-meeting-outcome'
    if (overdue || want === originalDueOn) return true
    return want !== undefined && dueOn !== originalDueOn && dueOn >= want
  }
  const gone = open.filter((duty) => !stays(duty)).map((duty) => duty.subject)
  if (gone.length > 0) await waiveObligations(trx, order.id, { kinds: [kind], subjects: gone }, given.at, given.because)
  await openObligations(
    trx,
    order,
    wanted.map(({ subject, dueOn }) => ({ kind, subject, dueOn, because: given.because })),
    given.at,
  )
}

const scheduleOf = (order: OrderRow): ReportSchedule | null => order.reports as ReportSchedule | null

/** § 3, § 7: the duties of an approved order from its approval on: to say what became of the first meeting, interim reports. */
export const openDutiesOfOrder = async (trx: Trx, order: OrderRow, at: Instant): Promise<void> => {
  const meetingOn = localDateAt(order.firstMeetingAt)
  const procedure = await hasFirstMeetingProcedure(trx, order.targetGroup, order.startDate)
  const reports = interimReportsDue(order, scheduleOf(order), await workingDaysOf(trx))
  const because = 'order-approved'
  await openObligations(
    trx,
    order,
    [
      ...(procedure ? [{ kind: 'first-meeting-outcome' as const, subject: meetingOn, dueOn: meetingOn, because }] : []),
      ...reports.map((duty) => ({ ...duty, kind: 'interim-report' as const, because })),
    ],
    at,
  )
}

/** The interim reports that are no part of an amended schedule are waived, those of the new one opened. */
const moveInterimReports = async (trx: Trx, before: OrderRow, after: OrderRow, at: Instant): Promise<void> => {
  const [was, is] = [scheduleOf(before), scheduleOf(after)]
  if (was?.interimEveryWeeks === undefined && is?.interimEveryWeeks === undefined) return
  const isWorkingDay = await workingDaysOf(trx)
  const kind = 'interim-report'
  // § 3: what the jobcenter asked for by itself is no part of the schedule, and stays whatever becomes of it.
  const standing = (await openDuties(trx, after.id, kind)).filter(isScheduled)
  const { waive, open } = interimReportsMoved({
    from: interimReportsDue(before, was, isWorkingDay),
    to: interimReportsDue(after, is, isWorkingDay),
    samePlaces: was?.interimEveryWeeks === is?.interimEveryWeeks,
    standing: standing.map((duty) => ({ ...duty, overdue: duty.dueAt <= at })),
    met: await metSubjects(trx, after.id, kind),
    amendedOn: localDateAt(at),
    isWorkingDay,
  })
  const because = 'order-amended'
  if (waive.length > 0) await waiveObligations(trx, after.id, { kinds: [kind], subjects: waive }, at, because)
  const duties = open.map((duty) => ({ ...duty, kind, because }) as const)
  await openObligations(trx, after, duties, at)
}

/**
 * Ours: a duty is of the municipality of the day on which it is due, or settled if that comes first. So those that lie ahead
 * follow the citizen, and what was due or settled before the move is counted where it was. The database says which
 * (0008), also to whoever settles, extends or reopens a duty later on.
 */
const moveResidenceOfDuties = async (trx: Trx, { id, residenceMunicipality }: OrderRow): Promise<void> => {
  const ofOrder = trx.updateTable('obligations').set({ residenceMunicipality }).where('orderId', '=', id)
  await ofOrder.where('residenceMunicipality', '!=', residenceMunicipality).execute()
}

/** The open duties after an amendment: the first meeting's moves with it, the interim reports with dates and schedule. */
export const moveDutiesOfOrder = async (trx: Trx, before: OrderRow, after: OrderRow, at: Instant): Promise<void> => {
  const given = { at, because: 'order-amended' }
  const [from, to] = [localDateAt(before.firstMeetingAt), localDateAt(after.firstMeetingAt)]
  // § 7, ours: once something was recorded, letters and excuses set the meetings.
  if (from !== to && after.firstAttendedOn === null && !(await anythingRecorded(trx, after.id))) {
    if (await hasFirstMeetingProcedure(trx, after.targetGroup, after.startDate)) {
      await settleDuties(trx, after, 'first-meeting-outcome', [{ subject: to, dueOn: to }], given)
    }
  }
  if (before.residenceMunicipality !== after.residenceMunicipality) {
    await moveResidenceOfDuties(trx, after)
  }
  await moveInterimReports(trx, before, after, at)
}

/** § 5: a protocol is due for each month that has planned days, and for no other. */
export const settleProtocolDuties = (
  trx: Trx,
  order: OrderRow,
  planned: readonly LocalDate[],
  at: Instant,
): Promise<void> => settleDuties(trx, order, 'attendance-protocol', protocolsDue(planned), { at, because: 'planned' })

/** Ours: cancelling waives what is not yet due; what was due stays, but a returned report, which cannot be mended any more. */
export const waiveDutiesOfCancelled = async (trx: Trx, orderId: string, at: Instant): Promise<void> => {
  await waiveObligations(trx, orderId, { dueAfter: at }, at, 'order-cancelled')
  await waiveObligations(trx, orderId, { kinds: ['final-report-revision'] }, at, 'order-cancelled')
}

/** Whether the citizen goes on with another order at the supplier of this one. */
const anotherGoesOn = async (trx: Trx, order: OrderRow): Promise<boolean> => {
  const others = trx.selectFrom('orders').select('id').where('citizenId', '=', order.citizenId)
  const here = others.where('supplierId', '=', order.supplierId).where('status', '=', 'approved')
  return (await here.where('id', '!=', order.id).limit(1).executeTakeFirst()) !== undefined
}

/** The months that an order has planned days in up to a day. */
const plannedMonths = async (trx: Trx, orderId: string, to: LocalDate): Promise<Set<string>> => {
  const days = trx.selectFrom('plannedDays').select('date').distinct().where('orderId', '=', orderId)
  return new Set((await days.where('date', '<=', to).execute()).map(({ date }) => date.slice(0, 7)))
}

/**
 * § 3: the end of a course opens the final report, unless the course never started, and waives what would come after it:
 * interim reports due later, protocols of months without a planned day left, a first meeting that lies ahead. Ours: what a
 * date was before it was extended says whether a duty is one of after the end, and a supplier's own end (or nobody's) waives
 * nothing that is overdue by then.
 * @param given.reportFrom the day from which the final report's time is counted
 */
export const settleDutiesOfEnded = async (
  trx: Trx,
  deps: Pick<Deps, 'finalReportReading'>,
  order: OrderRow,
  given: {
    readonly endedOn: LocalDate
    readonly neverStarted: boolean
    readonly by: EndedBy
    readonly at: Instant
    readonly reportFrom: LocalDate
  },
): Promise<void> => {
  const { endedOn, at, by } = given
  const waive = (kinds: readonly ObligationKind[], which: Omit<Parameters<typeof waiveObligations>[2], 'kinds'>) =>
    waiveObligations(trx, order.id, { kinds, ...which }, at, 'course-ended')
  const notOverdue = overdueStays(by) ? { dueAfter: at } : {}
  await waive(['interim-report'], { originallyDueAfter: endedOn, ...notOverdue })
  // § 7: that the course never started says what became of the first meeting, when the supplier says so.
  if (given.neverStarted && by === 'supplier') {
    await meetObligations(trx, order.id, { kind: 'first-meeting-outcome' }, at, 'termination')
  }
  await waive(['first-meeting-outcome', 're-summons-letter'], { dueAfter: at })
  await waive(['first-meeting-outcome'], { originallyDueAfter: endedOn, ...notOverdue })
  // The citizen is not expected back, unless another of their orders here goes on.
  if (!(await anotherGoesOn(trx, order))) {
    await waive(['refer-citizen'], { originallyDueAfter: endedOn, ...notOverdue })
  }
  // No absence is registered on days after the end, whatever attendance says of them.
  const beyond = (await openDuties(trx, order.id, 'absence-registration'))
    .map((duty) => duty.subject)
    .filter((date) => date > endedOn)
  if (beyond.length > 0) await waive(['absence-registration'], { subjects: beyond })
  const months = await plannedMonths(trx, order.id, endedOn)
  const subjects = (await openDuties(trx, order.id, 'attendance-protocol'))
    .map((duty) => duty.subject)
    .filter((month) => !months.has(month))
  if (subjects.length > 0) await waive(['attendance-protocol'], { subjects, ...notOverdue })
  // Ours: of a course that never started there is nothing to contribute and nothing to hand over.
  if (given.neverStarted) return waive(['social-action-plan', 'handover-report'], { dueAfter: at })
  const dueOn = await finalReportDueOn(trx, deps, given.reportFrom)
  await openObligations(trx, order, [{ kind: 'final-report', subject: 'final', dueOn, because: 'course-ended' }], at)
}
