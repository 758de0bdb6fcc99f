import type { InspectedCourse } from '#features/inspections/lookups.ts'
import { type ControlPointCode, isJudgedByData } from '#rules/inspection/control-points.ts'
import { type FormFault, fieldsAsTheyStand, fieldsOf, mostOfNote, type PointFields, verdicts } from './course-form.ts'
import { inWords } from './in-words.ts'
import { formTokenField } from './layout.ts'
import { type Content, html, type Markup } from './markup.ts'
import type { Visit } from './visit.ts'
import { type ConductWords, conductWordsIn, filledIn } from './words-of-conducting.ts'

/** What the page of a course shows besides the course: nothing sent, or what became of what was sent. */
export type ShownForm = {
  /** As they were typed, where not everything could be saved. */
  readonly fields?: ReadonlyMap<ControlPointCode, PointFields>
  readonly faults?: ReadonlyMap<ControlPointCode, FormFault>
  readonly visitedOn?: string
  readonly isDateUnused?: boolean
  /** What was typed where nothing could be saved any more. */
  readonly unsent?: ReadonlyMap<ControlPointCode, PointFields>
  /** How many judgements were saved just now, and where the button was. */
  readonly saved: number | null
  readonly at: ControlPointCode | null
}

type Point = InspectedCourse['points'][number]
type Ground = {
  readonly visit: Visit
  readonly say: ConductWords
  readonly course: InspectedCourse
  readonly names: { readonly agreement: string; readonly targetGroup: string }
  readonly shown: ShownForm
}

const verdictName = (say: ConductWords, verdict: PointFields['verdict']): string =>
  verdict === '' ? say.notJudgedYet : say[verdict]

/** What stands at a point, in words. */
const standingText = ({ say, visit }: Ground, point: Point): Content => {
  const words = inWords(visit.language)
  if (point.finding === null) return null
  const { note, visitedOn, registeredBy, registeredAt } = point.finding
  return html`<p><strong>${verdictName(say, fieldsAsTheyStand(point).verdict)}</strong>${visitedOn === undefined ? null : html`. ${say.visitedOn} ${words.date(visitedOn)}`}.
<span class="hint">${say.recordedBy} <span dir="auto">${registeredBy.name}</span>, ${words.moment(registeredAt)}</span></p>
${note === undefined ? null : html`<p dir="auto" class="text">${note}</p>`}`
}

const proposalOf = ({ say }: Ground, point: Point): Content => {
  if (!isJudgedByData(point.controlPoint)) return html`<p class="note">${say.onSite}.</p>`
  return point.said === null ? null : html`<p class="note">${say.registersSay}: ${point.said}.</p>`
}

const faultText = (ground: Ground, point: Point, fault: FormFault): Markup => {
  const { say } = ground
  if (fault !== 'conflict') return html`<p>${say[fault]}</p>`
  return html`<p>${say.conflict}</p>${standingText(ground, point) ?? html`<p>${say.nothingStands}</p>`}<p>${say.conflictNext}</p>`
}

const savedText = ({ say, shown }: Ground, at: ControlPointCode | null): Content => {
  // Where something was not saved, that is told instead.
  if (shown.saved === null || shown.at !== at || shown.fields) return null
  const text = shown.saved === 1 ? say.savedOne : filledIn(say.savedMany, { count: shown.saved })
  return html`<p class="panel" role="status">${shown.saved === 0 ? say.savedNone : text}</p>`
}

const button = (action: string, text: string, quiet = true): Markup =>
  html`<button type="submit" name="do" value="${action}"${quiet ? html` class="quiet"` : null}>${text}</button>\n`

