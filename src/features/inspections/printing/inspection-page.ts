import { escapeHtml } from '#platform/http/html-text.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import type { inspectionDocument } from '../inspection-document.ts'
import type { PointOfCourse } from '../pack/course-pack.ts'
import { type Parts, partsIn, style } from './print-parts.ts'
import { atTheDoor, type PrintedCourse, printedCourse } from './printed-course.ts'
import { drawInWords, earlierDraws, sampleInWords } from './printed-draw.ts'

type Inspection = ReturnType<typeof inspectionDocument>

/** What the document says beside the inspection: names by id. */
export type PrintedInspection = {
  readonly inspection: Inspection
  readonly courses: readonly PrintedCourse[]
  readonly names: ReadonlyMap<string, string>
}

const notJudged = (
  { words, table, language }: Parts,
  { inspection }: PrintedInspection,
  points: readonly PointOfCourse[],
): string =>
  inspection.notJudged.length === 0
    ? ''
    : `<section>\n<h2>${escapeHtml(words.notJudged)}</h2>\n${table(
        words.notJudged,
        [words.order, words.point, words.reason],
        inspection.notJudged.map(({ orderId, controlPoint, reason }) => [
          inspection.courses.find((course) => course.orderId === orderId)?.orderNumber ?? words.all,
          points.find((point) => point.controlPoint === controlPoint)?.title[language] ?? words.all,
          reason,
        ]),
      )}\n</section>`

/** Draws of the same frame before this one. */
const drawsBefore = ({ table, moment, language }: Parts, { inspection }: PrintedInspection): string =>
  earlierDraws(inspection, language, moment)
    .map(
      ({ caption, headings, lines }) =>
        `<section>\n<h2>${escapeHtml(caption)}</h2>\n${table(caption, headings, lines)}\n</section>`,
    )
    .join('\n')

/**
 * An inspection as a document to print on A4: the sample and who should be there, then each course from a new page on: what
 * one needs at the door, its checklist to write on, and its pack.
 */
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
  const sample = sampleInWords(inspection, language)
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
${rows([target, ...drawInWords(inspection, language, moment)])}
</header>
<main>
<section>
<h2>${escapeHtml(words.sample)}</h2>
${table(words.sample, sample.headings, sample.lines)}
${sample.note === null ? '' : `<p>${escapeHtml(sample.note)}</p>`}
${table(
  words.strata,
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
  words.courses,
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
${atTheDoor(parts, courses)}
${drawsBefore(parts, printed)}
${notJudged(parts, printed, courses[0]?.checklist ?? [])}
${courses.map((course) => printedCourse(parts, course, nameOf)).join('\n')}
</main>
</body>
</html>
`
}
