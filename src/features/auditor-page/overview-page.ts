import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { latenessRanges } from '#rules/compliance/figure.ts'
import { type FigureName, type Figures, figureNames, noFigures } from '#rules/compliance/figures.ts'
import { type ShareName, sharesOf } from '#rules/compliance/shares.ts'
import type { Choices } from './choices.queries.ts'
import { type AskedFilters, type Filters, filterForm, monthsOf, monthWithin, placeOf } from './filters.ts'
import type { InWords } from './in-words.ts'
import { type Content, html, type Markup } from './markup.ts'
import { mostBars, mostSeries, type Plots } from './plots.ts'
import { type Cell, figureCell, table } from './tables.ts'
import type { FigureWords } from './words-of-figures.ts'

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

type Row = { readonly id: string; readonly name: string; readonly figures: Figures }

const added = (parts: readonly Figures[]): Figures => {
  const total = noFigures()
  for (const part of parts) for (const name of figureNames) total[name] += part[name]
  return total
}

/** The suppliers of the groups over all months, those with most duties first. */
const suppliersOf = (groups: readonly SupplierMonth[]): Row[] => {
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

type Ground = {
  readonly overview: Overview
  readonly say: FigureWords
  readonly words: InWords
  readonly plots: Plots
}

/** A figure as a cell that leads to its cases; nothing leads nowhere. */
const counted = (
  { overview, words }: Ground,
  figure: FigureName,
  value: number,
  narrowed: Partial<Filters> = {},
  asHours = false,
): Cell => {
  const text = asHours ? words.hours(value) : words.number(value)
  return figureCell(
    text,
    value === 0 ? null : placeOf('/auditor/cases', { ...overview.filters, ...narrowed }, { figure }),
  )
}

const shareText = ({ words, say }: Ground, figures: Figures, name: ShareName): string => {
  const { share, numerator, denominator } = sharesOf(figures)[name]
  if (share === null) return say.nothing
  return `${words.share(share)} (${words.number(numerator)} / ${words.number(denominator)})`
}

const keyFigures = (ground: Ground, total: Figures): Markup => {
  const { say, words, overview } = ground
  const open = added(overview.overdue.suppliers.map(({ figures }) => figures))
  const [overdue, enteredLate] = [open.dutiesOverdue, open.dutiesOpenedAfterDueUnmet]
  const { from, to } = overview.overdue
  const places: readonly [
    label: string,
    value: string,
    figure: FigureName,
    count: number,
    narrowed?: Partial<Filters>,
  ][] = [
    [say.onTime, shareText(ground, total, 'dutiesOnTime'), 'dutiesDue', total.dutiesDue],
    [say.overdue, words.number(overdue), 'dutiesOverdue', overdue, { from, to }],
    [say.enteredLate, words.number(enteredLate), 'dutiesOpenedAfterDueUnmet', enteredLate, { from, to }],
    [say.sameDay, shareText(ground, total, 'absencesSameDay'), 'absencesRegistered', total.absencesRegistered],
    [say.complete, shareText(ground, total, 'protocolsComplete'), 'protocolsDue', total.protocolsDue],
    [say.differenceDays, words.number(total.differenceDays), 'differenceDays', total.differenceDays],
    [say.refusals, words.number(total.refusals), 'refusals', total.refusals],
  ]
  return html`<h2 id="key">${say.keyFigures}</h2>
<ul class="figures">${places.map(([label, value, figure, count, narrowed]) => {
    const shown = html`<span class="value">${value}</span>`
    const href = placeOf('/auditor/cases', { ...overview.filters, ...narrowed }, { figure })
    return html`<li>${label} ${count === 0 ? shown : html`<a href="${href}" aria-label="${label}: ${value}">${shown}</a>`}</li>\n`
  })}</ul>`
}

const onTime = (ground: Ground, suppliers: readonly Row[], total: Figures): Markup => {
  const { overview, say, words } = ground
  const months = monthsOf(overview.filters)
  const of = new Map(overview.groups.map(({ supplier, month, figures }) => [`${supplier.id} ${month}`, figures]))
  const shareIn = (id: string, month: string) => {
    const figures = of.get(`${id} ${month}`)
    return figures ? sharesOf(figures).dutiesOnTime : { share: null, numerator: 0, denominator: 0 }
  }
  const plot = ground.plots.sharesByMonth(
    { id: 'on-time-plot', title: say.onTimeTable, description: say.onTimeText },
    months.map((month) => ({ month, label: words.month(month) })),
    suppliers
      .slice(0, mostSeries)
      .flatMap(({ id, name }) => months.map((month) => ({ series: name, month, share: shareIn(id, month).share }))),
  )
  const cellOf = (id: string, name: string, month: string): Cell => {
    const { share, numerator, denominator } = shareIn(id, month)
    if (share === null) return { content: html`<span aria-label="${say.noDuties}">–</span>`, isNumber: true }
    const href = placeOf('/auditor', { ...overview.filters, ...monthWithin(month, overview.filters), supplierId: id })
    const text = `${words.share(share)} (${numerator}/${denominator})`
    return {
      content: html`<a href="${href}" aria-label="${name}, ${words.month(month)}: ${text}">${text}</a>`,
      isNumber: true,
    }
  }
  const counts = (figures: Figures, narrowed: Partial<Filters>): Cell[] =>
    (['dutiesDue', 'dutiesMet', 'dutiesMetLate', 'dutiesOverdue'] as const).map((figure) =>
      counted(ground, figure, figures[figure], narrowed),
    )
  const number = true
  return html`<h2 id="on-time">${say.onTime}</h2>
<figure>${plot}<figcaption>${say.onTimeText}${suppliers.length > mostSeries ? ` ${say.onTimeMost}` : null}</figcaption></figure>
${table({
  caption: say.onTimeTable,
  scrollHint: say.scrollHint,
  headings: [{ text: say.supplier }, ...months.map((month) => ({ text: words.month(month), isNumber: number }))],
  rows: suppliers.map(({ id, name }) => ({ name, cells: months.map((month) => cellOf(id, name, month)) })),
})}
${table({
  caption: say.onTime,
  scrollHint: say.scrollHint,
  headings: [
    { text: say.supplier },
    ...[say.due, say.met, say.metLate, say.stillOverdue, say.share].map((text) => ({ text, isNumber: number })),
  ],
  rows: suppliers.map(({ id, name, figures }) => ({
    name,
    cells: [
      ...counts(figures, { supplierId: id }),
      { content: shareText(ground, figures, 'dutiesOnTime'), isNumber: number },
    ],
  })),
  foot: {
    name: say.total,
    cells: [...counts(total, {}), { content: shareText(ground, total, 'dutiesOnTime'), isNumber: number }],
  },
})}`
}

const overdueToday = (ground: Ground): Markup => {
  const { overview, say } = ground
  const { from, to, suppliers } = overview.overdue
  const names = ['dutiesOverdue', 'dutiesOpenedAfterDueUnmet'] as const
  const [first, second] = names
  const late = suppliers
    .filter(({ figures }) => names.some((name) => figures[name] > 0))
    .sort((one, other) => other.figures[first] - one.figures[first] || other.figures[second] - one.figures[second])
  const cells = (figures: Figures, narrowed: Partial<Filters> = {}): Cell[] =>
    names.map((name) => counted(ground, name, figures[name], { from, to, ...narrowed }))
  return html`<h2 id="overdue">${say.overdue}</h2>
<p class="note">${say.overdueText}</p>
${table({
  caption: say.overdue,
  scrollHint: say.scrollHint,
  headings: [{ text: say.supplier }, ...[say.stillOverdue, say.enteredLate].map((text) => ({ text, isNumber: true }))],
  rows: late.map(({ supplier, figures }) => ({
    name: supplier.name,
    cells: cells(figures, { supplierId: supplier.id }),
  })),
  foot: { name: say.total, cells: cells(added(late.map(({ figures }) => figures))) },
})}`
}

const lateness = (ground: Ground, total: Figures, language: 'da' | 'en'): Markup => {
  const { say } = ground
  const ranges = latenessRanges.map(({ suffix, ...range }) => {
    const figure = `dutiesMetLate${suffix}` as const
    return { figure, name: range[language], count: total[figure] }
  })
  return html`<h2 id="lateness">${say.lateness}</h2>
<figure>${ground.plots.columns({ id: 'lateness-plot', title: say.lateness, description: say.latenessText }, ranges)}
<figcaption>${say.latenessText}</figcaption></figure>
${table({
  caption: say.lateness,
  scrollHint: say.scrollHint,
  headings: [{ text: say.workingDaysLate }, { text: say.cases, isNumber: true }],
  rows: ranges.map(({ figure, name, count }) => ({ name, cells: [counted(ground, figure, count)] })),
  foot: { name: say.total, cells: [counted(ground, 'dutiesMetLate', total.dutiesMetLate)] },
})}`
}

const hours = (ground: Ground, suppliers: readonly Row[], total: Figures): Markup => {
  const { say, words } = ground
  const names = ['minutesOrdered', 'minutesPlanned', 'minutesDelivered'] as const
  const rows = [...suppliers].sort((one, other) => other.figures.minutesOrdered - one.figures.minutesOrdered)
  const cells = (figures: Figures, narrowed: Partial<Filters>): Cell[] => [
    ...names.map((figure) => counted(ground, figure, figures[figure], narrowed, true)),
  ]
  const bars = rows.slice(0, mostBars).map(({ name, figures }) => ({
    name,
    first: figures.minutesOrdered / 60,
    second: figures.minutesDelivered / 60,
  }))
  const told = { id: 'hours-plot', title: say.hours, description: say.hoursText }
  return html`<h2 id="hours">${say.hours}</h2>
<figure>${ground.plots.pairedBars(told, [say.ordered, say.delivered], bars, words.number)}
<figcaption>${say.hoursText}${rows.length > mostBars ? ` ${say.hoursMost}` : null}</figcaption></figure>
${table({
  caption: `${say.hours} (${say.hoursUnit})`,
  scrollHint: say.scrollHint,
  headings: [
    { text: say.supplier },
    ...[say.ordered, say.planned, say.delivered].map((text) => ({ text, isNumber: true })),
  ],
  rows: rows.map(({ id, name, figures }) => ({ name, cells: cells(figures, { supplierId: id }) })),
  foot: { name: say.total, cells: cells(total, {}) },
})}`
}

const differences = (ground: Ground, suppliers: readonly Row[], total: Figures): Markup => {
  const { say } = ground
  const names = ['differenceDays', 'absenceNotRegisteredMinutes', 'registrationNotInProtocolMinutes'] as const
  const cells = (figures: Figures, narrowed: Partial<Filters>): Cell[] =>
    names.map((figure) => counted(ground, figure, figures[figure], narrowed))
  const headings = [
    say.differenceDays,
    `${say.notRegistered} (${say.minutesUnit})`,
    `${say.notRecorded} (${say.minutesUnit})`,
  ]
  return html`<h2 id="differences">${say.differences}</h2>
<p class="note">${say.differencesText}</p>
${table({
  caption: say.differences,
  scrollHint: say.scrollHint,
  headings: [{ text: say.supplier }, ...headings.map((text) => ({ text, isNumber: true }))],
  rows: suppliers
    .filter(({ figures }) => figures.differenceDays > 0)
    .map(({ id, name, figures }) => ({ name, cells: cells(figures, { supplierId: id }) })),
  foot: { name: say.total, cells: cells(total, {}) },
})}`
}

/** Up to when the figures are counted, as a sentence. */
export const freshness = (freshAsOf: Instant | null, say: FigureWords, words: InWords): string =>
  freshAsOf === null ? say.notCounted : `${say.freshAsOf} ${words.moment(freshAsOf)}.`

/** The overview: key figures, plots each with its table, and where every number leads. */
export const overviewPage = (ground: Ground & { readonly language: 'da' | 'en'; readonly title: string }): Content => {
  const { overview, say, words, language, title } = ground
  const suppliers = suppliersOf(overview.groups)
  const total = added(overview.groups.map(({ figures }) => figures))
  return html`<h1>${title}</h1>
<p class="note">${say.overviewIntro} ${freshness(overview.freshAsOf, say, words)}</p>
${filterForm({ action: '/auditor', ...overview, say })}
${keyFigures(ground, total)}
${onTime(ground, suppliers, total)}
${overdueToday(ground)}
${lateness(ground, total, language)}
${hours(ground, suppliers, total)}
${differences(ground, suppliers, total)}`
}
