import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { type FigureSource, figureSources } from '#rules/compliance/figure.ts'
import {
  dutyFigureNames,
  type FigureName,
  type Figures,
  figures,
  figuresOf,
  noFigures,
} from '#rules/compliance/figures.ts'
import { type Days, type PeriodParts, partsOf } from '#rules/compliance/period.ts'
import { type Share, type ShareName, sharesOf } from '#rules/compliance/shares.ts'
import {
  type ComplianceFilters,
  type ComplianceScope,
  countsOn,
  freshAsOf,
  isAskedFor,
  namesOf,
  titlesOf,
  within,
} from './cells.queries.ts'
import type { Grouping } from './compliance.schema.ts'

export type SummaryAsked = Days &
  ComplianceFilters & {
    readonly groupBy: readonly Grouping[]
    /** When the question arrived: what is open is overdue from the day after its date. */
    readonly now: Instant
  }

/** What a group is of; only the members that were grouped by. */
export type GroupKey = {
  supplier?: { id: string; name: string }
  jobcenter?: { id: string; name: string } | null
  frameworkAgreement?: { id: string; title: string } | null
  targetGroup?: string | null
  residenceMunicipality?: string | null
  month?: string
}

export type Counted = {
  readonly figures: Figures
  readonly shares: Record<ShareName, Share>
  readonly dutiesByKind: Record<string, Partial<Figures>>
  readonly refusalsByRule: Record<string, number>
}

export type Summary = {
  readonly freshAsOf: Instant | null
  readonly groups: (GroupKey & Counted)[]
  readonly totals: Counted
}

/** Ours: groups that one answer shows at most; whoever wants more asks for less at a time. */
export const mostGroups = 20_000
/** Rows of one source that are read for them, with kinds of duties. */
const mostRows = 300_000

const groupColumns: Readonly<Record<Grouping, string>> = {
  supplier: 'c.supplier_id',
  jobcenter: 'c.jobcenter_id',
  frameworkAgreement: 'c.framework_agreement_id',
  targetGroup: 'c.target_group',
  residenceMunicipality: 'c.residence_municipality',
  // A date: writing a text for each row took longer than adding them up.
  month: `date_trunc('month', c.day::timestamp)::date`,
}

type Row = Record<string, string | number | null>

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

/** The sums of one source's figures by group, and of duties and refusals by kind as well. */
const rowsOf = async (trx: Trx, source: FigureSource, scope: ComplianceScope, asked: SummaryAsked): Promise<Row[]> => {
  const today = localDateAt(asked.now)
  const byKind = source === 'duties' || source === 'refusals'
  const keys = [
    ...asked.groupBy.map((name) => ({ name: name as string, column: groupColumns[name] })),
    ...(byKind ? [{ name: 'kind', column: 'c.kind' }] : []),
  ]
  const members = [
    ...keys.map(({ name, column }) => sql`${sql.raw(column)} as ${sql.ref(name)}`),
    ...figuresOf(source).map((name) => {
      const sum = sql`coalesce(sum(${sql.ref(`c.${figures[name].measure}`)}) filter (where ${countsOn(name, 'c', today)}), 0)`
      return sql`${sum} as ${sql.ref(name)}`
    }),
  ]
  const { rows } = await sql<Row>`
    select ${sql.join(members)} from ${sql.table(`compliance_${source}`)} c
     where ${inParts(partsOf(asked, today), isCoarse(asked) ? 'coarse' : 'month')} and ${isAskedFor('c', scope, asked)}
     ${keys.length === 0 ? sql`` : sql`group by ${sql.join(keys.map(({ column }) => sql.raw(column)))}`}
     limit ${mostRows + 1}`.execute(trx.withoutPlugins())
  return rows
}

type Counting = Pick<Counted, 'figures' | 'dutiesByKind' | 'refusalsByRule'>
const nothing = (): Counting => ({ figures: noFigures(), dutiesByKind: {}, refusalsByRule: {} })

