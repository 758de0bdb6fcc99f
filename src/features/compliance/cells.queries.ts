import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isAudited, reachOf } from '#features/administration/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { type FigureName, figures } from '#rules/compliance/figures.ts'
import type { Days } from '#rules/compliance/period.ts'
import { noValue } from './compliance.schema.ts'

/** Of which citizens compliance is read: of all, or of those of some municipalities (000). */
export type ComplianceScope = { readonly municipalities: 'everyone' | readonly string[] }

/** The scope of an auditor or administrator; of anybody else nobody. Row-level security says the same again. */
export const complianceScope = async (trx: Trx, caller: Caller): Promise<ComplianceScope> =>
  caller.organisation.kinds.includes('administrator')
    ? { municipalities: 'everyone' }
    : { municipalities: (await reachOf(trx, caller)).audits }

/** What figures and lists are asked for, beside their period. `none`: what has no such member. */
export type ComplianceFilters = {
  readonly supplierId?: string | undefined
  readonly jobcenterId?: string | undefined
  readonly frameworkAgreementId?: string | undefined
  readonly targetGroup?: string | undefined
  readonly residenceMunicipality?: string | undefined
}

const columns = {
  supplierId: 'supplier_id',
  jobcenterId: 'jobcenter_id',
  frameworkAgreementId: 'framework_agreement_id',
  targetGroup: 'target_group',
  residenceMunicipality: 'residence_municipality',
} as const

/** A condition in one expression, of conditions that all hold. */
export const all = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql<SqlBool>`true` : sql.join<SqlBool>([...conditions], sql` and `)

/** That a row with the columns of a case, under the name `of`, is of the scope and passes the filters. */
export const isAskedFor = (of: string, scope: ComplianceScope, filters: ComplianceFilters): RawBuilder<SqlBool> => {
  const audited = isAudited(`${of}.residence_municipality`, { audits: scope.municipalities })
  const asked = Object.entries(columns).flatMap(([name, column]) => {
    const value = filters[name as keyof typeof columns]
    if (value === undefined) return []
    const member = sql.ref(`${of}.${column}`)
    if (value === noValue) return [sql<SqlBool>`${member} is null`]
    return [name.endsWith('Id') ? sql<SqlBool>`${member} = ${value}::uuid` : sql<SqlBool>`${member} = ${value}`]
  })
  return all([audited ?? sql<SqlBool>`false`, ...asked])
}

/** What a figure asks of a row of cases or cells `of`, beside its measure: being late is a matter of time alone. */
export const countsOn = (figure: FigureName, of: string, today: LocalDate): RawBuilder<SqlBool> => {
  const { when, whenOf } = figures[figure]
  const day = sql.ref(whenOf === 'open-until' ? `${of}.open_until` : `${of}.day`)
  if (when === 'before-today') return sql<SqlBool>`${day} < ${today}::date`
  return when === 'from-today' ? sql<SqlBool>`${day} >= ${today}::date` : sql<SqlBool>`true`
}

/** Days of a column between two dates, both included. */
export const within = (day: RawBuilder<unknown>, { from, to }: Days): RawBuilder<SqlBool> =>
  sql<SqlBool>`${day} between ${from}::date and ${to}::date`

/**
 * Up to when every write is counted, in business time; null before the first count.
 * @param now what was counted since the question arrived is not promised: the answer is no instant after it
 */
export const freshAsOf = async (trx: Trx, now: Instant): Promise<Instant | null> => {
  const row = await trx.selectFrom('complianceFreshness').select('freshAsOf').executeTakeFirst()
  const fresh = row?.freshAsOf ?? null
  return fresh !== null && fresh > now ? now : fresh
}

/** The names of organisations by id. */
export const namesOf = async (trx: Trx, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** The titles of framework agreements by id. */
export const titlesOf = async (trx: Trx, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await trx
    .selectFrom('frameworkAgreements')
    .select(['id', 'title'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(({ id, title }) => [id, title]))
}
