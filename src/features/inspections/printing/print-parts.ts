import { createHash } from 'node:crypto'
import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { dayNumber, type LocalDate } from '#kernel/local-date.ts'
import { escapeHtml } from '#platform/http/html-text.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import { type Words, wordsOf } from './page-words.ts'

export const style = `@page { size: A4; margin: 16mm 14mm; @bottom-right { content: counter(page) ' / ' counter(pages) } }
body { font: 10pt/1.4 Georgia, 'Times New Roman', serif; color: #111; background: #fff; max-width: 182mm; margin: 10mm auto; padding: 0 6mm }
h1 { font-size: 18pt; margin: 0 0 5mm; overflow-wrap: anywhere }
h2 { font-size: 13pt; margin: 7mm 0 2mm; break-after: avoid }
h3 { font-size: 10.5pt; margin: 4mm 0 1mm; break-after: avoid }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1mm 6mm; margin: 0 }
dt { font-weight: bold }
dd { margin: 0; overflow-wrap: anywhere }
p { margin: 1mm 0 }
.scroll { overflow-x: auto }
.scroll:focus-visible { outline: 0.8mm solid #0b4f9e }
table { border-collapse: collapse; width: 100%; margin-top: 2mm }
th, td { border: 0.3mm solid #777; padding: 1mm 1.5mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; min-width: 23mm }
thead { display: table-header-group }
thead th { overflow-wrap: normal }
.number { text-align: right; font-variant-numeric: tabular-nums; min-width: 13mm }
tr { break-inside: avoid }
.course { break-before: page }
.box { white-space: nowrap; margin-right: 2mm }
.small { font-size: 8.5pt; font-weight: normal }
.pack table { font-size: 8.5pt }
.checklist { font-size: 9pt; table-layout: fixed; min-width: 165mm }
.checklist td:last-child { overflow-wrap: anywhere; white-space: pre-line }
.judge { width: 63mm }
.write { width: 45% }
.sign { margin-top: 6mm; display: grid; grid-template-columns: max-content 1fr; gap: 5mm 4mm; break-inside: avoid }
.line { border-bottom: 0.3mm solid #777; min-height: 6mm; overflow-wrap: anywhere }
@media (max-width: 30rem) { dl, .sign { grid-template-columns: 1fr } }
@media print { body { margin: 0; padding: 0; max-width: none } .scroll { overflow: visible } .checklist { min-width: 0 } }
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** The page loads nothing and runs nothing; its own style alone is let through. */
export const printPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** A column of a table; numbers stand to the right. */
export type Column = string | { readonly text: string; readonly isNumber?: boolean; readonly className?: string }

const columnOf = (column: Column) => (typeof column === 'string' ? { text: column } : column)
const classOf = (name: string | undefined): string => (name === undefined ? '' : ` class="${name}"`)

/** A table as a region that is scrolled by itself, with the keyboard too. @param rows made of cells that are markup already */
export const region = (name: string, hint: string, className: string | undefined, content: string): string =>
  `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(`${name}, ${hint}`)}"><table${classOf(className)}>
${content}
</table></div>`

/** Builds the parts of a printed document in one language. */
export const partsIn = (language: Language) => {
  const words: Words = wordsOf(language)
  const locale = language === 'da' ? 'da-DK' : 'en-GB'
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const times = new Intl.DateTimeFormat(locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Copenhagen',
  })
  const longDates = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const atMidnight = (day: LocalDate): number => dayNumber(day) * 86_400_000
  const rows = (pairs: readonly (readonly [string, string])[]): string =>
    `<dl>\n${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd dir="auto">${escapeHtml(value)}</dd>`).join('\n')}\n</dl>`
  const headings = (columns: readonly Column[]): string =>
    `<thead><tr>${columns
      .map(columnOf)
      .map(
        ({ text, isNumber, className }) =>
          `<th scope="col"${classOf(isNumber ? 'number' : className)}>${escapeHtml(text)}</th>`,
      )
      .join('')}</tr></thead>`
  /** A table of texts and numbers, named for whoever hears it; the first column names the rows. */
  const table = (
    name: string,
    columns: readonly Column[],
    lines: readonly (readonly (string | number | null)[])[],
  ): string => {
    const typed = columns.map(columnOf).map((column, index) => ({
      ...column,
      isNumber: column.isNumber ?? (lines.length > 0 && lines.every((line) => typeof line[index] === 'number')),
    }))
    const cell = (value: string | number | null): string => escapeHtml(value === null ? '–' : String(value))
    const body = lines.map(([first = '', ...more]) => {
      const cells = more.map((value, index) => {
        const kind = typed[index + 1]?.isNumber ? ' class="number"' : ' dir="auto"'
        return `<td${kind}>${cell(value)}</td>`
      })
      return `<tr><th scope="row" dir="auto">${cell(first)}</th>${cells.join('')}</tr>`
    })
    return region(name, words.scrollHint, undefined, `${headings(typed)}\n<tbody>\n${body.join('\n')}\n</tbody>`)
  }
  return {
    words,
    language,
    date: (day: LocalDate) => dates.format(atMidnight(day)),
    longDate: (day: LocalDate) => longDates.format(atMidnight(day)),
    moment: (at: Instant) => times.format(epochMilliseconds(at)),
    rows,
    headings,
    table,
  }
}
export type Parts = ReturnType<typeof partsIn>
