import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { type FigureName, type Figures, figureNames, noFigures } from '#rules/compliance/figures.ts'
import { type ShareName, sharesOf } from '#rules/compliance/shares.ts'
import type { Choices } from '../choices.queries.ts'
import { type AskedFilters, type Filters, placeOf } from '../filters.ts'
import { type Cell, figureCell, hoursText } from '../tables.ts'
import type { InWords } from '../words/in-words.ts'
import type { FigureWords } from '../words/words-of-figures.ts'
import type { Plots } from './plots.ts'

/** The figures of one supplier in one month. */
export type SupplierMonth = {
  readonly supplier: { readonly id: string; readonly name: string }
  readonly month: string
  readonly figures: Figures
}

/** What the overview shows. */
export type Overview = AskedFilters & {
  readonly freshAsOf: Instant | null
  readonly choices: Choices
  readonly groups: readonly SupplierMonth[]
  /** Duties that are overdue today, whenever they were due: by supplier, over the days given. */
  readonly overdue: {
    readonly from: LocalDate
    readonly to: LocalDate
    readonly suppliers: readonly { readonly supplier: SupplierMonth['supplier']; readonly figures: Figures }[]
  }
}

/** A supplier with its figures over all months. */
export type Row = { readonly id: string; readonly name: string; readonly figures: Figures }

/** Figures added up. */
export const added = (parts: readonly Figures[]): Figures => {
  const total = noFigures()
  for (const part of parts) for (const name of figureNames) total[name] += part[name]
  return total
}

/** The suppliers of the groups over all months, those with most duties first. */
export const suppliersOf = (groups: readonly SupplierMonth[]): Row[] => {
  const byId = new Map<string, { name: string; parts: Figures[] }>()
  for (const { supplier, figures } of groups) {
    const entry = byId.get(supplier.id) ?? { name: supplier.name, parts: [] }
    entry.parts.push(figures)
    byId.set(supplier.id, entry)
  }
  const rows = [...byId]
    .map(([id, { name, parts }]) => ({ id, name, figures: added(parts) }))
    .sort((one, other) => other.figures.dutiesDue - one.figures.dutiesDue || (one.name < other.name ? -1 : 1))
  // Two of the same name are still two, in a plot as well.
  const before = (name: string, index: number): number => rows.slice(0, index).filter((row) => row.name === name).length
  return rows.map((row, index) => {
    const same = before(row.name, index)
    return same === 0 ? row : { ...row, name: `${row.name} (${same + 1})` }
  })
}

/** What the parts of the overview are made of. */
export type Ground = {
  readonly overview: Overview
  readonly say: FigureWords
  readonly words: InWords
  readonly plots: Plots
}

/** Where the cases of a figure are, and the way back to what the overview was narrowed to. */
export const casesPlace = (filters: Filters, figure: FigureName, narrowed: Partial<Filters> = {}): string => {
  const isNarrower = Object.keys(narrowed).length > 0
  const back = isNarrower ? { back: placeOf('/auditor', filters) } : {}
  return placeOf('/auditor/cases', { ...filters, ...narrowed }, { figure, ...back })
}

/** A figure as a cell that leads to its cases; nothing leads nowhere. */
export const counted = (
  { overview, words }: Ground,
  figure: FigureName,
  value: number,
  narrowed: Partial<Filters> = {},
  asHours = false,
): Cell => {
  const text = asHours ? hoursText(value, words) : words.number(value)
  return figureCell(text, value === 0 ? null : casesPlace(overview.filters, figure, narrowed))
}

/** A share with what it is made of, in one line. */
export const shareText = ({ words, say }: Ground, figures: Figures, name: ShareName): string => {
  const { share, numerator, denominator } = sharesOf(figures)[name]
  if (share === null) return say.nothing
  return `${words.share(share)} (${words.number(numerator)} / ${words.number(denominator)})`
}
