import type { Instant } from '#kernel/instant.ts'
import type { FigureName, Figures } from '#rules/compliance/figures.ts'
import { type ShareName, sharesOf } from '#rules/compliance/shares.ts'
import { type Filters, filterForm, namesOf } from '../filters.ts'
import { type Content, html, type Markup } from '../markup.ts'
import { type Cell, table } from '../tables.ts'
import type { InWords } from '../words/in-words.ts'
import type { FigureWords } from '../words/words-of-figures.ts'
import { added, casesPlace, counted, type Ground, suppliersOf } from './overview-figures.ts'
import { differences, hours, lateness, onTime } from './overview-period.ts'

/** A key figure: what it is, how much, of what, and the cases behind it. */
type Tile = {
  readonly label: string
  readonly value: string
  readonly detail?: string
  readonly href: string | null
  readonly isAlarming?: boolean
}

const tiles = (all: readonly Tile[]): Markup =>
  html`<ul class="figures">${all.map(({ label, value, detail, href, isAlarming }) => {
    const told = `${label}: ${value}${detail === undefined ? '' : ` (${detail})`}`
    const shown = html`<span class="value">${value}</span>`
    return html`<li${isAlarming ? html` class="alarming"` : null}><span class="label">${label}</span> ${href === null ? shown : html`<a href="${href}" aria-label="${told}">${shown}</a>`}${detail === undefined ? null : html` <span class="detail">${detail}</span>`}</li>\n`
  })}</ul>`

const shareTile = (
  { overview, say, words }: Ground,
  label: string,
  given: { figures: Figures; share: ShareName; behind: FigureName },
): Tile => {
  const { share, numerator, denominator } = sharesOf(given.figures)[given.share]
  if (share === null) return { label, value: '–', detail: say.noneInPeriod, href: null }
  const detail = `${words.number(numerator)} ${say.outOf} ${words.number(denominator)}`
  return { label, value: words.share(share), detail, href: casesPlace(overview.filters, given.behind) }
}

/** What is wrong today: first on the screen, whenever it was due. */
const today = (ground: Ground): Markup => {
  const { overview, say, words } = ground
  const { from, to, suppliers } = overview.overdue
  const names = ['dutiesOverdue', 'dutiesOpenedAfterDueUnmet'] as const
  const [first, second] = names
  const late = suppliers
    .filter(({ figures }) => names.some((name) => figures[name] > 0))
    .sort((one, other) => other.figures[first] - one.figures[first] || other.figures[second] - one.figures[second])
  const open = added(late.map(({ figures }) => figures))
  const tile = (label: string, figure: FigureName): Tile => {
    const href = open[figure] === 0 ? null : casesPlace(overview.filters, figure, { from, to })
    return { label, value: words.number(open[figure]), href, isAlarming: open[figure] > 0 }
  }
  const cells = (figures: Figures, narrowed: Partial<Filters> = {}): Cell[] =>
    names.map((name) => counted(ground, name, figures[name], { from, to, ...narrowed }))
  return html`<h2 id="overdue">${say.overdue}</h2>
<p class="note">${say.overdueText}</p>
${
  late.length === 0
    ? html`<p class="empty good">${say.noneOverdue}</p>`
    : html`<div class="today">${tiles([tile(say.stillOverdue, first), tile(say.enteredLate, second)])}
${table({
  ...{ caption: say.overdue, isTitled: true, scrollHint: say.scrollHint },
  headings: [{ text: say.supplier }, ...[say.stillOverdue, say.enteredLate].map((text) => ({ text, isNumber: true }))],
  rows: late.map(({ supplier, figures }) => ({
    name: supplier.name,
    cells: cells(figures, { supplierId: supplier.id }),
  })),
  foot: { name: say.total, cells: cells(open) },
})}</div>`
}`
}

const keyFigures = (ground: Ground, figures: Figures): Markup => {
  const { say, words, overview } = ground
  const count = (label: string, figure: FigureName): Tile => ({
    label,
    value: words.number(figures[figure]),
    href: figures[figure] === 0 ? null : casesPlace(overview.filters, figure),
  })
  return html`<h2 id="key">${say.keyFigures}, ${words.date(overview.filters.from)} – ${words.date(overview.filters.to)}</h2>
${tiles([
  shareTile(ground, say.onTime, { figures, share: 'dutiesOnTime', behind: 'dutiesDue' }),
  shareTile(ground, say.sameDay, { figures, share: 'absencesSameDay', behind: 'absencesRegistered' }),
  shareTile(ground, say.complete, { figures, share: 'protocolsComplete', behind: 'protocolsDue' }),
  count(say.differenceDays, 'differenceDays'),
  count(say.refusals, 'refusals'),
])}`
}

/** Up to when the figures are counted, as a sentence. */
export const freshness = (freshAsOf: Instant | null, say: FigureWords, words: InWords): string =>
  freshAsOf === null ? say.notCounted : `${say.freshAsOf} ${words.moment(freshAsOf)}.`

/** The overview: key figures, plots each with its table, and where every number leads. */
export const overviewPage = (ground: Ground & { readonly language: 'da' | 'en'; readonly title: string }): Content => {
  const { overview, say, words, language, title } = ground
  const suppliers = suppliersOf(overview.groups)
  const total = added(overview.groups.map(({ figures }) => figures))
  const isEmpty = Object.values(total).every((figure) => figure === 0)
  return html`<h1>${title}</h1>
<p class="note">${say.overviewIntro} ${freshness(overview.freshAsOf, say, words)}</p>
${filterForm({ action: '/auditor', ...overview, say })}
<p class="on-paper">${words.date(overview.filters.from)} – ${words.date(overview.filters.to)}${namesOf(overview.filters, overview.choices).map((name) => `, ${name}`)}</p>
${today(ground)}
${keyFigures(ground, total)}
${
  isEmpty
    ? html`<p class="empty">${say.nothingInPeriod}</p>`
    : html`${onTime(ground, suppliers, total)}
${lateness(ground, total, language)}
${hours(ground, suppliers, total)}
${differences(ground, suppliers, total)}`
}`
}
