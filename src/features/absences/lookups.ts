import { type SqlBool, sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { RegisteredDay } from '#rules/order/plan-rules.ts'

export { AbsenceSchema, RegisterAbsenceBody } from './absence.schema.ts'
export { absencesOfOrder } from './absences-of-order.queries.ts'
export { lockAbsence } from './lock-absence.queries.ts'
export { settleReferrals } from './referral-duties.queries.ts'

/**
 * The days on which absence is registered against an order's plan, with what the supplier planned for the citizen on
 * other orders that day. Minutes. For whoever changes the plan.
 */
export const registeredDays = (
  trx: Trx,
  order: { readonly supplierId: string; readonly citizenId: string; readonly orderId: string },
): Promise<RegisteredDay[]> =>
  trx
    .selectFrom('absences as a')
    .select((eb) => [
      'a.date',
      'a.absentMinutes as registeredMinutes',
      eb.fn
        .coalesce(
          eb
            .selectFrom('plannedDays as p')
            .innerJoin('orders as o', 'o.id', 'p.orderId')
            .select((p) => p.fn.sum<number>('p.plannedMinutes').as('minutes'))
            .whereRef('p.citizenId', '=', 'a.citizenId')
            .whereRef('p.date', '=', 'a.date')
            .where('p.supplierId', '=', order.supplierId)
            .where('p.orderId', '!=', order.orderId)
            .where('o.status', 'in', ['approved', 'ended'])
            .where((p) => p.or([p('o.endedOn', 'is', null), p('o.endedOn', '>=', p.ref('a.date'))])),
          sql<number>`0`,
        )
        .$castTo<number>()
        .as('plannedElsewhere'),
      eb.fn
        .coalesce(
          eb
            .selectFrom('plannedDays as p')
            .select((p) => p.fn.sum<number>('p.plannedMinutes').as('minutes'))
            .where('p.orderId', '=', order.orderId)
            .whereRef('p.date', '=', 'a.date'),
          sql<number>`0`,
        )
        .$castTo<number>()
        .as('plannedBefore'),
    ])
    .where('a.supplierId', '=', order.supplierId)
    .where('a.citizenId', '=', order.citizenId)
    .where('a.withdrawnAt', 'is', null)
    .where(sql<SqlBool>`${order.orderId}::uuid = any (a.held_against)`)
    .execute()

/** A registration that leave given afterwards takes minutes from. */
export type TouchedByLeave = {
  readonly id: string
  readonly date: LocalDate
  readonly orderId: string
  /** Whoever had received it. */
  readonly recipients: readonly string[]
  /** Whether leave now covers the whole of it. */
  readonly covered: boolean
}

/**
 * § 6: takes leave that was given after registrations into account: each is kept, and marked once leave covers the whole of
 * it. Only those held against the order are meant. The citizen's orders are locked `for update`, so that no registration comes
 * between.
 * @param minutesByDay what the leave adds on each day; days without anything are left out
 */
export const coverByLeave = async (
  trx: Trx,
  order: { readonly id: string; readonly supplierId: string; readonly citizenId: string },
  leaveId: string,
  minutesByDay: ReadonlyMap<LocalDate, number>,
): Promise<TouchedByLeave[]> => {
  const days = JSON.stringify([...minutesByDay].map(([date, minutes]) => ({ date, minutes })))
  const { rows } = await sql<Omit<TouchedByLeave, 'recipients'> & { routedTo: { organisationId: string }[] }>`
    update absences a
       set leave_minutes = a.leave_minutes + d.minutes,
           covered_by_leave = case when a.leave_minutes + d.minutes >= a.absent_minutes
             then coalesce(a.covered_by_leave, ${leaveId}::uuid) end,
           version = a.version + 1
      from jsonb_to_recordset(${days}::jsonb) as d (date date, minutes integer)
     where a.supplier_id = ${order.supplierId} and a.citizen_id = ${order.citizenId} and a.date = d.date
       and a.withdrawn_at is null and ${order.id}::uuid = any (a.held_against)
    returning a.id, a.date, a.order_id as "orderId", a.routed_to as "routedTo", a.covered_by_leave is not null as covered`.execute(
    trx,
  )
  return rows.map(({ routedTo, ...row }) => ({ ...row, recipients: routedTo.map((to) => to.organisationId) }))
}

/** The live registrations held against an order on days from one to another: those after which leave of these days is given. */
export const heldAgainst = async (
  trx: Trx,
  order: { readonly id: string; readonly supplierId: string; readonly citizenId: string },
  days: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<string[]> =>
  (
    await trx
      .selectFrom('absences')
      .select('id')
      .where('supplierId', '=', order.supplierId)
      .where('citizenId', '=', order.citizenId)
      .where('withdrawnAt', 'is', null)
      .where('date', '>=', days.from)
      .where('date', '<=', days.to)
      .where(sql<SqlBool>`${order.id}::uuid = any (held_against)`)
      .execute()
  ).map(({ id }) => id)

/**
 * § 6: gives registrations their minutes back after leave on the order was withdrawn, as far as no other leave takes them.
 * The citizen's orders are locked, and the leave says that it is withdrawn. @returns those that changed
 */
export const recountLeave = async (
  trx: Trx,
  orderId: string,
  days: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<TouchedByLeave[]> => {
  const { rows } = await sql<Omit<TouchedByLeave, 'recipients'> & { routedTo: { organisationId: string }[] }>`
    select id, date, order_id as "orderId", routed_to as "routedTo", covered
      from portal_recount_leave(${orderId}::uuid, ${days.from}::date, ${days.to}::date) order by id`.execute(trx)
  return rows.map(({ routedTo, ...row }) => ({ ...row, recipients: routedTo.map((to) => to.organisationId) }))
}

/** The days on which a supplier has registered a citizen absent, on whichever of its orders, and against which of them (§ 6). Minutes. */
export const liveDays = (
  trx: Trx,
  of: { readonly supplierId: string; readonly citizenId: string },
): Promise<{ date: LocalDate; absentMinutes: number; heldAgainst: string[] }[]> =>
  trx
    .selectFrom('absences')
    .select(['date', 'absentMinutes', 'heldAgainst'])
    .where('supplierId', '=', of.supplierId)
    .where('citizenId', '=', of.citizenId)
    .where('withdrawnAt', 'is', null)
    .execute()
