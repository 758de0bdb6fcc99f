import { finalReportDueOn, workingDaysOf } from '#features/calendar/lookups.ts'
import { anythingRecorded } from '#features/first-meetings/lookups.ts'
import { meetObligations, openDuties, openObligations, waiveObligations } from '#features/obligations/lookups.ts'
import { endOfLocalDay, type Instant, localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import type { ObligationKind } from '#rules/obligation/obligation-state.ts'
import { type DatedDuty, interimReportsDue, protocolsDue, type ReportSchedule } from '#rules/order/order-duties.ts'
import type { EndedBy } from '#rules/order/termination.ts'
import { hasFirstMeetingProcedure, type OrderRow } from './order.queries.ts'

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

const interimReportsOf = async (trx: Trx, order: OrderRow): Promise<DatedDuty[]> => {
  const schedule = order.reports as ReportSchedule | null
  // The calendar is read only where it is needed.
  return schedule?.interimEveryWeeks === undefined ? [] : interimReportsDue(order, schedule, await workingDaysOf(trx))
}

/** § 3, § 7: the duties of an approved order from its approval on: to say what became of the first meeting, interim reports. */
export const openDutiesOfOrder = async (trx: Trx, order: OrderRow, at: Instant): Promise<void> => {
  const meetingOn = localDateAt(order.firstMeetingAt)
  const procedure = await hasFirstMeetingProcedure(trx, order.targetGroup, order.startDate)
  await openObligations(
    trx,
    order,
    [
      ...(procedure
        ? [{ kind: 'first-meeting-outcome' as const, subject: meetingOn, dueOn: meetingOn, because: 'order-approved' }]
        : []),
      ...(await interimReportsOf(trx, order)).map((duty) => ({
        ...duty,
        kind: 'interim-report' as const,
        because: 'order-approved',
      })),
    ],
    at,
  )
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
    const { residenceMunicipality } = after
    await trx.updateTable('obligations').set({ residenceMunicipality }).where('orderId', '=', after.id).execute()
  }
  // Nobody is late with what was not asked for in time: an interim report whose date is over is opened by no amendment.
  const [stood, today] = [await openDuties(trx, after.id, 'interim-report'), localDateAt(at)]
  const wanted = (await interimReportsOf(trx, after)).filter(
    ({ subject, dueOn }) => dueOn >= today || stood.some((duty) => duty.subject === subject),
  )
  await settleDuties(trx, after, 'interim-report', wanted, given)
}

/** § 5: a protocol is due for each month that has planned days, and for no other. */
export const settleProtocolDuties = (
  trx: Trx,
  order: OrderRow,
  planned: readonly LocalDate[],
  at: Instant,
): Promise<void> => settleDuties(trx, order, 'attendance-protocol', protocolsDue(planned), { at, because: 'planned' })

/** Ours: cancelling waives what is not yet due; what was due stays. */
export const waiveDutiesOfCancelled = (trx: Trx, orderId: string, at: Instant): Promise<void> =>
  waiveObligations(trx, orderId, { dueAfter: at }, at, 'order-cancelled')

/**
 * § 3: the end of a course opens the final report, unless the course never started, and waives what would come after it:
 * interim reports due later, protocols of months without a planned day left, a first meeting that lies ahead.
 */
export const settleDutiesOfEnded = async (
  trx: Trx,
  deps: Pick<Deps, 'finalReportReading'>,
  order: OrderRow,
  given: { readonly endedOn: LocalDate; readonly neverStarted: boolean; readonly by: EndedBy; readonly at: Instant },
): Promise<void> => {
  const { endedOn, at } = given
  const waive = (kinds: readonly ObligationKind[], dueAfter: Instant): Promise<void> =>
    waiveObligations(trx, order.id, { kinds, dueAfter }, at, 'course-ended')
  await waive(['interim-report'], endOfLocalDay(endedOn))
  // § 7: that the course never started says what became of the first meeting, when the supplier says so.
  if (given.neverStarted && given.by === 'supplier') {
    await meetObligations(trx, order.id, { kind: 'first-meeting-outcome' }, at, 'termination')
  }
  await waive(['first-meeting-outcome', 're-summons-letter'], at)
  // The citizen is not expected back, unless another of their orders here goes on.
  const another = await trx
    .selectFrom('orders')
    .select('id')
    .where('citizenId', '=', order.citizenId)
    .where('supplierId', '=', order.supplierId)
    .where('status', '=', 'approved')
    .where('id', '!=', order.id)
    .limit(1)
    .executeTakeFirst()
  if (!another) await waive(['refer-citizen'], endOfLocalDay(endedOn))
  // No absence is registered on days after the end, whatever attendance says of them.
  const beyond = (await openDuties(trx, order.id, 'absence-registration'))
    .map((duty) => duty.subject)
    .filter((date) => date > endedOn)
  if (beyond.length > 0)
    await waiveObligations(trx, order.id, { kinds: ['absence-registration'], subjects: beyond }, at, 'course-ended')
  const planned = await trx
    .selectFrom('plannedDays')
    .select('date')
    .distinct()
    .where('orderId', '=', order.id)
    .where('date', '<=', endedOn)
    .execute()
  const months = new Set(planned.map(({ date }) => date.slice(0, 7)))
  const subjects = (await openDuties(trx, order.id, 'attendance-protocol'))
    .map((duty) => duty.subject)
    .filter((month) => !months.has(month))
  if (subjects.length > 0)
    await waiveObligations(trx, order.id, { kinds: ['attendance-protocol'], subjects }, at, 'course-ended')
  if (given.neverStarted) return
  const dueOn = await finalReportDueOn(trx, deps, endedOn)
  await openObligations(trx, order, [{ kind: 'final-report', subject: 'final', dueOn, because: 'course-ended' }], at)
}
