import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { isAudited, type Reach } from '#features/administration/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { DB } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { TerminationFilters } from './termination.schema.ts'

/** How a course ended, as the view of 0010 shows it to who may know it; of a view nothing says what is never null. */
export type TerminationRow = {
  readonly orderId: string
  readonly citizenId: string
  readonly supplierId: string
  readonly jobcenterId: string
  readonly targetGroup: string
  readonly residenceMunicipality: string
  readonly endedOn: LocalDate
  readonly courseStatus: string
  readonly recordedAt: Instant
  readonly cause: string
  readonly endedBy: string
  /** The person's name; null when nobody ended the course. */
  readonly registeredBy: string | null
  /** Null to auditors too. */
  readonly text: string | null
}

/** The terminations that are a caller's own to read. The view says the same again, and holds the groups against their dates. */
const ownTerminations =
  ({ organisation }: Caller, reach: Reach) =>
  (eb: ExpressionBuilder<DB, 'terminations'>) => {
    const { id, kinds } = organisation
    const audited = isAudited('terminations.residence_municipality', reach)
    return eb.or([
      ...(kinds.includes('supplier') ? [eb('supplierId', '=', id)] : []),
      ...(kinds.includes('jobcenter') ? [eb('jobcenterId', '=', id)] : []),
      ...(reach.groups.length > 0 ? [sql<SqlBool>`target_group = any (${[...reach.groups]}::text[])`] : []),
      ...(reach.copiesFor === null ? [] : [eb('residenceMunicipality', '=', reach.copiesFor)]),
      ...(audited === null ? [] : [audited]),
    ])
  }

/** One page of the terminations that a caller may read, by the order's id, and one more when there is a next page. */
export const terminationPage = (
  trx: Trx,
  caller: Caller,
  reach: Reach,
  query: TerminationFilters,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<TerminationRow[]> => {
  let rows = trx.selectFrom('terminations').selectAll().where(ownTerminations(caller, reach))
  for (const member of ['orderId', 'supplierId'] as const) {
    const value = query[member]
    if (value !== undefined) rows = rows.where(member, '=', value)
  }
  if (query.endedOnFrom !== undefined) rows = rows.where('endedOn', '>=', query.endedOnFrom)
  if (query.endedOnTo !== undefined) rows = rows.where('endedOn', '<=', query.endedOnTo)
  if (page.after !== undefined) rows = rows.where('orderId', '>', page.after)
  return rows
    .orderBy('orderId')
    .limit(page.limit + 1)
    .$castTo<TerminationRow>()
    .execute()
}

/** How the course of one order ended; undefined when it has not, and for what the caller may not know. */
export const findTermination = (
  trx: Trx,
  caller: Caller,
  reach: Reach,
  orderId: string,
): Promise<TerminationRow | undefined> =>
  trx
    .selectFrom('terminations')
    .selectAll()
    .where(ownTerminations(caller, reach))
    .where('orderId', '=', orderId)
    .$castTo<TerminationRow>()
    .executeTakeFirst()
