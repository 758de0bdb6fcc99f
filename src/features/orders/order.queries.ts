import { type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely'
import { isAudited, type Reach } from '#features/administration/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { DB } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { asRead } from './as-left.queries.ts'
import type { OrderRow } from './order-document.ts'

export type { OrderRow }

/** A benefits office's orders, by the routing of their target groups while they ran; `reach` names the groups first. */
const decidedOn = (officeId: string, reach: Reach | undefined) => {
  // An office that decides on no group has no orders to look for.
  if (reach?.groups.length === 0) return sql<SqlBool>`false`
  const groups = reach ? sql`orders.target_group = any (${[...reach.groups]}::text[])` : sql`true`
  // As a value: an "exists" can become a join, which would read every order to give the first page.
  return sql<SqlBool>`(${groups} and coalesce((select true from routing_policies p
    where p.target_group = orders.target_group and p.recipient_id = ${officeId}
      and p.valid_from <= orders.end_date and (p.valid_to is null or p.valid_to >= orders.start_date) limit 1), false))`
}

/**
 * The orders that are a caller's own: a supplier's once approved, a jobcenter's that it placed, a benefits office's by
 * target group, an auditor's by municipality, as it is or was on a day of the order. Row-level security says the same a second
 * time.
 * @param reach for lists: the same said so that an index finds them, but for those that were an auditor's once (`onceOwn`)
 */
export const ownOrders = (caller: Caller, reach?: Reach) => (eb: ExpressionBuilder<DB, 'orders'>) => {
  const { id, kinds } = caller.organisation
  const approved = eb('orders.approvedAt', 'is not', null)
  const audited =
    reach === undefined
      ? sql<SqlBool>`((select portal_audits_everyone()) or orders.residence_municipality = any ((select portal_audited_municipalities())::text[])
          or orders.id = any ((select portal_once_audited_orders())::uuid[]))`
      : (isAudited('orders.residence_municipality', reach) ?? sql<SqlBool>`false`)
  return eb.or([
    ...(kinds.includes('supplier') ? [eb.and([eb('orders.supplierId', '=', id), approved])] : []),
    ...(kinds.includes('jobcenter') ? [eb('orders.jobcenterId', '=', id)] : []),
    ...(kinds.includes('benefits-office') ? [eb.and([approved, decidedOn(id, reach)])] : []),
    ...(kinds.includes('auditor') ? [eb.and([approved, audited])] : []),
  ])
}

/**
 * The orders of which an auditor reads days alone that are over, since the citizen lives elsewhere now.
 * @param asked where they stand, as the auditor reads them (`asRead`)
 */
export const onceOwn = (
  { onceAudited }: Reach,
  asked: { readonly status?: string | undefined; readonly courseStatus?: string | undefined },
) => {
  const left = (member: string) => sql`portal_order_as_left(orders.id) ->> ${member}`
  const stands = (asLeft: RawBuilder<unknown>, now: string) =>
    sql`case when coalesce((${left('isOver')})::boolean, true) then ${sql.ref(now)} else ${asLeft} end`
  const { status, courseStatus } = asked
  return sql<SqlBool>`orders.id = any (${[...onceAudited]}::uuid[]) and orders.approved_at is not null
    ${status === undefined ? sql`` : sql`and ${stands(sql`'approved'`, 'orders.status')} = ${status}`}
    ${courseStatus === undefined ? sql`` : sql`and ${stands(left('courseStatus'), 'orders.courseStatus')} = ${courseStatus}`}`
}

/** One of the caller's own orders, as the caller reads it. @throws HttpProblem `not-found`, also for what is another's */
export const findOrder = async (trx: Trx, caller: Caller, id: string): Promise<OrderRow> => {
  const order = await trx
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', id)
    .where(ownOrders(caller))
    .executeTakeFirst()
  if (!order) throw new HttpProblem('not-found')
  const [read] = await asRead(trx, caller, [order])
  return read ?? order
}

/**
 * One of the caller's own orders, locked until the transaction ends. Absences hold the order shared, so what changes the
 * plan or the course waits for them and they for it.
 */
export const lockOrder = async (trx: Trx, caller: Caller, id: string): Promise<OrderRow> => {
  const order = await trx
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', id)
    .where(ownOrders(caller))
    .forUpdate()
    .executeTakeFirst()
  if (!order) throw new HttpProblem('not-found')
  return order
}

/**
 * As `lockOrder`, with every other order of the citizen at the same supplier: a day's absence is held against all their
 * plans together. Locked in the order of their ids, as absences do it, also those that the caller does not see.
 * @throws HttpProblem `not-found`, also for who is neither supplier nor jobcenter of the order
 */
export const lockOrdersOfCitizen = async (trx: Trx, caller: Caller, id: string): Promise<OrderRow> => {
  const { id: orderId, supplierId, jobcenterId } = await findOrder(trx, caller, id)
  const own = caller.organisation.id
  // Whoever else may see it changes nothing on it.
  if (own !== supplierId && own !== jobcenterId) throw new HttpProblem('not-found')
  await sql`select portal_lock_orders(${orderId}::uuid)`.execute(trx)
  return findOrder(trx, caller, id)
}

/** The order's answer shows something else now that stands in another table; the order is locked. */
export const raiseVersion = async (trx: Trx, orderId: string): Promise<void> => {
  await trx
    .updateTable('orders')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', orderId)
    .execute()
}

/** The activities of an order, the first one first. */
export const activitiesOf = (trx: Trx, orderId: string) =>
  trx.selectFrom('activities').selectAll().where('orderId', '=', orderId).orderBy('id').execute()

/** The organisation's contact persons, counted, and its secure e-mail address (§ 17, § 18). */
export const reachabilityOf = async (trx: Trx, organisationId: string) => {
  const row = await trx
    .selectFrom('organisations as o')
    .select((eb) => [
      'o.kinds',
      'o.secureEmail',
      eb
        .selectFrom('contactPersons as c')
        .select((c) => c.fn.countAll<number>().as('count'))
        .whereRef('c.organisationId', '=', 'o.id')
        .as('contactPersons'),
    ])
    .where('o.id', '=', organisationId)
    .executeTakeFirst()
  return row && { kinds: row.kinds, secureEmail: row.secureEmail, contactPersons: row.contactPersons ?? 0 }
}

/** The terms of a framework agreement with its offers; `lock` keeps its commitment still until the transaction ends. */
export const agreementTerms = async (trx: Trx, id: string, lock: boolean) => {
  const query = trx.selectFrom('frameworkAgreements').selectAll().where('id', '=', id)
  const agreement = await (lock ? query.forUpdate() : query).executeTakeFirst()
  if (!agreement) return undefined
  const offers = await trx.selectFrom('agreementOffers').select('code').where('agreementId', '=', id).execute()
  return { ...agreement, offers: offers.map((offer) => offer.code) }
}

/** Whether a target group has the first-meeting procedure on a date (§ 7); one that is not known has it. */
export const hasFirstMeetingProcedure = async (trx: Trx, targetGroup: string, on: LocalDate): Promise<boolean> => {
  const group = await trx
    .selectFrom('codeValues')
    .select('attributes')
    .where('setName', '=', 'target-groups')
    .where('code', '=', targetGroup)
    .where('validFrom', '<=', on)
    .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', on)]))
    .executeTakeFirst()
  return (group?.attributes as { firstMeetingProcedure?: boolean } | undefined)?.firstMeetingProcedure !== false
}

/** The codes of a set that are valid on a date. */
export const validCodes = async (trx: Trx, set: string, on: LocalDate): Promise<Set<string>> => {
  const rows = await trx
    .selectFrom('codeValues')
    .select('code')
    .where('setName', '=', set)
    .where('validFrom', '<=', on)
    .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', on)]))
    .execute()
  return new Set(rows.map((row) => row.code))
}
