import { createHash } from 'node:crypto'
import { epochMilliseconds } from '#kernel/instant.ts'
import { dayNumber, type LocalDate } from '#kernel/local-date.ts'
import { escapeHtml } from '#platform/http/html-text.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import { outcomes } from '#rules/inspection/control-points.ts'
import type { PointOfCourse } from './course-pack.ts'
import type { inspectionDocument } from './inspection-document.ts'
import { proposalInWords, type Words, wordsOf } from './page-words.ts'

type Inspection = ReturnType<typeof inspectionDocument>

/** A course as it is printed; `order` is null to those who do not read its order. */
export type PrintedCourse = {
  readonly course: Inspection['courses'][number]
  readonly order: { readonly citizen: string; readonly from: LocalDate; readonly to: LocalDate } | null
  readonly checklist: readonly PointOfCourse[]
}

/** What the document says beside the inspection: names by id. */
export type PrintedInspection = {
  readonly inspection: Inspection
  readonly courses: readonly PrintedCourse[]
  readonly names: ReadonlyMap<string, string>
}

const style = `@page { size: A4; margin: 16mm 14mm; @bottom-right { content: counter(page) ' / ' counter(pages) } }
body { font: 10pt/1.4 Georgia, 'Times New Roman', serif; color: #111; background: #fff; max-width: 182mm; margin: 10mm auto; padding: 0 6mm }
h1 { font-size: 18pt; margin: 0 0 5mm }
h2 { font-size: 13pt; margin: 7mm 0 2mm; break-after: avoid }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1mm 6mm; margin: 0 }
dt { font-weight: bold }
dd { margin: 0; overflow-wrap: anywhere }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin-top: 3mm }
th, td { border: 0.3mm solid #777; padding: 1mm 1.5mm; text-align: left; vertical-align: top; overflow-wrap: break-word }
thead { display: table-header-group }
tr { break-inside: avoid }
.course { break-before: page }
.box { white-space: nowrap; display: block }
.small { font-size: 8.5pt }
.checklist { font-size: 9pt }
.sign { margin-top: 8mm; display: grid; grid-template-columns: max-content 1fr; gap: 6mm 4mm }
.line { border-bottom: 0.3mm solid #777; min-height: 6mm }
@media print { body { margin: 0; padding: 0; max-width: none } .scroll { overflow: visible } }
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** The page loads nothing and runs nothing; its own style alone is let through. */
export const printPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const locale = (language: Language): string => (language === 'da' ? 'da-DK' : 'en-GB')

/** Builds the parts in one language. */
const partsIn = (language: Language) => {
  const words: Words = wordsOf(language)
  const dates = new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeZone: 'UTC' })
  const times = new Intl.DateTimeFormat(locale(language), {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Copenhagen',
  })
  const longDates = new Intl.DateTimeFormat(locale(language), { dateStyle: 'long', timeZone: 'UTC' })
  const atMidnight = (day: LocalDate): number => dayNumber(day) * 86_400_000
  const date = (day: LocalDate): string => dates.format(atMidnight(day))
  const rows = (pairs: readonly (readonly [string, string])[]): string =>
    `<dl>\n${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd dir="auto">${escapeHtml(value)}</dd>`).join('\n')}\n</dl>`
  const headings = (names: readonly string[]): string =>
    `<thead><tr>${names.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')}</tr></thead>`
  const table = (names: readonly string[], lines: readonly (readonly (string | number)[])[]): string =>
    `<div class="scroll"><table>\n${headings(names)}\n<tbody>\n${lines
      .map(
        ([first = '', ...more]) =>
          `<tr><th scope="row" dir="auto">${escapeHtml(String(first))}</th>${more.map((cell) => `<td dir="auto">${escapeHtml(String(cell))}</td>`).join('')}</tr>`,
      )
      .join('\n')}\n</tbody>\n</table></div>`
  return {
    words,
    date,
    longDate: (day: LocalDate) => longDates.format(atMidnight(day)),
    rows,
    headings,
    table,
    moment: (at: Inspection['drawnAt']) => times.format(epochMilliseconds(at)),
  }
}
type Parts = ReturnType<typeof partsIn>

/** The boxes to tick; the one that was found is ticked. */
const boxes = ({ words }: Parts, found: PointOfCourse['finding']): string =>
  outcomes
    .map(
      (outcome) =>
        `<span class="box">${found?.outcome === outcome ? '☒' : '☐'} ${escapeHtml(words.outcomes[outcome])}</span>`,
    )
    .join('')

const checklistRow = (parts: Parts, point: PointOfCourse, language: Language): string => {
  const { words, date } = parts
  const said =
    point.judgedBy === 'on-site' ? words.onSite : point.proposed && proposalInWords(language, point.proposed, date)
  const severity = point.finding?.severity
  return `<tr><th scope="row">${escapeHtml(point.title[language])}${point.demanded ? '' : `<div class="small">${escapeHtml(words.notDemanded)}</div>`}</th><td>${escapeHtml(point.section)}</td><td class="small">${escapeHtml(said ?? '')}</td><td>${boxes(parts, point.finding)}</td><td>${severity ?? ''}</td><td dir="auto">${escapeHtml(point.finding?.note ?? '')}</td></tr>`
}

