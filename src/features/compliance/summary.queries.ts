import { sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { type FigureSource, figureSources } from '#rules/compliance/figure.ts'
import { dutyFigureNames, type FigureName, type Figures, figuresOf, noFigures } from '#rules/compliance/figures.ts'
import { type Share, type ShareName, sharesOf } from '#rules/compliance/shares.ts'
import { type ComplianceScope, freshAsOf, namesOf, titlesOf } from './cells.queries.ts'
import type { Grouping } from './compliance.schema.ts'
import type { GroupMembers } from './group-cursor.ts'
import { groupsOf, mostRows, type Row, rowsOf, type SummaryAsked, type SummaryPage } from './summary-rows.queries.ts'

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
  /** The last group of a page that others follow. */
  readonly last: GroupMembers | null
  readonly totals: Counted
}

/** Ours: groups that an answer without pages shows at most; whoever wants more asks for less at a time. */
export const mostGroups = 20_000
/** Where a page is asked for: rows of one source up to which all groups are read, and ordered here. One scan in place of three. */
const fewRows = 10_000

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

/** What was counted: of all, and of the groups that are shown in their order. */
type Told = {
  readonly totals: Counting
  readonly shown: readonly { readonly members: GroupMembers; readonly counting: Counting }[]
  readonly goesOn: boolean
}

const keyOf = (members: GroupMembers, by: readonly Grouping[]): string => by.map((name) => members[name]).join('\0')

/** What groups are called, by their members. */
const namer = async (trx: Trx, by: readonly Grouping[], groups: readonly GroupMembers[]) => {
  const ids = (name: Grouping): string[] => [...new Set(groups.flatMap((members) => members[name] ?? []))]
  const names = await namesOf(trx, [...ids('supplier'), ...ids('jobcenter')])
  const titles = await titlesOf(trx, ids('frameworkAgreement'))
  return (members: GroupMembers): GroupKey =>
    Object.fromEntries(
      by.map((name) => {
        const value = members[name]
        if (value === null || value === undefined) return [name, null]
        if (name === 'supplier' || name === 'jobcenter') return [name, { id: value, name: names.get(value) ?? '' }]
        if (name === 'frameworkAgreement') return [name, { id: value, title: titles.get(value) ?? '' }]
        return [name, name === 'month' ? value.slice(0, 7) : value]
      }),
    )
}

/** All groups at once, ordered here; undefined where a page is asked for and they are many. @throws TooManyGroups */
const tellAll = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: SummaryAsked,
  few: number,
): Promise<Told | undefined> => {
  const { groupBy, page = { after: null, limit: mostGroups } } = asked
  const most = asked.page && groupBy.length > 0 ? few : mostRows
  const totals = nothing()
  const groups = new Map<string, { readonly members: GroupMembers; readonly counting: Counting }>()
  for (const source of figureSources) {
    const rows = await rowsOf(trx, source, scope, asked, { most })
    if (rows.length > most) {
      if (most === few) return undefined
      throw new TooManyGroups()
    }
    for (const row of rows) {
      add(totals, source, row)
      if (groupBy.length === 0 || figuresOf(source).every((name) => Number(row[name]) === 0)) continue
      const key = keyOf(row as GroupMembers, groupBy)
      const group = groups.get(key) ?? { members: row as GroupMembers, counting: nothing() }
      groups.set(key, group)
      add(group.counting, source, row)
    }
    if (asked.page === undefined && groups.size > mostGroups) throw new TooManyGroups()
  }
  const all = [...groups.values()]
  const members = all.map((group) => group.members)
  const named = await namer(trx, groupBy, page.after ? [...members, page.after] : members)
  // \0 comes before everything else, so that whole labels compare as one member after the other; as `groupsOf` orders them.
  const labelOf = (of: GroupMembers): string => {
    const key = named(of)
    return groupBy.map((name) => labelOfMember(key[name])).join('\0')
  }
  const start = page.after && labelOf(page.after)
  const following = all
    .map((group) => ({ label: labelOf(group.members), group }))
    .filter(({ label }) => start === null || label > start)
    .sort((one, other) => (one.label < other.label ? -1 : 1))
  return {
    totals,
    shown: following.slice(0, page.limit).map(({ group }) => group),
    goesOn: following.length > page.limit,
  }
}

const labelOfMember = (value: unknown): string => {
  if (value === null || value === undefined) return '\uffff'
  if (typeof value === 'string') return value
  const { id, name, title } = value as { id: string; name?: string; title?: string }
  return `${name ?? title ?? ''} ${id}`
}

/** The groups of a page among many, which the database finds and orders. */
const tellPage = async (trx: Trx, scope: ComplianceScope, asked: SummaryAsked, page: SummaryPage): Promise<Told> => {
  const { groupBy } = asked
  const found = await groupsOf(trx, scope, asked, page)
  const groups = found.slice(0, page.limit)
  const shown = groups.map((members) => ({ members, counting: nothing() }))
  const byKey = new Map(shown.map(({ members, counting }) => [keyOf(members, groupBy), counting]))
  const totals = nothing()
  for (const source of figureSources) {
    for (const row of await rowsOf(trx, source, scope, { ...asked, groupBy: [] })) add(totals, source, row)
    const rows = groups.length === 0 ? [] : await rowsOf(trx, source, scope, asked, { groups })
    if (rows.length > mostRows) throw new TooManyGroups()
    for (const row of rows) {
      const counting = byKey.get(keyOf(row as GroupMembers, groupBy))
      if (counting) add(counting, source, row)
    }
  }
  return { totals, shown, goesOn: found.length > page.limit }
}

/**
 * The figures of a period by group, with their totals: from the read models, as fresh as they say.
 * @param few rows of one source up to which the groups of a page are found here and not in the database
 * @throws TooManyGroups
 */
export const complianceSummary = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: SummaryAsked,
  few: number = fewRows,
): Promise<Summary> => {
  // Sums over half a million cells: without spilling, and without compiling what is run once (it took longer than the run).
  await sql`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`.execute(trx)
  // Read first: what it promises is then in the cells that are read after it.
  const fresh = await freshAsOf(trx, asked.now)
  const all = await tellAll(trx, scope, asked, few)
  const { totals, shown, goesOn } =
    all ?? (await tellPage(trx, scope, asked, asked.page ?? { after: null, limit: mostGroups }))
  const groups = shown.map(({ members }) => members)
  const named = await namer(trx, asked.groupBy, groups)
  return {
    freshAsOf: fresh,
    groups: shown.map(({ members, counting }) => ({ ...named(members), ...counted(counting) })),
    last: goesOn ? (groups.at(-1) ?? null) : null,
    totals: counted(totals),
  }
}
