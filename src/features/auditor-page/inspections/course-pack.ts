import type { InspectedCourse } from '#features/inspections/lookups.ts'
import { type Content, html, type Markup } from '../markup.ts'
import { table } from '../tables.ts'

type Pack = NonNullable<InspectedCourse['pack']>
type Part = Pack['door']
type Cell = Part['rows'][number][number]

/** A document is offered under its name; everything else is text. */
const contentOf = ({ text, documentId }: Cell): Content =>
  documentId === undefined ? text : html`<a href="/auditor/documents/${documentId}" dir="auto">${text}</a>`

const pairsOf = ({ pairs }: Part): Content =>
  pairs.length === 0
    ? null
    : html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value}</dd>\n`)}</dl>`

const partOf = (part: Part, scrollHint: string): Markup => html`<h3>${part.heading}</h3>
${pairsOf(part)}
${
  part.rows.length === 0
    ? html`<p class="empty">${part.empty}</p>`
    : table({
        ...{ caption: part.heading, isTitled: true, scrollHint, headings: part.headings },
        rows: part.rows.map(([first, ...more]) => ({
          name: first ? contentOf(first) : '',
          cells: more.map((cell) => ({ content: contentOf(cell), isNumber: cell.isNumber === true })),
        })),
      })
}\n`

/** What is needed at the door: whether somebody should be there today, for what, and where. */
export const doorPanel = ({ door }: Pack): Markup =>
  html`<section class="panel door"><h2>${door.heading}</h2>${pairsOf(door)}</section>\n`

/** What the registers hold of a course, folded until it is asked for. */
export const packPanel = ({ parts }: Pack, say: { readonly pack: string; readonly scrollHint: string }): Markup =>
  html`<details class="pack"><summary>${say.pack}</summary>${parts.map((part) => partOf(part, say.scrollHint))}</details>\n`
