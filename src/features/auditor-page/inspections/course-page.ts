import type { InspectedCourse } from '#features/inspections/lookups.ts'
import { formTokenField } from '../layout.ts'
import { type Content, html, type Markup } from '../markup.ts'
import { inWords } from '../words/in-words.ts'
import { conductWordsIn, filledIn } from '../words/words-of-conducting.ts'
import { fieldsAsTheyStand } from './course-form.ts'
import { doorPanel, packPanel } from './course-pack.ts'
import { button, type Ground, pointsBySection, savedText, verdictName } from './course-point.ts'

/** What was not saved, at the top of the page, with the way to each of them. */
const notSaved = ({ say, visit, course, shown }: Ground): Content => {
  const faulty = course.points.filter(({ controlPoint }) => shown.faults?.has(controlPoint))
  if (faulty.length === 0 && !shown.isDateUnused) return null
  return html`<div class="panel" role="alert"><p class="alarm">${say.notSaved}</p>
${shown.isDateUnused ? html`<p>${say.visitOfForm}: ${say['visit-unused']}</p>` : null}
${
  faulty.length === 0
    ? null
    : html`<p>${say.notSavedText}</p>
<ul>${faulty.map((point) => html`<li><a href="#${point.controlPoint}">${point.title[visit.language]}</a></li>\n`)}</ul>`
}
${(shown.saved ?? 0) > 0 ? html`<p>${say.restSaved}</p>` : null}</div>`
}

/** What was typed for an inspection that has ended meanwhile: nothing of it is kept, so it is shown to be copied. */
const unsent = ({ say, visit, course, shown }: Ground): Content => {
  if (!shown.unsent) return null
  const typed = course.points.flatMap((point) => {
    const fields = shown.unsent?.get(point.controlPoint)
    const standing = fieldsAsTheyStand(point)
    const isSame = (['verdict', 'severity', 'note'] as const).every((name) => fields?.[name] === standing[name])
    if (!fields || isSame) return []
    return [
      html`<li>${point.title[visit.language]}: ${verdictName(say, fields)}. <span dir="auto" class="text">${fields.note}</span></li>\n`,
    ]
  })
  return html`<div class="panel" role="alert"><p class="alarm">${say.ended}</p>${typed.length === 0 ? null : html`<p>${say.endedText}</p><ul>${typed}</ul>`}</div>`
}

const pathOf = ({ inspectionId }: InspectedCourse, orderId: string): string =>
  `/auditor/inspections/${inspectionId}/courses/${orderId}`

/** The case of a course, with the way back to where it was opened. */
export const casePath = (course: Pick<InspectedCourse, 'inspectionId' | 'orderId'>): string =>
  `/auditor/orders/${course.orderId}?back=${encodeURIComponent(`/auditor/inspections/${course.inspectionId}/courses/${course.orderId}`)}`

const ways = ({ say, course }: Ground): Markup => {
  const { before, after } = course.place
  // Where something can be typed, whoever goes on saves it: see the bar below the form.
  const around = course.mayConduct
    ? null
    : html`${before === null ? null : html`<a class="button quiet" rel="prev" href="${pathOf(course, before)}">${say.before}</a>`}
${after === null ? null : html`<a class="button quiet" rel="next" href="${pathOf(course, after)}">${say.after}</a>`}`
  return html`<p class="actions no-print"><a class="button quiet" href="/auditor/inspections/${course.inspectionId}">${say.toInspection}</a>
<a class="button quiet" href="${casePath(course)}">${say.toCase}</a>
${around}</p>`
}

/** The buttons that stay in sight: whichever way somebody leaves, what was typed is saved first. */
const bar = ({ say, course }: Ground): Markup => {
  const { before, after } = course.place
  return html`<p class="actions bar no-print">${button('save', say.save, false)}${after === null ? null : button(`course:${after}`, say.saveAndNext)}${before === null ? null : button(`course:${before}`, say.saveAndBefore)}${button('case', say.saveAndCase)}${button('list', say.saveAndList)}</p>`
}

/** The latest day on which something was seen on site, for whoever goes on there. */
const latestVisit = ({ points }: InspectedCourse): string =>
  points
    .flatMap(({ finding }) => finding?.visitedOn ?? [])
    .sort()
    .at(-1) ?? ''

const formOf = (ground: Ground): Markup => {
  const { say, visit, course, shown } = ground
  const demanded = course.points.filter((point) => point.demanded)
  // What was found at a point that is not demanded stands among the others.
  const others = course.points.filter((point) => !point.demanded)
  const latest = latestVisit(course)
  const isOpen = others.some(({ finding, controlPoint }) => finding !== null || shown.faults?.has(controlPoint))
  const more =
    others.length === 0
      ? null
      : html`<details${isOpen ? html` open` : null}><summary>${say.notDemandedHeading}</summary>
${pointsBySection(ground, others)}</details>`
  if (!course.mayConduct)
    return html`<p class="note">${say.readOnly}</p><h2>${say.controlPoints}</h2>${pointsBySection(ground, demanded)}${more}`
  return html`<form method="post" action="/auditor/inspections/${course.inspectionId}/courses/${course.orderId}">
${formTokenField(visit.formToken)}<input type="hidden" name="visitedSeen" value="${latest}">
<div class="panel">
<div class="field"><label for="visitedOn">${say.visitOfForm} <span class="hint" id="visitedOn-hint">${filledIn(say.visitHint, { from: inWords(visit.language).date(course.drawnOn) })}</span></label>
<input id="visitedOn" name="visitedOn" type="date" min="${course.drawnOn}" value="${shown.visitedOn ?? latest}" aria-describedby="visitedOn-hint"></div>
<p class="actions">${button('save', say.save, false)}${button('confirm-all', say.confirmAll)}</p>
</div>
<h2>${say.controlPoints}</h2>
${pointsBySection(ground, demanded)}
${more}
${bar(ground)}
</form>`
}

/** How many of the points that are demanded have a judgement. */
const judgedOf = ({ points }: InspectedCourse): { judged: number; of: number } => {
  const demanded = points.filter((point) => point.demanded)
  return { judged: demanded.filter(({ finding }) => finding !== null).length, of: demanded.length }
}

/** A drawn course as an inspector works on it: one form for all of its control points, so that nothing typed is lost. */
export const coursePage = (given: Omit<Ground, 'say'>): { readonly title: string; readonly content: Content } => {
  const ground: Ground = { ...given, say: conductWordsIn(given.visit.language) }
  const { say, course, names, visit } = ground
  const { date } = inWords(visit.language)
  const title = `${say.inspectCourse} ${course.orderNumber}`
  const pairs: readonly (readonly [string, string])[] = [
    [say.citizen, course.citizen],
    [say.period, `${date(course.from)} – ${date(course.to)}`],
    [say.phase, course.phase === 'running' ? say.phaseRunning : say.phaseEnded],
    [say.course, `${names.agreement}, ${names.targetGroup}`],
    [say.judged, filledIn(say.judgedOf, judgedOf(course))],
  ]
  const content = html`<h1>${title}</h1>
<p class="note">${filledIn(say.courseOf, { number: course.place.number, of: course.place.of })}</p>
${ways(ground)}
${unsent(ground)}
${notSaved(ground)}
${savedText(ground, null)}
<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd dir="auto">${value}</dd>\n`)}</dl>
${course.pack === null ? null : html`${doorPanel(course.pack)}${packPanel(course.pack, say)}`}
${formOf(ground)}
${course.mayConduct ? null : ways(ground)}`
  return { title, content }
}
