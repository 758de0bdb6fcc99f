import type { InspectedCourse } from '#features/inspections/lookups.ts'
import { type ControlPointCode, isJudgedByData } from '#rules/inspection/control-points.ts'
import { type Content, html, type Markup } from '../markup.ts'
import type { Visit } from '../visit.ts'
import { inWords } from '../words/in-words.ts'
import { type ConductWords, filledIn } from '../words/words-of-conducting.ts'
import {
  type FormFault,
  fieldsAsTheyStand,
  fieldsOf,
  mostOfNote,
  type PointFields,
  severities,
  verdicts,
} from './course-form.ts'

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

export type Point = InspectedCourse['points'][number]
export type Ground = {
  readonly visit: Visit
  readonly say: ConductWords
  readonly course: InspectedCourse
  readonly names: { readonly agreement: string; readonly targetGroup: string }
  readonly shown: ShownForm
}

/** A judgement in words; an irregularity with its severity. */
export const verdictName = (say: ConductWords, { verdict, severity }: PointFields): string => {
  if (verdict === '') return say.notJudgedYet
  return verdict === 'irregularity' ? `${say.irregularity}, ${say[`severity-${severity}`]}` : say[verdict]
}

/** What stands at a point, in words. */
const standingText = ({ say, visit }: Ground, point: Point): Content => {
  const words = inWords(visit.language)
  if (point.finding === null) return null
  const { note, visitedOn, registeredBy, registeredAt } = point.finding
  return html`<p><strong>${verdictName(say, fieldsAsTheyStand(point))}</strong>${visitedOn === undefined ? null : html`. ${say.visitedOn} ${words.date(visitedOn)}`}.
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

/** How much was saved just now, told where the button was. */
export const savedText = ({ say, shown }: Ground, at: ControlPointCode | null): Content => {
  // Where something was not saved, that is told instead.
  if (shown.saved === null || shown.at !== at || shown.fields) return null
  const text = shown.saved === 1 ? say.savedOne : filledIn(say.savedMany, { count: shown.saved })
  return html`<p class="panel" role="status">${shown.saved === 0 ? say.savedNone : text}</p>`
}

/** A button of the form; each of them saves. */
export const button = (action: string, text: string, quiet = true): Markup =>
  html`<button type="submit" name="do" value="${action}"${quiet ? html` class="quiet"` : null}>${text}</button>\n`

/** What a point's judgement is made with: three choices in a line, and how grave an irregularity is. */
const choices = ({ say, visit }: Ground, point: Point, fields: PointFields): Markup => {
  const names = fieldsOf(point.controlPoint)
  const title = point.title[visit.language]
  return html`<div class="choices" role="radiogroup" aria-label="${say.outcome}: ${title}">
${verdicts.map((verdict) => html`<label><input type="radio" name="${names.verdict}" value="${verdict}"${verdict === fields.verdict ? html` checked` : null}> ${say[verdict]}</label>\n`)}</div>
<div class="field severity"><label for="${names.severity}">${say.severity}</label>
<select id="${names.severity}" name="${names.severity}" autocomplete="off">${severities.map((severity) => html`<option value="${severity}"${severity === fields.severity ? html` selected` : null}>${say[`severity-${severity}`]}</option>`)}</select></div>`
}

/** The note, the day and what else can be done, folded where nothing is to be said. */
const more = (ground: Ground, point: Point, fields: PointFields, fault: FormFault | undefined): Markup => {
  const { say, visit, course, shown } = ground
  const { controlPoint: code, finding, proposed } = point
  const names = fieldsOf(code)
  const isIrregular = fields.verdict === 'irregularity' || (finding === null && proposed?.outcome === 'irregularity')
  const isOpen = fields.note !== '' || fault !== undefined || isIrregular || shown.at === code
  return html`<details class="more"${isOpen ? html` open` : null}><summary>${say.more}<span class="unseen">: ${point.title[visit.language]}</span></summary>
<div class="field"><label for="${names.note}">${say.note} <span class="hint" id="${names.note}-hint">${say.noteHint}</span></label>
<textarea id="${names.note}" name="${names.note}" rows="2" maxlength="${mostOfNote}" dir="auto" autocomplete="off" aria-describedby="${names.note}-hint"${fault === 'note-format' || fault === 'citizen-number-in-text' ? html` aria-invalid="true"` : null}>
${fields.note}</textarea></div>
${
  isJudgedByData(code) && fields.visitedOn === ''
    ? null
    : html`<div class="field"><label for="${names.visitedOn}">${say.visitedOn}</label>
<input id="${names.visitedOn}" name="${names.visitedOn}" type="date" min="${course.drawnOn}" value="${fields.visitedOn}"${fault === 'date-format' || fault === 'visit-date-invalid' ? html` aria-invalid="true"` : null}></div>`
}
${finding === null || fault !== undefined ? null : html`<p class="hint">${say.recordedBy} <span dir="auto">${finding.registeredBy.name}</span>, ${inWords(visit.language).moment(finding.registeredAt)}</p>`}
<p class="actions">${button(`save:${code}`, say.save, false)}${finding === null && proposed !== null && proposed.outcome !== null ? button(`confirm:${code}`, say.confirm) : null}${finding === null ? null : button(`withdraw:${code}`, say.withdraw)}</p>
</details>`
}

/** A point with its fields, or as it stands where nothing can be changed. */
const pointPart = (ground: Ground, point: Point): Markup => {
  const { say, visit, course, shown } = ground
  const { controlPoint: code, finding } = point
  const names = fieldsOf(code)
  const fault = shown.faults?.get(code)
  const title = point.title[visit.language]
  if (!course.mayConduct)
    return html`<section class="panel" id="${code}"><h4>${title}</h4>${proposalOf(ground, point)}${standingText(ground, point) ?? html`<p>${say.notJudgedYet}</p>`}</section>\n`
  const standing = fieldsAsTheyStand(point)
  // What was typed stays; the version is the one that stands now, so that saving again is to know what is replaced.
  const fields = { ...(shown.fields?.get(code) ?? standing), version: standing.version }
  const wrong = fault === undefined ? null : html` aria-describedby="wrong-${code}"`
  return html`<fieldset class="point" id="${code}"${wrong}><legend>${title}</legend>
${savedText(ground, code)}
${fault === undefined ? null : html`<div class="alarm" id="wrong-${code}">${faultText(ground, point, fault)}</div>`}
<input type="hidden" name="${names.version}" value="${fields.version}">${finding === null ? html`<input type="hidden" name="${names.isNew}" value="1">` : null}
<div class="judged"><div>${choices(ground, point, fields)}</div>${proposalOf(ground, point)}</div>
${more(ground, point, fields, fault)}
</fieldset>\n`
}

/** Points by the section that asks for them, in the order of the list. */
export const pointsBySection = (ground: Ground, points: readonly Point[]): Markup[] =>
  [...new Set(points.map(({ section }) => section))].map(
    (section) => html`<h3>${section}</h3>
${points.filter((point) => point.section === section).map((point) => pointPart(ground, point))}`,
  )
