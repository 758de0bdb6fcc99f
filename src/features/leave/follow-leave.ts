import { settleReferrals, type TouchedByLeave } from '#features/absences/lookups.ts'
import { settleDays } from '#features/attendance/commands.ts'
import type { OrderRow } from '#features/orders/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { statementsWithin, type Trx } from '#platform/db/transaction.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { addedLeave } from '#rules/absence/leave-lies-in-the-order.ts'

/** The days of leave, with its minutes of each; null: whole days. */
export type LeaveDays = { readonly from: LocalDate; readonly to: LocalDate; readonly minutes: number | null }

/** What leave comes to on each planned day of the order, beside the leave that stands. Minutes; days without are left out. */
export const minutesBeside = async (trx: Trx, orderId: string, leave: LeaveDays): Promise<Map<LocalDate, number>> => {
  const planned = await trx
    .selectFrom('plannedDays')
    .select((eb) => ['date', eb.fn.sum<number>('plannedMinutes').as('minutes')])
    .where('orderId', '=', orderId)
    .where('date', '>=', leave.from)
    .where('date', '<=', leave.to)
    .groupBy('date')
    .execute()
  const standing = await trx
    .selectFrom('leaveApprovals')
    .select(['fromDate', 'toDate', 'minutes'])
    .where('orderId', '=', orderId)
    .where('withdrawnAt', 'is', null)
    .where('fromDate', '<=', leave.to)
    .where('toDate', '>=', leave.from)
    .execute()
  const beside = planned.map(({ date, minutes }): [LocalDate, number] => [
    date,
    addedLeave(
      Number(minutes),
      standing.filter((given) => given.fromDate <= date && given.toDate >= date).map((given) => given.minutes),
      leave.minutes,
    ),
  ])
  return new Map(beside.filter(([, minutes]) => minutes > 0))
}

/** What became of leave: given, or withdrawn again. */
export type LeaveChange = {
  readonly leaveId: string
  readonly days: LeaveDays
  readonly by: Person
  readonly withdrawn: boolean
}

/** Tells whoever had received a registration that leave touches it, and keeps that in its history. */
const tellOfTouched = async (
  trx: Trx,
  request: PortalRequest,
  order: OrderRow,
  { leaveId, by, withdrawn }: LeaveChange,
  absence: TouchedByLeave,
): Promise<void> => {
  await recordChange(trx, request, {
    action: withdrawn ? 'leave-withdrawn' : absence.covered ? 'covered-by-leave' : 'touched-by-leave',
    entity: 'absence',
    entityId: absence.id,
    orderId: absence.orderId,
    registeredBy: by,
    changes: { leaveId, date: absence.date },
  })
  await appendEvent(trx, {
    type: 'leave.approved',
    occurredAt: request.arrivedAt,
    producerId: order.jobcenterId,
    recipients: absence.recipients,
    orderId: absence.orderId,
    data: {
      orderId: absence.orderId,
      leaveId,
      absenceId: absence.id,
      date: absence.date,
      ...(withdrawn ? { withdrawn } : {}),
    },
    path: `/v1/absences/${absence.id}`,
  })
}

/** Keeps in the order's history that leave was given or withdrawn, and tells its supplier. */
export const tellOfLeave = async (
  trx: Trx,
  request: PortalRequest,
  order: OrderRow,
  { leaveId, days, by, withdrawn }: LeaveChange,
): Promise<void> => {
  const { from, to, minutes } = days
  await recordChange(trx, request, {
    action: withdrawn ? 'withdrawn' : 'approved',
    entity: 'leave',
    entityId: leaveId,
    orderId: order.id,
    registeredBy: by,
    changes: { from, to, minutes },
  })
  await appendEvent(trx, {
    type: 'leave.approved',
    occurredAt: request.arrivedAt,
    producerId: order.jobcenterId,
    recipients: [order.supplierId],
    orderId: order.id,
    data: { orderId: order.id, leaveId, from, to, ...(withdrawn ? { withdrawn } : {}) },
    path: `/v1/orders/${order.id}/leave-approvals`,
  })
}

/**
 * What follows for registrations, duties and protocols once leave was given or withdrawn. The citizen's orders are locked.
 * @param touched the registrations whose minutes changed by it
 * @param dates the order's planned days of which it took minutes
 */
export const followLeave = async (
  trx: Trx,
  request: PortalRequest,
  order: OrderRow,
  change: LeaveChange,
  { touched, dates }: { readonly touched: readonly TouchedByLeave[]; readonly dates: readonly LocalDate[] },
): Promise<void> => {
  const because = change.withdrawn ? 'leave-withdrawn' : 'leave-approved'
  for (const absence of touched) await tellOfTouched(trx, request, order, change, absence)
  // § 8: of what is covered there is nothing left to talk to K-kassen about; of what no longer is, there is again.
  if (touched.length > 0) await settleReferrals(trx, order.id, request.arrivedAt, because)
  // § 5: what leave covers need not be registered; a submitted month is stale, also on another jobcenter's order.
  const { supplierId, citizenId } = order
  const today = localDateAt(request.arrivedAt)
  await settleDays(statementsWithin(trx), request, {
    supplierId,
    days: dates.map((date) => ({ citizenId, date })),
    // The protocol of the order shows how much of a day is leave.
    written: () => [order.id],
    because,
    touchUnseen: true,
    // Nobody becomes late with what was leave until today.
    ...(change.withdrawn ? { dueOn: () => today } : {}),
  })
}
