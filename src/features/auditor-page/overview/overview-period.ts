import { latenessRanges } from '#rules/compliance/figure.ts'
import type { Figures } from '#rules/compliance/figures.ts'
import { sharesOf } from '#rules/compliance/shares.ts'
import { type Filters, monthsOf, monthWithin, placeOf } from '../filters.ts'
import { html, type Markup } from '../markup.ts'
import { type Cell, table } from '../tables.ts'
import { counted, type Ground, type Row, shareText } from './overview-figures.ts'
import { mostBars, mostSeries } from './plots.ts'

/** How many duties were met in time, by supplier and month. */
export const onTime = (ground: Ground, suppliers: readonly Row[], total: Figures): Markup => {
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
<figure class="keyed">${plot}<figcaption>${say.onTimeText}${suppliers.length > mostSeries ? ` ${say.onTimeMost}` : null}</figcaption></figure>
${table({
  caption: say.onTime,
  isTitled: true,
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
})}
${table({
  caption: say.onTimeTable,
  scrollHint: say.scrollHint,
  headings: [{ text: say.supplier }, ...months.map((month) => ({ text: words.month(month), isNumber: number }))],
  rows: suppliers.map(({ id, name }) => ({ name, cells: months.map((month) => cellOf(id, name, month)) })),
})}`
}

/** How late duties were met. */
export const lateness = (ground: Ground, total: Figures, language: 'da' | 'en'): Markup => {
  const { say } = ground
  const ranges = latenessRanges.map(({ suffix, ...range }) => {
    const figure = `dutiesMetLate${suffix}` as const
    return { figure, name: range[language], count: total[figure] }
  })
  if (total.dutiesMetLate === 0)
    return html`<h2 id="lateness">${say.lateness}</h2>\n<p class="empty">${say.noneLate}</p>`
  return html`<h2 id="lateness">${say.lateness}</h2>
<div class="pair"><figure>${ground.plots.columns({ id: 'lateness-plot', title: say.lateness, description: say.latenessText }, ranges)}
<figcaption>${say.latenessText}</figcaption></figure>
${table({
  caption: say.lateness,
  isTitled: true,
  scrollHint: say.scrollHint,
  headings: [{ text: say.workingDaysLate }, { text: say.cases, isNumber: true }],
  rows: ranges.map(({ figure, name, count }) => ({ name, cells: [counted(ground, figure, count)] })),
  foot: { name: say.total, cells: [counted(ground, 'dutiesMetLate', total.dutiesMetLate)] },
})}</div>`
}

/** Hours ordered, planned and delivered. */
export const hours = (ground: Ground, suppliers: readonly Row[], total: Figures): Markup => {
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
<div class="pair"><figure>${ground.plots.pairedBars(told, [say.ordered, say.delivered], bars, words.number)}
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
})}</div>`
}

/** Where the two registers differ. */
export const differences = (ground: Ground, suppliers: readonly Row[], total: Figures): Markup => {
  const { say } = ground
  const names = ['differenceDays', 'absenceNotRegisteredMinutes', 'registrationNotInProtocolMinutes'] as const
  const cells = (figures: Figures, narrowed: Partial<Filters>): Cell[] =>
    names.map((figure) => counted(ground, figure, figures[figure], narrowed, figure !== 'differenceDays'))
  const headings = [
    say.differenceDays,
    `${say.notRegistered} (${say.hoursUnit})`,
    `${say.notRecorded} (${say.hoursUnit})`,
  ]
  const heading = html`<h2 id="differences">${say.differences}</h2>
<p class="note">${say.differencesText}</p>`
  if (total.differenceDays === 0) return html`${heading}\n<p class="empty">${say.noneDiffer}</p>`
  return html`${heading}
${table({
  caption: say.differences,
  isTitled: true,
  scrollHint: say.scrollHint,
  headings: [{ text: say.supplier }, ...headings.map((text) => ({ text, isNumber: true }))],
  rows: suppliers
    .filter(({ figures }) => figures.differenceDays > 0)
    .map(({ id, name, figures }) => ({ name, cells: cells(figures, { supplierId: id }) })),
  foot: { name: say.total, cells: cells(total, {}) },
})}`
}
