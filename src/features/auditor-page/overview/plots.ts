import type * as PlotLibrary from '@observablehq/plot'
import type { parseHTML as ParseHtml } from 'linkedom'
import { escapeHtml } from '#platform/http/html-text.ts'
import { html, type Markup, madeMarkup } from '../markup.ts'

/** What is said of a plot to whoever does not see it; the numbers stand in a table beside it. */
export type PlotWords = { readonly id: string; readonly title: string; readonly description: string }

/** Ours: more lines than that cannot be told apart; all of them stand in the table. */
export const mostSeries = 8
/** Ours: more pairs of bars than that do not fit a screen; all of them stand in the table. */
export const mostBars = 20
/** Ours: signs of a name that fit beside a pair of bars. */
const mostOfName = 40

/** A name as it fits beside its bars: what is cut is its end. */
const shortened = (name: string): string => {
  const signs = [...name]
  return signs.length > mostOfName
    ? `${signs
        .slice(0, mostOfName - 1)
        .join('')
        .trimEnd()}…`
    : name
}

type PlotDocument = NonNullable<PlotLibrary.PlotOptions['document']>

const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye', 'asterisk'] as const
const colourOf = (index: number): string => `var(--series-${(index % mostSeries) + 1})`

/** The axis of shares begins at one of these steps, in per cent. */
const step20 = 20

/** Which mark stands for what: by shape as well as by colour. */
const keyOf = (entries: readonly { name: string; mark: Markup }[]): Markup =>
  html`<ul class="key" aria-hidden="true">${entries.map(({ name, mark }) => html`<li>${mark}${name}</li>`)}</ul>`

/** One supplier in one month: a share from 0 to 1, or null where nothing was due. */
export type SharePoint = { readonly series: string; readonly month: string; readonly share: number | null }

