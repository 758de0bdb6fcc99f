import { createHash } from 'node:crypto'
import { epochMilliseconds, type Instant } from '#kernel/instant.ts'
import { isLocalDate } from '#kernel/local-date.ts'
import { escapeHtml } from '#platform/http/html-text.ts'
import { isUuid } from '#platform/ids.ts'
import { partsOf } from '#rules/report/report-in-words.ts'
import type { Sections, TemplateSection } from '#rules/report/template.ts'
import type { CitizenExport } from './collect.ts'
import type { ExportedRecord } from './export.queries.ts'
import { operationWords } from './operation-words.ts'
import { exportSections, sectionNames } from './sections.ts'
import { codedMembers, memberWords, valueWords } from './words.ts'

/** Danish words that stand in the database: labels of codes, and the templates that reports are written in, by `<id> v<version>`. */
export type PageWords = {
  readonly codes: ReadonlyMap<string, string>
  readonly templates: ReadonlyMap<string, readonly TemplateSection[]>
}

const style = `@page { size: A4; margin: 18mm 16mm }
body { font: 10pt/1.4 Arial, Helvetica, sans-serif; color: #111; max-width: 180mm; margin: 10mm auto; padding: 0 6mm }
h1 { font-size: 17pt; margin: 0 0 5mm }
h2 { font-size: 13pt; margin: 8mm 0 2mm; break-after: avoid }
dl { display: grid; grid-template-columns: minmax(0, 48mm) minmax(0, 1fr); gap: 0.5mm 4mm; margin: 0 }
dt { font-weight: bold }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext }
article { border-top: 0.3mm solid #999; padding: 2mm 0; break-inside: auto }
ul { margin: 0; padding-left: 5mm; white-space: normal }
@media print { body { margin: 0; padding: 0; max-width: none } }
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** The page loads nothing and runs nothing; its own style alone is let through. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const times = new Intl.DateTimeFormat('da-DK', {
  dateStyle: 'short',
  timeStyle: 'short',
  timeZone: 'Europe/Copenhagen',
})
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** What ids are called, for those that people know by another name. */
type Names = ReadonlyMap<string, string>

const namesIn = ({ organisations, records }: CitizenExport): Names => {
  const named = (section: readonly ExportedRecord[], member: string): [string, string][] =>
    section.map((record) => [String(record['id']), String(record[member])])
  return new Map([
    ...organisations.map(({ id, name }): [string, string] => [id, name]),
    ...named(records.orders, 'orderNumber'),
    ...named(records.activities, 'title'),
    ...named(records.documents, 'fileName'),
  ])
}

/** `template`: the sections of the one that the report at hand is written in. */
type Words = PageWords & { readonly names: Names; readonly template?: readonly TemplateSection[] }

const textOf = (member: string, value: string, words: Words): string => {
  if (isUuid(value)) return words.names.get(value) ?? ''
  if (member === 'operation') return operationWords[value] ?? value
  if (codedMembers.has(member)) return words.codes.get(value) ?? valueWords[value] ?? value
  if (isLocalDate(value)) return value.split('-').reverse().join('.')
  return instant.test(value) ? times.format(epochMilliseconds(value as Instant)) : value
}

const termList = (terms: readonly (readonly [name: string, html: string])[]): string => {
  const lines = terms.filter(([, html]) => html !== '')
  return lines.length === 0
    ? ''
    : `<dl>${lines.map(([name, html]) => `<dt>${escapeHtml(name)}</dt><dd dir="auto">${html}</dd>`).join('')}</dl>`
}

/** What a report says, under the titles of its own template, choices in theirs; its texts stay as they are. */
const reportSections = (sections: Sections, { template = [] }: Words): string =>
  termList(
    partsOf({ content: { sections }, template: { sections: template } }).map(({ title, text }) => [
      title,
      escapeHtml(text),
    ]),
  )

/** A value as HTML, whatever it holds; empty for what tells people nothing: ids without a name, and nothing. */
const shown = (member: string, value: unknown, words: Words): string => {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return value ? 'ja' : 'nej'
  if (typeof value === 'string') return escapeHtml(textOf(member, value, words))
  if (Array.isArray(value)) {
    const items = value.map((item) => shown(member, item, words)).filter((item) => item !== '')
    return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
  }
  if (typeof value !== 'object') return escapeHtml(String(value))
  return member === 'sections' ? reportSections(value as Sections, words) : recordList(value as ExportedRecord, words)
}

const recordList = (record: ExportedRecord, words: Words): string => {
  const template = words.templates.get(`${record['templateId']} v${record['templateVersion']}`)
  const within = template ? { ...words, template } : words
  return termList(
    Object.entries(record).map(([member, value]) => [
      (Object.hasOwn(memberWords, member) ? memberWords[member] : undefined) ?? member,
      shown(member, value, within),
    ]),
  )
}

const section = (heading: string, records: readonly ExportedRecord[], words: Words): string =>
  records.length === 0
    ? ''
    : `<section>\n<h2>${escapeHtml(heading)} (${records.length})</h2>\n${records
        .map((record) => `<article>${recordList(record, words)}</article>`)
        .join('\n')}\n</section>`

const views = { supplier: 'leverandør', jobcenter: 'bestillende jobcenter' } as const

/** The export as a document to read and to print on A4, in Danish. Ids are left out, save where something has a name. */
export const exportPage = (body: CitizenExport, given: PageWords): string => {
  const words = { ...given, names: namesIn(body) }
  const { citizen, records } = body
  const empty = sectionNames.filter((name) => records[name].length === 0).map((name) => exportSections[name])
  const head = {
    Navn: citizen.names.join(', '),
    'CPR-nummer': citizen.cpr,
    Bopælskommune: citizen.residenceMunicipalities.join(', '),
    Udtrukket: body.exportedAt,
    Af: `${body.organisation.name} (${body.views.map((view) => views[view]).join(' og ')})`,
  }
  return `<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Indsigt i registrerede oplysninger</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Indsigt i registrerede oplysninger</h1>
${recordList(head, words)}
<p>Dokumentet viser alt, hvad portalen har registreret om borgeren, og som organisationen kan se. Andre organisationers oplysninger fås hos dem; opslagene på borgeren er dog alle organisationers.${body.views.includes('supplier') ? ' Til leverandører vises opslag under igangværende tilsyn, når tilsynet er afsluttet.' : ''}</p>
</header>
<main>
${sectionNames
  .map((name) => section(exportSections[name], records[name], words))
  .filter((part) => part !== '')
  .join('\n')}
${empty.length === 0 ? '' : `<section>\n<h2>Intet registreret</h2>\n<p>${escapeHtml(empty.join(', '))}.</p>\n</section>`}
</main>
</body>
</html>
`
}
