import { type Content, html, type Markup } from './markup.ts'
import type { InWords } from './words/in-words.ts'

/** A cell; a number stands to the right. */
export type Cell = { readonly content: Content; readonly isNumber?: boolean }

/** A cell of a number, linked where there is something behind it. */
export const figureCell = (text: Content, href: string | null): Cell => ({
  content: href === null ? text : html`<a href="${href}">${text}</a>`,
  isNumber: true,
})

/** Minutes as people read them, in hours; as they are where somebody points. */
export const hoursText = (minutes: number, words: InWords): Markup =>
  html`<data value="${minutes}" title="${words.minutes(minutes)}">${words.hours(minutes)}</data>`

const cellOf = ({ content, isNumber }: Cell): Markup =>
  html`<td${isNumber ? html` class="number"` : null}>${content}</td>`

/**
 * A table whose first column names its rows; one that is too wide is scrolled by itself, with the keyboard too.
 * @param given.isTitled whether a heading above says what the caption says, which is then heard and not seen
 * @param given.scrollHint what the region is besides its caption, for whoever hears it
 */
export const table = (given: {
  readonly caption: string
  readonly isTitled?: boolean
  readonly scrollHint: string
  readonly headings: readonly { readonly text: string; readonly isNumber?: boolean }[]
  readonly rows: readonly { readonly name: Content; readonly cells: readonly Cell[] }[]
  readonly foot?: { readonly name: Content; readonly cells: readonly Cell[] } | null
}): Markup => html`<div class="scroll" role="region" tabindex="0" aria-label="${given.caption}, ${given.scrollHint}">
<table><caption${given.isTitled ? html` class="unseen"` : null}>${given.caption}</caption>
<thead><tr>${given.headings.map(({ text, isNumber }) => html`<th scope="col"${isNumber ? html` class="number"` : null}>${text}</th>`)}</tr></thead>
<tbody>
${given.rows.map(({ name, cells }) => html`<tr><th scope="row">${name}</th>${cells.map(cellOf)}</tr>\n`)}</tbody>
${given.foot ? html`<tfoot><tr><th scope="row">${given.foot.name}</th>${given.foot.cells.map(cellOf)}</tr></tfoot>` : null}
</table></div>`