const plotsBy = (Plot: typeof PlotLibrary, parseHTML: typeof ParseHtml) => {
  /**
   * A plot as SVG without style, script or id of its own: colours are the style sheet's custom properties, so that it
   * follows light and dark. Title and description are the ones given.
   */
  const drawn = (words: PlotWords, options: PlotLibrary.PlotOptions): Markup => {
    const { document } = parseHTML('<!doctype html><html><body></body></html>')
    const svg = Plot.plot({ ...options, document: document as unknown as PlotDocument, className: 'plot' })
    for (const style of svg.querySelectorAll('style')) style.remove()
    // Inside an image nothing has a name of its own.
    for (const named of svg.querySelectorAll('[aria-label], [aria-hidden]')) {
      named.removeAttribute('aria-label')
      named.removeAttribute('aria-hidden')
    }
    svg.setAttribute('role', 'img')
    svg.setAttribute('aria-labelledby', `${words.id}-title`)
    svg.setAttribute('aria-describedby', `${words.id}-description`)
    const told = `<title id="${words.id}-title">${escapeHtml(words.title)}</title><desc id="${words.id}-description">${escapeHtml(words.description)}</desc>`
    const image = madeMarkup(svg.outerHTML.replace('>', () => `>${told}`))
    // On a narrow screen it is moved sideways rather than made too small to read.
    return html`<div class="scroll" role="group" tabindex="0" aria-label="${words.title}">${image}</div>`
  }

  const lineMark = (index: number): Markup => {
    const { document } = parseHTML('<!doctype html><html><body></body></html>')
    const svg = Plot.plot({
      ...{ document: document as unknown as PlotDocument, axis: null, width: 24, height: 14, margin: 0 },
      ...{ x: { domain: [0, 2], range: [0, 24] }, y: { domain: [0, 2], range: [14, 0] } },
      marks: [
        Plot.ruleY([1], { stroke: colourOf(index), strokeWidth: 2 }),
        Plot.dot([[1, 1]], { symbol: symbols[index % mostSeries] ?? 'circle', r: 4, fill: colourOf(index) }),
      ],
    })
    for (const style of svg.querySelectorAll('style')) style.remove()
    return madeMarkup(svg.outerHTML)
  }

  /**
   * Shares per month as lines, one for each series, in the order in which the series first appear; at most eight.
   * @param months every month of the period, `YYYY-MM`, as it is told
   */
  const sharesByMonth = (
    words: PlotWords,
    months: readonly { readonly month: string; readonly label: string }[],
    points: readonly SharePoint[],
  ): Markup => {
    const series = [...new Set(points.map((point) => point.series))].slice(0, mostSeries)
    const marks = series.flatMap((name, index) => {
      const own = points
        .filter((point) => point.series === name)
        .map(({ month, share }) => ({ month, percent: share === null ? null : Math.round(share * 1000) / 10 }))
      const stroke = colourOf(index)
      const there = own.filter(({ percent }) => percent !== null)
      return [
        // A month in which nothing was due breaks the line: it stands for no share.
        Plot.lineY(own, { x: 'month', y: 'percent', stroke, strokeWidth: 2 }),
        Plot.dot(there, { x: 'month', y: 'percent', fill: stroke, r: 5, symbol: symbols[index] ?? 'circle' }),
      ]
    })
    const percents = points.flatMap(({ share }) => (share === null ? [] : [share * 100]))
    // Lines, unlike bars, may begin above nothing; where all shares are high they are told apart.
    const lowest = Math.floor(Math.min(100 - step20, ...percents) / step20) * step20
    const labels = new Map(months.map(({ month, label }) => [month, label]))
    // Ours: about a dozen names fit below the plot.
    const step = Math.ceil(months.length / 12)
    const told = months.filter((_, index) => index % step === 0).map(({ month }) => month)
    const plot = drawn(words, {
      ...{ width: 800, height: 320, marginTop: 16, marginLeft: 48, marginRight: 24, marginBottom: 32 },
      x: {
        type: 'point',
        domain: months.map(({ month }) => month),
        label: null,
        ticks: told,
        tickFormat: (month: string) => labels.get(month) ?? month,
      },
      y: { domain: [lowest, 100], ticks: 5, label: null, tickFormat: (value: number) => `${value} %`, grid: true },
      marks: [Plot.ruleY([lowest], { stroke: 'var(--line)' }), ...marks],
    })
    return html`${plot}${keyOf(series.map((name, index) => ({ name, mark: lineMark(index) })))}`
  }

  /** Numbers of cases as columns, in the order given. */
  const columns = (words: PlotWords, bars: readonly { readonly name: string; readonly count: number }[]): Markup => {
    const most = Math.max(1, ...bars.map(({ count }) => count))
    return drawn(words, {
      ...{ width: 600, height: 260, marginTop: 24, marginLeft: 40, marginBottom: 32 },
      x: { type: 'band', domain: bars.map(({ name }) => name), label: null, padding: 0.3 },
      y: { label: null, grid: true, nice: true, domain: [0, most], ticks: Math.min(6, most), tickFormat: 'd' },
      marks: [
        Plot.barY(bars, { x: 'name', y: 'count', fill: colourOf(0) }),
        Plot.text(bars, { x: 'name', y: 'count', text: ({ count }) => String(count), dy: -8 }),
        Plot.ruleY([0], { stroke: 'var(--line)' }),
      ],
    })
  }

  /**
   * Two amounts of each row as a pair of bars: the first one as an outline, the second one filled; at most twenty rows. A
   * name too long to stand beside them ends with an ellipsis and is whole in its title.
   * @param inWords a number as the language writes it
   */
  const pairedBars = (
    words: PlotWords,
    names: readonly [string, string],
    rows: readonly { readonly name: string; readonly first: number; readonly second: number }[],
    inWords: (value: number) => string,
  ): Markup => {
    const shown = rows.slice(0, mostBars)
    const longest = Math.max(8, ...shown.map(({ name }) => shortened(name).length))
    const most = Math.max(1, ...shown.flatMap((row) => [row.first, row.second]))
    const common = { fy: 'name', insetTop: 1, insetBottom: 1 } as const
    const plot = drawn(words, {
      ...{ width: 600, height: 56 + shown.length * 48, marginLeft: Math.min(280, longest * 7 + 16), marginRight: 24 },
      x: { label: null, grid: true, nice: true, domain: [0, most], ticks: 5, tickFormat: inWords },
      y: { axis: null, type: 'band', domain: ['first', 'second'] },
      fy: { domain: shown.map(({ name }) => name), padding: 0.25 },
      marks: [
        Plot.axisFy({ anchor: 'left', label: null, tickFormat: shortened, title: (name: string) => name }),
        Plot.barX(shown, {
          ...common,
          x: 'first',
          y: () => 'first',
          fill: 'none',
          stroke: colourOf(0),
          strokeWidth: 2,
        }),
        Plot.barX(shown, { ...common, x: 'second', y: () => 'second', fill: colourOf(1) }),
        Plot.ruleX([0], { stroke: 'var(--line)' }),
      ],
    })
    const box = (fill: string, stroke: string): Markup =>
      madeMarkup(
        `<svg viewBox="0 0 24 14" width="24" height="14"><rect x="2" y="2" width="20" height="10" fill="${fill}" stroke="${stroke}" stroke-width="2"/></svg>`,
      )
    const marks = [box('none', colourOf(0)), box(colourOf(1), colourOf(1))] as const
    return html`${plot}${keyOf(names.map((name, index) => ({ name, mark: marks[index] ?? marks[0] })))}`
  }

  return { sharesByMonth, columns, pairedBars }
}

/** What draws the page's plots. */
export type Plots = ReturnType<typeof plotsBy>

let loading: Promise<Plots> | undefined

/**
 * Loads the plotting library and the document that it draws into when the first plot is asked for: together they take half a
 * second and 40 MB, which a server that shows no page does without (measured in November 2026).
 */
export const loadPlots = (): Promise<Plots> => {
  loading ??= Promise.all([import('@observablehq/plot'), import('linkedom')]).then(([Plot, { parseHTML }]) =>
    plotsBy(Plot, parseHTML),
  )
  return loading
}
