import { allowed, refused, type Verdict } from '#kernel/verdict.ts'
import { type EndAssessmentFault, endAssessmentsFit } from '#rules/progress/end-assessments.ts'
import type { SectionText } from './content-outside-the-course.ts'
import { isRequired, type ReportTemplate, type Sections, type TemplateField, type TemplateSection } from './template.ts'
import { written } from './template-schema.ts'

/** A report as far as its template speaks of it. */
export type WrittenReport = {
  readonly sections: Sections
  readonly focusAreas: readonly { readonly area: string; readonly start: number; readonly end: number }[]
  readonly milestones: readonly { readonly observedBy?: string }[]
}

type Fault = { pointer: string; code: string; detail: { da: string; en: string } }
type FieldValues = Readonly<Record<string, string | number>>

const saysSomething = new RegExp(written, 'u')
const escaped = (member: string): string => member.replaceAll('~', '~0').replaceAll('/', '~1')
const fault = (pointer: string, code: string, da: string, en: string): Fault => ({ pointer, code, detail: { da, en } })
const missing = (pointer: string): Fault => fault(pointer, 'missing', 'Skal udfyldes.', 'Has to be filled in.')
const unknown = (pointer: string): Fault =>
  fault(pointer, 'unknown-member', 'Står ikke i skabelonen.', 'Is not in the template.')
const wrongType = (pointer: string, da: string, en: string): Fault => fault(pointer, 'wrong-type', da, en)

const own = <T>(values: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(values, id) ? values[id] : undefined

const faultsOfText = (value: string | number | FieldValues, required: boolean, pointer: string): Fault[] => {
  if (typeof value !== 'string') return [wrongType(pointer, 'Skal være en tekst.', 'Has to be a text.')]
  return required && !saysSomething.test(value) ? [missing(pointer)] : []
}

const faultsOfField = (field: TemplateField, values: FieldValues, at: string): Fault[] => {
  const pointer = `${at}/${field.id}`
  const value = own(values, field.id)
  if (value === undefined) return field.required ? [missing(pointer)] : []
  if (field.type === 'text') return faultsOfText(value, field.required, pointer)
  const { min = 0, max = 0, options = [] } = field
  if (field.type === 'scale') {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return []
    const range = `${min}–${max}`
    return [fault(pointer, 'not-on-the-scale', `Et helt tal på skalaen ${range}.`, `A whole number of ${range}.`)]
  }
  return options.some((option) => option.code === value)
    ? []
    : [fault(pointer, 'not-allowed', 'Er ikke en af valgmulighederne.', 'Is none of the options.')]
}

const isFilled = (value: string | number | undefined): boolean =>
  typeof value === 'number' || (value !== undefined && saysSomething.test(value))

const faultsOfSection = (section: TemplateSection, value: Sections[string], needed: boolean): Fault[] => {
  const pointer = `/sections/${section.id}`
  const { fields } = section
  if (fields === undefined) return faultsOfText(value, needed && section.type === undefined, pointer)
  if (typeof value === 'string') {
    return [wrongType(pointer, 'Skal være felternes værdier.', 'Has to be the values of the fields.')]
  }
  const known = new Set(fields.map(({ id }) => id))
  const empty = needed && !fields.some(({ id }) => isFilled(own(value, id)))
  return [
    ...Object.keys(value)
      .filter((id) => !known.has(id))
      .map((id) => unknown(`${pointer}/${escaped(id)}`)),
    ...fields.flatMap((field) => faultsOfField(field, value, pointer)),
    ...(empty && !fields.some((field) => field.required) ? [missing(pointer)] : []),
  ]
}

const faultOfAssessment = (found: EndAssessmentFault): Fault => {
  switch (found.fault) {
    case 'end-missing': {
      const number = found.recorded + 1
      const da = `Slutvurderingen af startvurderingens fokusområde nr. ${number} mangler.`
      return fault('/focusAreas', 'end-missing', da, `The end assessment of recorded focus area ${number} is missing.`)
    }
    case 'start-differs':
      return fault(
        `/focusAreas/${found.index}/start`,
        'start-differs',
        'Startvurderingen er registreret anderledes.',
        'The start assessment is recorded otherwise.',
      )
    default:
      return fault(
        `/focusAreas/${found.index}/area`,
        'duplicate',
        'Står allerede i rapporten.',
        'Stands there already.',
      )
  }
}

/** How many faults an answer shows (ours). */
const mostFaults = 50

/**
 * § 3: a report holds every section of its template that is needed, with something in it, and nothing that the template does
 * not ask for; § 4: where activities took place out of the house, also what tells of them; § 2: a final one ends the
 * assessments that began at the start, and none names an area twice. A fault for each, in its place.
 * @param course.offSite whether the order had activities out of the house
 * @param course.recordedAreas the focus areas as they were recorded at the start
 */
export const reportFollowsTheTemplate = (
  report: WrittenReport,
  template: ReportTemplate,
  course: {
    readonly offSite: boolean
    readonly recordedAreas: readonly { readonly area: string; readonly start: number }[]
  },
): Verdict<'report-incomplete'> => {
  const { offSite, recordedAreas } = course
  const { sections } = template
  const known = new Set(sections.map(({ id }) => id))
  const typed = (type: TemplateSection['type']): boolean =>
    sections.some((section) => section.type === type && isRequired(section, offSite))
  const faults = [
    ...Object.keys(report.sections)
      .filter((id) => !known.has(id))
      .map((id) => unknown(`/sections/${escaped(id)}`)),
    ...sections.flatMap((section) => {
      const value = own(report.sections, section.id)
      const needed = isRequired(section, offSite)
      if (value !== undefined) return faultsOfSection(section, value, needed)
      return needed && section.type === undefined ? [missing(`/sections/${section.id}`)] : []
    }),
    ...(typed('focus-areas') && report.focusAreas.length === 0 ? [missing('/focusAreas')] : []),
    ...(typed('milestones') && report.milestones.length === 0 ? [missing('/milestones')] : []),
    ...endAssessmentsFit(recordedAreas, report.focusAreas)
      .filter((found) => template.kind === 'final' || found.fault === 'duplicate')
      .map(faultOfAssessment),
  ]
  return faults.length === 0 ? allowed : refused('report-incomplete', { faults: faults.slice(0, mostFaults) })
}

/**
 * The texts of a report in the order of its template, each under a name of its own: the section's id, `section/field`, or
 * `focusAreas/{i}` and `milestones/{i}` for who observed one. For looking through them (§ 3).
 */
export const textsOf = (report: WrittenReport, template: ReportTemplate): SectionText[] => [
  ...template.sections.flatMap(({ id, fields = [] }) => {
    const value = own(report.sections, id)
    if (value === undefined) return []
    if (typeof value === 'string') return [{ section: id, text: value }]
    return fields.flatMap((field) => {
      const text = own(value, field.id)
      return field.type === 'text' && typeof text === 'string' ? [{ section: `${id}/${field.id}`, text }] : []
    })
  }),
  ...report.focusAreas.map(({ area }, index) => ({ section: `focusAreas/${index}`, text: area })),
  ...report.milestones.flatMap(({ observedBy }, index) =>
    observedBy === undefined ? [] : [{ section: `milestones/${index}`, text: observedBy }],
  ),
]