/** A point with its fields, or as it stands where nothing can be changed. */
const pointPart = (ground: Ground, point: Point): Markup => {
  const { say, visit, course, shown } = ground
  const { controlPoint: code, finding, proposed } = point
  const names = fieldsOf(code)
  const fault = shown.faults?.get(code)
  const legend = html`${point.title[visit.language]} (${point.section})`
  if (!course.mayConduct)
    return html`<section class="panel" id="${code}"><h3>${legend}</h3>${proposalOf(ground, point)}${standingText(ground, point) ?? html`<p>${say.notJudgedYet}</p>`}</section>\n`
  const standing = fieldsAsTheyStand(point)
  // What was typed stays; the version is the one that stands now, so that saving again is to know what is replaced.
  const fields = { ...(shown.fields?.get(code) ?? standing), version: standing.version }
  const wrong = fault === undefined ? null : html` aria-describedby="wrong-${code}"`
  return html`<fieldset id="${code}"${wrong}><legend>${legend}</legend>
${savedText(ground, code)}
${fault === undefined ? null : html`<div class="alarm" id="wrong-${code}">${faultText(ground, point, fault)}</div>`}
${proposalOf(ground, point)}
<input type="hidden" name="${names.version}" value="${fields.version}">${finding === null ? html`<input type="hidden" name="${names.isNew}" value="1">` : null}
<div class="choices" role="radiogroup" aria-label="${say.outcome}: ${point.title[visit.language]}">
${verdicts.map((verdict) => html`<label><input type="radio" name="${names.verdict}" value="${verdict}"${verdict === fields.verdict ? html` checked` : null}> ${say[verdict]}</label>\n`)}</div>
<div class="field"><label for="${names.note}">${say.note} <span class="hint" id="${names.note}-hint">${say.noteHint}</span></label>
<textarea id="${names.note}" name="${names.note}" maxlength="${mostOfNote}" dir="auto" autocomplete="off" aria-describedby="${names.note}-hint"${fault === 'note-format' || fault === 'citizen-number-in-text' ? html` aria-invalid="true"` : null}>
${fields.note}</textarea></div>
${
  isJudgedByData(code) && fields.visitedOn === ''
    ? null
    : html`<div class="field"><label for="${names.visitedOn}">${say.visitedOn}</label>
<input id="${names.visitedOn}" name="${names.visitedOn}" type="date" min="${course.drawnOn}" value="${fields.visitedOn}"${fault === 'date-format' || fault === 'visit-date-invalid' ? html` aria-invalid="true"` : null}></div>`
}
${finding === null || fault !== undefined ? null : html`<p class="hint">${say.recordedBy} <span dir="auto">${finding.registeredBy.name}</span>, ${inWords(visit.language).moment(finding.registeredAt)}</p>`}
<p class="actions">${button(`save:${code}`, say.save, false)}${finding === null && proposed !== null ? button(`confirm:${code}`, say.confirm) : null}${finding === null ? null : button(`withdraw:${code}`, say.withdraw)}</p>
</fieldset>\n`
}

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
    if (!fields || (fields.verdict === standing.verdict && fields.note === standing.note)) return []
    return [
      html`<li>${point.title[visit.language]}: ${verdictName(say, fields.verdict)}. <span dir="auto" class="text">${fields.note}</span></li>\n`,
    ]
  })
  return html`<div class="panel" role="alert"><p class="alarm">${say.ended}</p>${typed.length === 0 ? null : html`<p>${say.endedText}</p><ul>${typed}</ul>`}</div>`
}

const ways = ({ say, course }: Ground): Markup => {
  const { before, after } = course.place
  const at = (orderId: string): string => `/auditor/inspections/${course.inspectionId}/courses/${orderId}`
  return html`<p class="actions no-print"><a class="button quiet" href="/auditor/inspections/${course.inspectionId}">${say.toInspection}</a>
<a class="button quiet" href="/auditor/orders/${course.orderId}">${say.toCase}</a>
${before === null ? null : html`<a class="button quiet" rel="prev" href="${at(before)}">${say.before}</a>`}
${after === null ? null : html`<a class="button quiet" rel="next" href="${at(after)}">${say.after}</a>`}</p>`
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
${others.map((point) => pointPart(ground, point))}</details>`
  if (!course.mayConduct)
    return html`<p class="note">${say.readOnly}</p><h2>${say.controlPoints}</h2>${demanded.map((point) => pointPart(ground, point))}${more}`
  return html`<form method="post" action="/auditor/inspections/${course.inspectionId}/courses/${course.orderId}">
${formTokenField(visit.formToken)}<input type="hidden" name="visitedSeen" value="${latest}">
<div class="panel">
<div class="field"><label for="visitedOn">${say.visitOfForm} <span class="hint" id="visitedOn-hint">${filledIn(say.visitHint, { from: inWords(visit.language).date(course.drawnOn) })}</span></label>
<input id="visitedOn" name="visitedOn" type="date" min="${course.drawnOn}" value="${shown.visitedOn ?? latest}" aria-describedby="visitedOn-hint"></div>
<p class="actions">${button('save', say.save, false)}${button('confirm-all', say.confirmAll)}</p>
</div>
<h2>${say.controlPoints}</h2>
${demanded.map((point) => pointPart(ground, point))}
${more}
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
${formOf(ground)}
${ways(ground)}`
  return { title, content }
}
