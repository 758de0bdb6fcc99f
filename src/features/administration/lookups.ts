import { type SqlBool, sql } from 'kysely'
import type { Caller } from '#kernel/caller.ts'
import type { Trx } from '#platform/db/transaction.ts'

export { demandKnown } from './known-values.queries.ts'

/** Of whom a caller reads beyond the orders to which it is a party. */
export type Reach = {
  /** The target groups that it decides on as a benefits office, whenever; none for others. */
  readonly groups: readonly string[]
  /** The municipality of whose citizens it gets copies as a benefits office (000). */
  readonly copiesFor: string | null
  /** The municipalities of whose citizens it reads as an auditor; none for others. */
  readonly audits: 'everyone' | readonly string[]
  /** The orders whose citizens lived in those municipalities once, and do no longer. */
  readonly onceAudited: readonly string[]
}

/**
 * Reads a caller's reach, so that a list is asked for what the caller reads and can be found by an index: a condition
 * that looks it up itself walks through everybody's rows. Row-level security says the same again.
 */
export const reachOf = async (trx: Trx, { organisation }: Caller): Promise<Reach> => {
  const { id, kinds } = organisation
  const [office, auditor] = [kinds.includes('benefits-office'), kinds.includes('auditor')]
  if (!office && !auditor) return { groups: [], copiesFor: null, audits: [], onceAudited: [] }
  const row = await trx
    .selectFrom('organisations as o')
    .select([
      'o.copiesForMunicipality',
      'o.auditedMunicipalities',
      sql<string[]>`array(select distinct p.target_group from routing_policies p where p.recipient_id = o.id)`.as(
        'groups',
      ),
      sql<string[]>`case when o.audited_municipalities is null then '{}' else portal_once_audited_orders() end`.as(
        'onceAudited',
      ),
    ])
    .where('o.id', '=', id)
    .executeTakeFirstOrThrow()
  return {
    groups: office ? row.groups : [],
    copiesFor: office ? row.copiesForMunicipality : null,
    audits: auditor ? (row.auditedMunicipalities ?? 'everyone') : [],
    onceAudited: auditor ? row.onceAudited : [],
  }
}

/**
 * That a row is of a citizen of the municipalities that the caller audits; null when it audits none. A single
 * municipality is asked for by equality, which an index on it and the id answers in the order of the ids.
 * @param column the row's municipality, as an SQL name
 */
export const isAudited = (column: string, { audits }: Pick<Reach, 'audits'>) => {
  if (audits === 'everyone') return sql<SqlBool>`true`
  if (audits.length === 0) return null
  const [only, ...more] = audits
  return more.length === 0
    ? sql<SqlBool>`${sql.ref(column)} = ${only}`
    : sql<SqlBool>`${sql.ref(column)} = any (${audits}::text[])`
}
