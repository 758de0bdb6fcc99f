import type { LocalDate } from '#kernel/local-date.ts'
import { escapeHtml } from '#platform/http/html-text.ts'
import { outcomes } from '#rules/inspection/control-points.ts'
import type { inspectionDocument } from '../inspection-document.ts'
import type { CourseInWords, PackPart } from '../pack/course-in-words.ts'
import type { PointOfCourse } from '../pack/course-pack.ts'
import { proposalInWords } from '../pack/fact-words.ts'
import { type Parts, region } from './print-parts.ts'

/** A course as it is printed; `order` and `pack` are null to those who do not read its order. */
export type PrintedCourse = {
  readonly course: ReturnType<typeof inspectionDocument>['courses'][number]
  readonly order: { readonly citizen: string; readonly from: LocalDate; readonly to: LocalDate } | null
  readonly checklist: readonly PointOfCourse[]
  readonly pack: CourseInWords | null
}

/** The boxes to tick, in a line; the one that was found is ticked. */
const boxes = ({ words }: Parts, found: PointOfCourse['finding']): string =>
  outcomes
    .map(
      (outcome) =>
        `<span class="box">${found?.outcome === outcome ? '☒' : '☐'} ${escapeHtml(words.outcomes[outcome])}</span>`,
    )
    .join('')

const checklistRow = (parts: Parts, point: PointOfCourse): string => {
  const { words, date, language } = parts
  const said =
    point.judgedBy === 'on-site' ? words.onSite : point.proposed && proposalInWords(language, point.proposed, date)
  const small = [...(point.demanded ? [] : [words.notDemanded]), ...(said ? [said] : [])]
    .map((text) => `<div class="small">${escapeHtml(text)}</div>`)
    .join('')
  return `<tr><th scope="row">${escapeHtml(`${point.title[language]} (${point.section})`)}${small}</th><td><div class="small">${boxes(parts, point.finding)}</div><div class="small">${escapeHtml(words.severity)}: ${point.finding?.severity ?? '____'}</div></td><td dir="auto">${escapeHtml(point.finding?.note ?? '')}</td></tr>`
}

const packPart = (
  { table, rows }: Parts,
  orderNumber: string,
  part: PackPart,
): string => `<h3>${escapeHtml(part.heading)}</h3>
${part.pairs.length === 0 ? '' : rows(part.pairs)}
${
  part.headings.length === 0
    ? ''
    : part.rows.length === 0
      ? `<p>${escapeHtml(part.empty)}</p>`
      : table(
          `${orderNumber}: ${part.heading}`,
          part.headings,
          part.rows.map((row) => row.map(({ text }) => text)),
        )
}`

/** Who should be there on the day, over all courses; what one looks at before the door. */
export const atTheDoor = ({ words, table }: Parts, courses: readonly PrintedCourse[]): string => {
  const expected = courses.filter(({ pack }) => pack !== null && pack.atTheDoor.minutes > 0)
  const heading = courses.find(({ pack }) => pack !== null)?.pack?.door.heading
  if (heading === undefined) return ''
  return `<section>
<h2>${escapeHtml(heading)}</h2>
${
  expected.length === 0
    ? `<p>${escapeHtml(words.nobodyDue)}</p>`
    : table(
        heading,
        [words.order, words.citizen, { text: words.minutesToday, isNumber: true }, words.place, words.recorded],
        expected.flatMap(({ course, order, pack }) =>
          pack === null
            ? []
            : [
                [
                  course.orderNumber,
                  order?.citizen ?? '',
                  pack.atTheDoor.minutes,
                  `${pack.atTheDoor.activities}; ${pack.atTheDoor.address}`,
                  pack.atTheDoor.recorded,
                ],
              ],
        ),
      )
}
</section>`
}

/** A course on paper: what is needed at the door, the checklist to write on, and what the registers hold. */
export const printedCourse = (parts: Parts, printed: PrintedCourse, nameOf: (id: string) => string): string => {
  const { words, date, rows, headings } = parts
  const { course, order, checklist, pack } = printed
  const visits = [...new Set(checklist.flatMap(({ finding }) => finding?.visitedOn ?? []))].sort()
  const inspectors = [...new Set(checklist.flatMap(({ finding }) => finding?.registeredBy.name ?? []))]
  const title = `${words.order} ${course.orderNumber}`
  return `<section class="course">
<h2>${escapeHtml(title)}</h2>
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
${pack === null ? '' : `<h3>${escapeHtml(pack.door.heading)}</h3>\n${rows(pack.door.pairs)}`}
${region(
  `${title}: ${words.checklist}`,
  words.scrollHint,
  'checklist',
  `${headings([words.point, { text: words.outcome, className: 'judge' }, words.note])}
<tbody>
${checklist.map((point) => checklistRow(parts, point)).join('\n')}
</tbody>`,
)}
<div class="sign"><span>${escapeHtml(words.visit)}</span><span class="line">${escapeHtml(visits.map(date).join(', '))}</span><span>${escapeHtml(words.inspector)}</span><span class="line" dir="auto">${escapeHtml(inspectors.join(', '))}</span><span>${escapeHtml(words.signature)}</span><span class="line"></span></div>
${pack === null ? '' : `<div class="pack">${pack.parts.map((part) => packPart(parts, course.orderNumber, part)).join('\n')}</div>`}
</section>`
}
