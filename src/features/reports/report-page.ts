import { createHash } from 'node:crypto'
import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { dayNumber, type LocalDate } from '#kernel/local-date.ts'
import { escapeHtml } from '#platform/http/html-text.ts'
import { inOrder, wordsFor } from '#rules/report/report-in-words.ts'
import type { TemplateSection } from '#rules/report/template.ts'
import type { Lateness, ReportDocument } from './report-document.ts'

/** What a page says beside the report itself. */
export type PageSurroundings = {
  readonly sections: readonly TemplateSection[]
  readonly supplier: string
  readonly jobcenter: string
  readonly offer: string
  readonly period: { readonly from: LocalDate; readonly to: LocalDate }
  /** Danish words for the codes of milestones. */
  readonly milestones: ReadonlyMap<string, string>
}

const style = `@page { size: A4; margin: 20mm 18mm; @bottom-right { content: counter(page) ' / ' counter(pages) } }
body { font: 11pt/1.45 Georgia, 'Times New Roman', serif; color: #111; max-width: 174mm; margin: 12mm auto; padding: 0 6mm }
h1 { font-size: 18pt; margin: 0 0 6mm }
h2 { font-size: 13pt; margin: 8mm 0 2mm; break-after: avoid }
h3 { font-size: 11pt; margin: 4mm 0 1mm; break-after: avoid }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1mm 6mm; margin: 0 }
dt { font-weight: bold }
dd { margin: 0 }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; unicode-bidi: plaintext }
table { border-collapse: collapse; width: 100% }
th, td { border: 0.3mm solid #999; padding: 1mm 2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere }
tr { break-inside: avoid }
.end { margin-top: 10mm; border-top: 0.3mm solid #999; padding-top: 4mm; font-size: 10pt }
@media print { body { margin: 0; padding: 0; max-width: none } }
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** The page loads nothing and runs nothing; its own style alone is let through. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const dates = new Intl.DateTimeFormat('da-DK', { dateStyle: 'long', timeZone: 'UTC' })
const times = new Intl.DateTimeFormat('da-DK', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'Europe/Copenhagen',
})
const dateInWords = (date: LocalDate): string => dates.format(dayNumber(date) * 86_400_000)
const momentInWords = (at: Instant): string => times.format(epochMilliseconds(at))

const latenessInWords = ({ dueOn, late, daysLate, workingDaysLate }: Lateness): string => {
  if (dueOn === null) return 'Ingen frist; rapporten er afleveret uopfordret.'
  const due = `fristen var ${dateInWords(dueOn)}`
  if (!late) return `Til tiden; ${due}.`
  const days = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`
  return `${days(workingDaysLate, 'arbejdsdag', 'arbejdsdage')} (${days(daysLate, 'kalenderdag', 'kalenderdage')}) for sent; ${due}.`
}