const coursePage = (
  parts: Parts,
  printed: PrintedCourse,
  names: PrintedInspection['names'],
  language: Language,
): string => {
  const { words, date, rows, headings } = parts
  const { course, order, checklist } = printed
  const nameOf = (id: string): string => names.get(id) ?? id
  const visits = [...new Set(checklist.flatMap(({ finding }) => finding?.visitedOn ?? []))].sort()
  const inspectors = [...new Set(checklist.flatMap(({ finding }) => finding?.registeredBy.name ?? []))]
  return `<section class="course">
<h2>${escapeHtml(`${words.order} ${course.orderNumber}`)}</h2>
${rows([
  ...(order === null
    ? []
    : ([
        [words.citizen, order.citizen],
        [words.period, `${date(order.from)} ${words.to} ${date(order.to)}`],
      ] as const)),
  [words.phase, words.phases[course.phase]],
  [words.supplier, nameOf(course.supplierId)],
  [words.agreement, nameOf(course.frameworkAgreementId)],
  [words.targetGroup, nameOf(course.targetGroup)],
  [words.municipality, course.residenceMunicipality],
])}
<div class="scroll"><table class="checklist">
${headings([words.point, words.section, words.proposed, words.outcome, words.severity, words.note])}
<tbody>
${checklist.map((point) => checklistRow(parts, point, language)).join('\n')}
</tbody>
</table></div>
<div class="sign"><span>${escapeHtml(words.visit)}</span><span class="line">${escapeHtml(visits.map(date).join(', '))}</span><span>${escapeHtml(words.inspector)}</span><span class="line" dir="auto">${escapeHtml(inspectors.join(', '))}</span><span>${escapeHtml(words.signature)}</span><span class="line"></span></div>
</section>`
}

const notJudged = (
  { words, table }: Parts,
  { inspection }: PrintedInspection,
  language: Language,
  points: readonly PointOfCourse[],
): string =>
  inspection.notJudged.length === 0
    ? ''
    : `<section>\n<h2>${escapeHtml(words.notJudged)}</h2>\n${table(
        [words.order, words.point, words.reason],
        inspection.notJudged.map(({ orderId, controlPoint, reason }) => [
          inspection.courses.find((course) => course.orderId === orderId)?.orderNumber ?? words.all,
          points.find((point) => point.controlPoint === controlPoint)?.title[language] ?? words.all,
          reason,
        ]),
      )}\n</section>`

/** Draws of the same frame that were discarded before this one: whoever drew until it pleased is seen to have. */
const discardedDraws = ({ words, table, moment }: Parts, { inspection }: PrintedInspection): string =>
  inspection.discardedBefore.length === 0
    ? ''
    : `<section>\n<h2>${escapeHtml(words.discardedBefore)}</h2>\n${table(
        [words.drawn, words.seed, words.discarded, words.reason],
        inspection.discardedBefore.map((draw) => [
          `${moment(draw.drawnAt)} ${words.by} ${draw.drawnBy.name}`,
          draw.seed,
          `${moment(draw.discardedAt)} ${words.by} ${draw.discardedBy.name}`,
          draw.discardReason,
        ]),
      )}\n</section>`

/** An inspection as a document to print on A4: the sample first, then a page for each course with its checklist. */
export const inspectionPage = (printed: PrintedInspection, language: Language): string => {
  const parts = partsIn(language)
  const { words, rows, table, moment, longDate } = parts
  const { inspection, courses, names } = printed
  const nameOf = (id: string): string => names.get(id) ?? id
  const target: readonly [string, string] =
    inspection.supplierId === null
      ? [words.ofMunicipality, inspection.residenceMunicipality ?? '']
      : [words.ofSupplier, nameOf(inspection.supplierId)]
  const title = `${words.title}: ${target[1]}, ${longDate(inspection.drawnOn)}`
  const discarded =
    inspection.discardedAt === null
      ? null
      : `${words.discarded} ${moment(inspection.discardedAt)} ${words.by} ${inspection.discardedBy?.name ?? ''}`
  const fewer = inspection.running.fewerThanAsked || inspection.ended.fewerThanAsked
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
${rows([
  target,
  [words.drawn, `${moment(inspection.drawnAt)} ${words.by} ${inspection.drawnBy.name}`],
  [words.seed, inspection.seed],
  [words.population, inspection.populationSha256],
  [
    words.status,
    inspection.closedAt === null
      ? (discarded ?? words.open)
      : `${words.closed} ${moment(inspection.closedAt)} ${words.by} ${inspection.closedBy?.name ?? ''}`,
  ],
  ...(inspection.discardReason === null ? [] : ([[words.reason, inspection.discardReason]] as const)),
  ...(inspection.precededBy.open === 0 ? [] : ([[words.openBefore, String(inspection.precededBy.open)]] as const)),
])}
</header>
<main>
<section>
<h2>${escapeHtml(words.sample)}</h2>
${table(
  [words.phase, words.asked, words.from, words.taken],
  (['running', 'ended'] as const).map((phase) => {
    const { asked, population, drawn } = inspection[phase]
    return [words.phases[phase], asked, population, drawn]
  }),
)}
${fewer ? `<p>${escapeHtml(words.allTaken)}</p>` : ''}
${table(
  [words.phase, words.agreement, words.targetGroup, words.from, words.taken],
  inspection.strata.map(({ phase, frameworkAgreementId, targetGroup, population, drawn }) => [
    words.phases[phase],
    nameOf(frameworkAgreementId),
    nameOf(targetGroup),
    population,
    drawn,
  ]),
)}
</section>
<section>
<h2>${escapeHtml(words.courses)}</h2>
${table(
  [words.order, words.phase, words.supplier, words.agreement, words.judged, words.unjudged, words.irregularities],
  inspection.courses.map((course) => [
    course.orderNumber,
    words.phases[course.phase],
    nameOf(course.supplierId),
    nameOf(course.frameworkAgreementId),
    course.judged,
    course.unjudged,
    course.irregularities,
  ]),
)}
</section>
${discardedDraws(parts, printed)}
${notJudged(parts, printed, language, courses[0]?.checklist ?? [])}
${courses.map((course) => coursePage(parts, course, names, language)).join('\n')}
</main>
</body>
</html>
`
}
