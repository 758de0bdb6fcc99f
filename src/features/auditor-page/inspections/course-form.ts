import type { TypedFault, TypedFinding } from '#features/inspections/commands.ts'
import type { InspectedCourse } from '#features/inspections/lookups.ts'
import { isLocalDate, type LocalDate } from '#kernel/local-date.ts'
import { isUuid } from '#platform/ids.ts'
import { isPlainText, plainText } from '#platform/plain-text.ts'
import {
  type ControlPointCode,
  controlPointCodes,
  isJudgedByData,
  type Outcome,
  outcomes,
} from '#rules/inspection/control-points.ts'
import type { Values } from '../values.ts'

/** A judgement as a choice of a form, in the order in which it is offered. */
export const verdicts = outcomes
/** How grave an irregularity is; empty where nobody rated it. */
export const severities = ['', '1', '2', '3'] as const

/** A point's fields as they are shown and sent, as text; `version` is what they were filled with. */
export type PointFields = {
  readonly verdict: Outcome | ''
  /** Of an irregularity; empty at anything else. */
  readonly severity: (typeof severities)[number]
  readonly note: string
  readonly visitedOn: string
  readonly version: number
}

/** Why a point was not saved, as far as the form itself can tell, too. */
export type FormFault = TypedFault | 'date-format' | 'note-format'

/** As many characters as the API takes of a note. */
export const mostOfNote = 4000

/** The names of a point's fields. */
export const fieldsOf = (code: string) => ({
  verdict: `verdict-${code}`,
  severity: `severity-${code}`,
  note: `note-${code}`,
  visitedOn: `visited-${code}`,
  version: `version-${code}`,
  /** There where nothing stands at the point. */
  isNew: `new-${code}`,
})

const severityOf = (text: string): PointFields['severity'] => severities.find((one) => one === text) ?? ''

/** A point as it stands, as fields. */
export const fieldsAsTheyStand = ({ finding, version }: InspectedCourse['points'][number]): PointFields => {
  if (finding === null) return { verdict: '', severity: '', note: '', visitedOn: '', version }
  const { outcome, severity, note = '', visitedOn = '' } = finding
  return { verdict: outcome, severity: severityOf(String(severity ?? '')), note, visitedOn, version }
}

/** A point's fields as they were sent. */
export const fieldsAsSent = (form: Values, code: string): PointFields => {
  const names = fieldsOf(code)
  const version = form[names.version] ?? ''
  const verdict = verdicts.find((one) => one === form[names.verdict]) ?? ''
  return {
    verdict,
    // The field is sent at every judgement, and means something at irregularities alone.
    severity: verdict === 'irregularity' ? severityOf(form[names.severity] ?? '') : '',
    note: plainText(form[names.note] ?? ''),
    visitedOn: (form[names.visitedOn] ?? '').trim(),
    version: /^\d{1,9}$/.test(version) ? Number(version) : 0,
  }
}

/** What a form asks for. */
export type SentCourse = {
  readonly fields: ReadonlyMap<ControlPointCode, PointFields>
  readonly typed: readonly TypedFinding[]
  readonly faults: ReadonlyMap<ControlPointCode, FormFault>
  readonly confirm: readonly ControlPointCode[]
  readonly withdraw: ControlPointCode | null
  /** The date of the visit over the whole form, and at which point a button was pressed. */
  readonly visitedOn: string
  /** Whether that date was set just now, and nothing that was sent takes it. */
  readonly isDateUnused: boolean
  readonly at: ControlPointCode | null
  /** Where the inspector goes on once it is saved: another course, by its order, the case, or the list of courses. */
  readonly goTo: { readonly courseOf: string } | 'case' | 'list' | null
}

const goingTo = (action: string): SentCourse['goTo'] => {
  if (action === 'case' || action === 'list') return action
  const [, courseOf = ''] = /^course:(.+)$/.exec(action) ?? []
  return isUuid(courseOf) ? { courseOf } : null
}

const asDate = (text: string): LocalDate | null => (isLocalDate(text) ? text : null)

const typedOf = (controlPoint: ControlPointCode, fields: PointFields): TypedFinding => {
  const { verdict, severity } = fields
  return {
    controlPoint,
    version: fields.version,
    outcome: verdict === '' ? null : verdict,
    severity: severity === '' ? null : Number(severity),
    note: fields.note,
    visitedOn: asDate(fields.visitedOn),
  }
}

const faultOf = ({ note, visitedOn }: PointFields): FormFault | null => {
  if (visitedOn !== '' && asDate(visitedOn) === null) return 'date-format'
  return note !== '' && (note.length > mostOfNote || !isPlainText(note)) ? 'note-format' : null
}

/**
 * Reads the form of a course. Ours: the date over the form goes with judgements on site that are new and have no date of
 * their own; what was found before keeps the day on which it was seen.
 */
export const sentCourse = (form: Values): SentCourse => {
  const visitedOn = (form['visitedOn'] ?? '').trim()
  const [, action, code] = /^(save|confirm|withdraw):([a-z-]+)$/.exec(form['do'] ?? '') ?? []
  const at = controlPointCodes.find((one) => one === code) ?? null
  const fields = new Map<ControlPointCode, PointFields>()
  const faults = new Map<ControlPointCode, FormFault>()
  for (const point of controlPointCodes) {
    const sent = fieldsAsSent(form, point)
    const isNew = !isJudgedByData(point) && form[fieldsOf(point).isNew] !== undefined
    const takesDate = isNew && sent.verdict !== '' && sent.visitedOn === ''
    const own = takesDate ? { ...sent, visitedOn } : sent
    fields.set(point, own)
    const fault = faultOf(own)
    if (fault !== null) faults.set(point, fault)
  }
  return {
    fields,
    faults,
    typed: [...fields].filter(([point]) => !faults.has(point)).map(([point, one]) => typedOf(point, one)),
    confirm: action === 'confirm' && at !== null ? [at] : form['do'] === 'confirm-all' ? controlPointCodes : [],
    withdraw: action === 'withdraw' ? at : null,
    visitedOn,
    isDateUnused:
      visitedOn !== '' &&
      visitedOn !== form['visitedSeen'] &&
      ![...fields].some(([point, one]) => !isJudgedByData(point) && one.visitedOn === visitedOn),
    at,
    goTo: goingTo(form['do'] ?? ''),
  }
}
