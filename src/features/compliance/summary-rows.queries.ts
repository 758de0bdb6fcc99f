import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { type FigureSource, figureSources } from '#rules/compliance/figure.ts'
import { figures, figuresOf } from '#rules/compliance/figures.ts'
import { type Days, type PeriodParts, partsOf } from '#rules/compliance/period.ts'
import { type ComplianceFilters, type ComplianceScope, countsOn, isAskedFor, within } from './cells.queries.ts'
import type { Grouping } from './compliance.schema.ts'
import type { GroupMembers } from './group-cursor.ts'

/** What a summary is asked for. */
export type SummaryAsked = Days &
  ComplianceFilters & {
    readonly groupBy: readonly Grouping[]
    /** When the question arrived: what is open is overdue from the day after its date. */
    readonly now: Instant
    /** The groups that are told, by what they are called; all of them when it is left out. */
    readonly page?: SummaryPage
  }
export type SummaryPage = { readonly after: GroupMembers | null; readonly limit: number }

/** Rows of one source that are read for them, with kinds of duties. */
export const mostRows = 300_000

const groupColumns: Readonly<Record<Grouping, string>> = {
  supplier: 'c.supplier_id',
  jobcenter: 'c.jobcenter_id',
  frameworkAgreement: 'c.framework_agreement_id',
  targetGroup: 'c.target_group',
  residenceMunicipality: 'c.residence_municipality',
  // A date: writing a text for each row took longer than adding them up.
  month: `date_trunc('month', c.day::timestamp)::date`,
}

/** A group's members, its kind where there is one, and its figures. */
export type Row = Record<string, string | number | null>

/** Whether months without jobcenter and target group say all that is asked for. */
const isCoarse = ({ groupBy, jobcenterId, targetGroup }: SummaryAsked): boolean =>
  jobcenterId === undefined &&
  targetGroup === undefined &&
  !groupBy.some((name) => name === 'jobcenter' || name === 'targetGroup')

const inParts = ({ months, days }: PeriodParts, span: 'month' | 'coarse'): RawBuilder<SqlBool> => {
  const day = sql.ref('c.day')
  const parts = [
    ...months.map((range) => sql<SqlBool>`(c.span = ${sql.lit(span)} and ${within(day, range)})`),
    ...days.map((range) => sql<SqlBool>`(c.span = 'day' and ${within(day, range)})`),
  ]
  return sql<SqlBool>`(${sql.join(parts, sql` or `)})`
}

/** The cells of a source that are asked for, as a condition on `c`. */
const asCells = (scope: ComplianceScope, asked: SummaryAsked): RawBuilder<SqlBool> =>
  sql<SqlBool>`${inParts(partsOf(asked, localDateAt(asked.now)), isCoarse(asked) ? 'coarse' : 'month')} and ${isAskedFor('c', scope, asked)}`

/** What a group `g` is called, member by member, and what that is found in: the order of groups. */
const labels: Readonly<Record<Grouping, { readonly text: string; readonly from?: string }>> = {
  supplier: { text: `s.name || ' ' || s.id`, from: 'left join organisations s on s.id = g.supplier' },
  jobcenter: { text: `j.name || ' ' || j.id`, from: 'left join organisations j on j.id = g.jobcenter' },
  frameworkAgreement: {
    text: `a.title || ' ' || a.id`,
    from: 'left join framework_agreements a on a.id = g."frameworkAgreement"',
  },
  targetGroup: { text: 'g."targetGroup"' },
  residenceMunicipality: { text: 'g."residenceMunicipality"' },
  month: { text: 'g.month::text' },
}
const memberTypes: Readonly<Record<Grouping, string>> = {
  supplier: 'uuid',
  jobcenter: 'uuid',
  frameworkAgreement: 'uuid',
  targetGroup: 'text',
  residenceMunicipality: 'text',
  month: 'date',
}

/** The groups of a page, ordered, and one more when others follow: those of which some cell counts something. */
export const groupsOf = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: SummaryAsked,
  { after, limit }: SummaryPage,
): Promise<GroupMembers[]> => {
  const members = sql.join(asked.groupBy.map((name) => sql`${sql.raw(groupColumns[name])} as ${sql.ref(name)}`))
  const found = figureSources.map((source) => {
    const counts = figuresOf(source).map(
      (name) => sql`(${sql.ref(`c.${figures[name].measure}`)} <> 0 and ${countsOn(name, 'c', localDateAt(asked.now))})`,
    )
    return sql`select ${members} from ${sql.table(`compliance_${source}`)} c
      where ${asCells(scope, asked)} and (${sql.join(counts, sql` or `)})`
  })
  // What has no such member comes last.
  const called = sql.join(
    asked.groupBy.map((name) => sql.raw(`coalesce(${labels[name].text}, U&'\\FFFF') collate "C"`)),
  )
  const joined = sql.raw(asked.groupBy.map((name) => labels[name].from ?? '').join(' '))
  const start =
    after &&
    sql`(select ${called} from (select ${sql.join(
      asked.groupBy.map((name) => sql`${after[name] ?? null}::${sql.raw(memberTypes[name])} as ${sql.ref(name)}`),
    )}) g ${joined})`
  const { rows } = await sql<GroupMembers>`
    with g as materialized (${sql.join(found, sql` union `)})
    select g.* from g ${joined} ${start ? sql`where (${called}) > ${start}` : sql``} order by ${called} limit ${limit + 1}`.execute(
    trx.withoutPlugins(),
  )
  return rows
}

/** That a cell has members of some of the groups; also cells of groups that are mixed of them. */
const ofMembers = (groups: readonly GroupMembers[], by: readonly Grouping[]): RawBuilder<SqlBool> =>
  sql.join(
    by.map((name) => {
      const values = new Set(groups.map((group) => group[name] ?? null))
      const column = sql.raw(groupColumns[name])
      const is = sql`${column} = any (${[...values].filter((value) => value !== null)}::${sql.raw(memberTypes[name])}[])`
      return values.has(null) ? sql`(${is} or ${column} is null)` : is
    }),
    sql` and `,
  )

/** The sums of one source's figures by group, and of duties and refusals by kind as well. */
export const rowsOf = async (
  trx: Trx,
  source: FigureSource,
  scope: ComplianceScope,
  asked: SummaryAsked,
  { groups, most = mostRows }: { readonly groups?: readonly GroupMembers[]; readonly most?: number } = {},
): Promise<Row[]> => {
  const byKind = source === 'duties' || source === 'refusals'
  const keys = [
    ...asked.groupBy.map((name) => ({ name: name as string, column: groupColumns[name] })),
    ...(byKind ? [{ name: 'kind', column: 'c.kind' }] : []),
  ]
  const members = [
    ...keys.map(({ name, column }) => sql`${sql.raw(column)} as ${sql.ref(name)}`),
    ...figuresOf(source).map((name) => {
      const sum = sql`coalesce(sum(${sql.ref(`c.${figures[name].measure}`)}) filter (where ${countsOn(name, 'c', localDateAt(asked.now))}), 0)`
      return sql`${sum} as ${sql.ref(name)}`
    }),
  ]
  const { rows } = await sql<Row>`
    select ${sql.join(members)} from ${sql.table(`compliance_${source}`)} c
     where ${asCells(scope, asked)} ${groups ? sql`and ${ofMembers(groups, asked.groupBy)}` : sql``}
     ${keys.length === 0 ? sql`` : sql`group by ${sql.join(keys.map(({ column }) => sql.raw(column)))}`}
     limit ${most + 1}`.execute(trx.withoutPlugins())
  return rows
}