const add = (to: Counting, source: FigureSource, row: Row): void => {
  for (const name of figuresOf(source)) to.figures[name] += Number(row[name])
  const kind = row['kind']
  if (typeof kind !== 'string') return
  if (source === 'refusals') {
    if (Number(row['refusals']) > 0) to.refusalsByRule[kind] = (to.refusalsByRule[kind] ?? 0) + Number(row['refusals'])
    return
  }
  if (dutyFigureNames.every((name) => Number(row[name]) === 0)) return
  const before = to.dutiesByKind[kind] ?? {}
  to.dutiesByKind[kind] = Object.fromEntries(
    dutyFigureNames.map((name) => [name, (before[name] ?? 0) + Number(row[name])]),
  ) as Partial<Record<FigureName, number>>
}

const counted = (of: Counting): Counted => ({ ...of, shares: sharesOf(of.figures) })

/** Thrown where a grouping gives more groups than one answer shows. */
export class TooManyGroups extends Error {}

const labelOf = (value: unknown): string => {
  if (value === null || value === undefined) return '\uffff'
  if (typeof value === 'string') return value
  const { id, name, title } = value as { id: string; name?: string; title?: string }
  return `${name ?? title ?? ''} ${id}`
}

/** The figures of a period by group, with their totals: from the read models, as fresh as they say. @throws TooManyGroups */
export const complianceSummary = async (trx: Trx, scope: ComplianceScope, asked: SummaryAsked): Promise<Summary> => {
  // Sums over half a million cells: without spilling, and without compiling what is run once (it took longer than the run).
  await sql`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`.execute(trx)
  // Read first: what it promises is then in the cells that are read after it.
  const fresh = await freshAsOf(trx, asked.now)
  const totals = nothing()
  const groups = new Map<string, { readonly row: Row; readonly counting: Counting }>()
  for (const source of figureSources) {
    const rows = await rowsOf(trx, source, scope, asked)
    if (rows.length > mostRows) throw new TooManyGroups()
    for (const row of rows) {
      add(totals, source, row)
      if (asked.groupBy.length === 0) continue
      if (figuresOf(source).every((name) => Number(row[name]) === 0)) continue
      const key = JSON.stringify(asked.groupBy.map((name) => row[name]))
      const group = groups.get(key) ?? { row, counting: nothing() }
      groups.set(key, group)
      add(group.counting, source, row)
    }
    if (groups.size > mostGroups) throw new TooManyGroups()
  }
  const ids = (name: Grouping): string[] =>
    [...groups.values()].flatMap(({ row }) => (typeof row[name] === 'string' ? [row[name]] : []))
  const names = await namesOf(trx, [...ids('supplier'), ...ids('jobcenter')])
  const titles = await titlesOf(trx, ids('frameworkAgreement'))
  const keyOf = (row: Row): GroupKey =>
    Object.fromEntries(
      asked.groupBy.map((name) => {
        const value = row[name] as string | null
        if (value === null || value === undefined) return [name, null]
        if (name === 'supplier' || name === 'jobcenter') return [name, { id: value, name: names.get(value) ?? '' }]
        if (name === 'frameworkAgreement') return [name, { id: value, title: titles.get(value) ?? '' }]
        return [name, name === 'month' ? value.slice(0, 7) : value]
      }),
    )
  const labelled = [...groups.values()].map(({ row, counting }) => {
    const key = keyOf(row)
    return { labels: asked.groupBy.map((name) => labelOf(key[name])), group: { ...key, ...counted(counting) } }
  })
  labelled.sort((one, other) => {
    const at = one.labels.findIndex((label, index) => label !== other.labels[index])
    return at < 0 ? 0 : (one.labels[at] ?? '') < (other.labels[at] ?? '') ? -1 : 1
  })
  return { freshAsOf: fresh, groups: labelled.map(({ group }) => group), totals: counted(totals) }
}
