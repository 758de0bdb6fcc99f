import { type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { Static } from 'typebox'
import { isAudited, type Reach, reachOf } from '#features/administration/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { DB, ObligationExtensions, Obligations } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { ObligationStatus } from '#rules/obligation/obligation-state.ts'
import type { ObligationQuery } from './obligation.schema.ts'

export type ObligationRow = Selectable<Obligations>
export type ExtensionRow = Selectable<ObligationExtensions>

type Expression = ExpressionBuilder<DB, 'obligations'>

/**
 * The duties that are a caller's own: a supplier's and a jobcenter's on their orders, a benefits office's on orders of the
 * groups it decides on, an auditor's by municipality; an administrator has none. Row-level security says the same again.
 */
const ownObligations = (caller: Caller, reach: Reach) => (eb: Expression) => {
  const { id, kinds } = caller.organisation
  const audited = isAudited('obligations.residence_municipality', reach)
  return eb.or([
    ...(kinds.includes('supplier') ? [eb('obligations.supplierId', '=', id)] : []),
    ...(kinds.includes('jobcenter') ? [eb('obligations.jobcenterId', '=', id)] : []),
    // An office that decides on no group has no duties to look for.
    ...(reach.groups.length > 0
      ? [
          // Neither part can become a join, which would read every duty to give the first page.
          sql<SqlBool>`(obligations.target_group = any (${[...reach.groups]}::text[])
            and coalesce((select true from orders o join routing_policies p on p.target_group = o.target_group
              where o.id = obligations.order_id and o.approved_at is not null and p.recipient_id = ${id}
                and p.valid_from <= o.end_date and (p.valid_to is null or p.valid_to >= o.start_date) limit 1), false))`,
        ]
      : []),
    ...(audited === null ? [] : [audited]),
  ])
}

/** The status of src/rules/obligation/obligation-state.ts, as a condition; a test holds the two against each other. */
const hasStatus = (status: ObligationStatus, now: Instant) => (eb: Expression) => {
  const unsettled = [eb('obligations.metAt', 'is', null), eb('obligations.waivedAt', 'is', null)]
  switch (status) {
    case 'waived':
      return eb('obligations.waivedAt', 'is not', null)
    case 'met':
      return eb('obligations.metAt', '<', eb.ref('obligations.dueAt'))
    case 'met-late':
      return eb('obligations.metAt', '>=', eb.ref('obligations.dueAt'))
    case 'open':
      return eb.and([...unsettled, eb('obligations.dueAt', '>', now)])
    case 'overdue':
      return eb.and([...unsettled, eb('obligations.dueAt', '<=', now)])
  }
}

/** One page of the caller's own duties by id, and one more when there is a next page. */
export const obligationPage = async (
  trx: Trx,
  caller: Caller,
  query: Static<typeof ObligationQuery>,
  page: { readonly after: string | undefined; readonly limit: number; readonly now: Instant },
): Promise<ObligationRow[]> => {
  const reach = await reachOf(trx, caller)
  let rows = trx.selectFrom('obligations').selectAll().where(ownObligations(caller, reach))
  for (const member of ['kind', 'supplierId', 'jobcenterId', 'orderId'] as const) {
    const value = query[member]
    if (value !== undefined) rows = rows.where(member, '=', value)
  }
  if (query.status !== undefined) rows = rows.where(hasStatus(query.status, page.now))
  if (query.dueOnFrom !== undefined) rows = rows.where('dueOn', '>=', query.dueOnFrom)
  if (query.dueOnTo !== undefined) rows = rows.where('dueOn', '<=', query.dueOnTo)
  if (page.after !== undefined) rows = rows.where('id', '>', page.after)
  return rows
    .orderBy('id')
    .limit(page.limit + 1)
    .execute()
}

/** One of the caller's own duties. @throws HttpProblem `not-found`, also for what is another's */
export const findObligation = async (trx: Trx, caller: Caller, id: string): Promise<ObligationRow> => {
  const row = await trx
    .selectFrom('obligations')
    .selectAll()
    .where('id', '=', id)
    .where(ownObligations(caller, await reachOf(trx, caller)))
    .executeTakeFirst()
  if (!row) throw new HttpProblem('not-found')
  return row
}

/** A duty of an order that the jobcenter placed, locked until the transaction ends. */
export const lockOrderedObligation = async (trx: Trx, jobcenterId: string, id: string): Promise<ObligationRow> => {
  const row = await trx
    .selectFrom('obligations')
    .selectAll()
    .where('id', '=', id)
    .where('jobcenterId', '=', jobcenterId)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new HttpProblem('not-found')
  return row
}

/** The extensions of duties by the duty's id, each one's oldest first. */
export const extensionsOf = async (trx: Trx, ids: readonly string[]): Promise<Map<string, ExtensionRow[]>> => {
  const byObligation = new Map<string, ExtensionRow[]>()
  if (ids.length === 0) return byObligation
  const rows = await trx
    .selectFrom('obligationExtensions')
    .selectAll()
    .where('obligationId', 'in', [...ids])
    .orderBy('id')
    .execute()
  for (const row of rows) byObligation.set(row.obligationId, [...(byObligation.get(row.obligationId) ?? []), row])
  return byObligation
}