const text = (given: string): string => `<p class="text" dir="auto">${escapeHtml(given)}</p>`
const rows = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>\n${pairs.map(([name, value]) => `<dt>${name}</dt><dd dir="auto">${escapeHtml(value)}</dd>`).join('\n')}\n</dl>`
const table = (headings: readonly string[], lines: readonly (readonly string[])[]): string =>
  `<table>\n<thead><tr>${headings.map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead>\n<tbody>\n${lines
    .map((line) => `<tr>${line.map((cell) => `<td dir="auto">${escapeHtml(cell)}</td>`).join('')}</tr>`)
    .join('\n')}\n</tbody>\n</table>`

const fieldValue = (section: TemplateSection | undefined, field: string, value: string | number): string => {
  const scale = section?.fields?.find(({ id, type }) => id === field && type === 'scale')
  return scale ? `${value} (fra ${scale.min} til ${scale.max})` : wordsFor(section, field, value)
}

const sectionOf = (
  id: string,
  value: ReportDocument['sections'][string],
  sections: readonly TemplateSection[],
): string => {
  const section = sections.find((one) => one.id === id)
  const heading = `<h2>${escapeHtml(section?.title ?? id)}</h2>`
  if (typeof value === 'string') return `<section>\n${heading}\n${text(value)}\n</section>`
  const fields = inOrder(value, section?.fields ?? []).map(([field, given]) => {
    const title = section?.fields?.find((one) => one.id === field)?.title ?? field
    return `<h3>${escapeHtml(title)}</h3>\n${text(fieldValue(section, field, given))}`
  })
  return `<section>\n${heading}\n${fields.join('\n')}\n</section>`
}

/** Areas as the version names them: what is recorded beside it afterwards changes nothing that was submitted. */
const focusAreas = (report: ReportDocument): string =>
  report.focusAreas.length === 0
    ? ''
    : `<section>\n<h2>Fokusområder: vurdering fra 1 til 10</h2>\n${table(
        ['Fokusområde', 'Ved start', 'Ved slut'],
        report.focusAreas.map(({ area, start, end }) => [area, String(start), String(end)]),
      )}\n</section>`

const milestones = (report: ReportDocument, words: PageSurroundings['milestones']): string =>
  report.milestones.length === 0
    ? ''
    : `<section>\n<h2>Opnåede milepæle</h2>\n${table(
        ['Milepæl', 'Opnået', 'Iagttaget af'],
        report.milestones.map(({ milestone, reachedOn, observedBy }) => [
          words.get(milestone) ?? milestone,
          dateInWords(reachedOn as LocalDate),
          observedBy ?? '',
        ]),
      )}\n</section>`

/** Passages are shown at the end, apart from the report's own words: they are for audit. */
const confirmations = (report: ReportDocument, sections: readonly TemplateSection[]): string =>
  report.confirmations.length === 0
    ? ''
    : `<section class="end">\n<h2>Bekræftede passager (§ 3)</h2>\n${table(
        ['Afsnit', 'Passage', 'Hvorfor det hører til forløbet'],
        report.confirmations.map(({ section, passage, reason }) => [
          sections.find(({ id }) => id === section.split('/')[0])?.title ?? section,
          passage,
          reason,
        ]),
      )}\n</section>`

const returns = (report: ReportDocument): string =>
  report.returns.length === 0
    ? ''
    : `<section class="end">\n<h2>Sendt tilbage</h2>\n${table(
        ['Version', 'Hvornår og af hvem', 'Begrundelse', 'Ny frist'],
        report.returns.map(({ version, returnedAt, returnedBy, reason, dueOn }) => [
          String(version),
          `${momentInWords(returnedAt)} af ${returnedBy.name}`,
          reason,
          dateInWords(dueOn),
        ]),
      )}\n</section>`

/** The report as a page to read, to print on A4 and to file: in Danish, with the headings of its template. */
export const reportPage = (report: ReportDocument, given: PageSurroundings): string => {
  const title = `${report.templateTitle}, ${report.orderNumber}`
  const version =
    report.version === report.latestVersion
      ? String(report.version)
      : `${report.version} (der findes en senere: ${report.latestVersion})`
  const { from, to } = given.period
  return `<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(report.templateTitle)}</h1>
${rows([
  ['Bestilling', report.orderNumber],
  ['Borger', report.citizen.name],
  ['Leverandør', given.supplier],
  ['Bestillende jobcenter', given.jobcenter],
  ['Tilbud', given.offer],
  ['Forløb', `${dateInWords(from)} til ${dateInWords(to)}`],
  ['Version', version],
  ['Afleveret', `${momentInWords(report.submittedAt)} af ${report.submittedBy.name}`],
  ['Frist', latenessInWords(report)],
])}
</header>
<main>
${[
  ...inOrder(report.sections, given.sections).map(([id, value]) => sectionOf(id, value, given.sections)),
  focusAreas(report),
  milestones(report, given.milestones),
  returns(report),
  confirmations(report, given.sections),
]
  .filter((part) => part !== '')
  .join('\n')}
</main>
</body>
</html>
`
}
