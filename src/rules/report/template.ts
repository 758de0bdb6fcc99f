import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

export const reportKinds = ['final', 'interim', 'social-action-plan', 'handover'] as const
export type ReportKind = (typeof reportKinds)[number]

/** Needed always, never, or where activities took place out of the house (§ 4). */
export type Required = boolean | 'when-off-site'

/** A field of a section. A scale has whole steps from `min` to `max`; a choice is one of its options' codes. */
export type TemplateField = {
  readonly id: string
  readonly title: string
  readonly type: 'text' | 'scale' | 'choice'
  readonly required: boolean
  readonly min?: number
  readonly max?: number
  readonly options?: readonly { readonly code: string; readonly title: string }[]
}

/**
 * A section of a template: a text, or fields. A section of type `focus-areas` or `milestones` asks for the report's member
 * of that name; a text beside it is welcome and not needed.
 */
export type TemplateSection = {
  readonly id: string
  readonly title: string
  readonly guidance?: string
  /** True where it is not said. */
  readonly required?: Required
  readonly type?: 'focus-areas' | 'milestones'
  readonly fields?: readonly TemplateField[]
}

/** One version of a template, as rules and schema need it. */
export type ReportTemplate = {
  readonly id: string
  readonly version: number
  readonly kind: ReportKind
  readonly title: string
  readonly sections: readonly TemplateSection[]
}

/** A report's sections by their ids: a text, or values by the ids of the fields. */
export type Sections = Readonly<Record<string, string | Readonly<Record<string, string | number>>>>

/** Whether a section has to be there. @param offSite whether the order had activities out of the house */
export const isRequired = ({ required = true }: TemplateSection, offSite: boolean): boolean =>
  required === 'when-off-site' ? offSite : required

/** § 3, § 4: the parts that a final report always has, by the ids of their sections. */
const partsOfFinal = ['focus-areas', 'development', 'goal'] as const
const offSitePart = 'off-site'

/** Whether a section asks for a text whenever it is needed: its own, or that of a field. */
const asksForText = ({ type, fields }: TemplateSection): boolean =>
  type === undefined && (fields === undefined || fields.some((field) => field.type === 'text' && field.required))

/**
 * § 3: a final template asks for focus areas and activities, for the development, and for the goal; § 4: where there were
 * activities out of the house, for their content and extent. Ours: the parts are told by the ids of their sections, each asks
 * for a text, and a template of any kind has a section.
 */
export const templateHoldsItsParts = (
  kind: ReportKind,
  sections: readonly TemplateSection[],
): Verdict<'template-incomplete'> => {
  const covers = (part: string, enough: (section: TemplateSection) => boolean): boolean =>
    sections.some((section) => section.id === part && asksForText(section) && enough(section))
  const missingParts =
    kind === 'final'
      ? [
          ...partsOfFinal.filter((part) => !covers(part, ({ required = true }) => required === true)),
          ...(covers(offSitePart, ({ required = true }) => required !== false) ? [] : [offSitePart]),
        ]
      : []
  return sections.length > 0 && missingParts.length === 0 ? allowed : refused('template-incomplete', { missingParts })
}

type Fault = { pointer: string; code: string; detail: { da: string; en: string } }
const fault = (pointer: string, code: string, da: string, en: string): Fault => ({ pointer, code, detail: { da, en } })

const doubles = (ids: readonly string[], pointer: (index: number) => string): Fault[] =>
  ids.flatMap((id, index) =>
    ids.indexOf(id) === index ? [] : [fault(`${pointer(index)}`, 'duplicate', 'Bruges allerede.', 'Is used already.')],
  )

const faultsOfField = (field: TemplateField, at: string): Fault[] => {
  const { type, min, max, options } = field
  const wants = (member: string): Fault =>
    fault(`${at}/${member}`, 'missing-or-wrong', 'Passer ikke til feltets type.', "Does not fit the field's type.")
  const scale = type === 'scale'
  const choice = type === 'choice'
  return [
    ...(scale === (min !== undefined) ? [] : [wants('min')]),
    ...(scale === (max !== undefined) ? [] : [wants('max')]),
    ...(scale && min !== undefined && max !== undefined && min >= max ? [wants('max')] : []),
    ...(choice === (options !== undefined) ? [] : [wants('options')]),
    ...doubles(
      (options ?? []).map(({ code }) => code),
      (index) => `${at}/options/${index}/code`,
    ),
  ]
}

/**
 * Ours: what no template can say. Ids are used once, a scale has ends in their order, a choice has options, and a section is
 * either typed or has fields.
 * @returns a fault for each, in its place in the request's body
 */
export const templateFaults = (sections: readonly TemplateSection[]): Fault[] => [
  ...doubles(
    sections.map(({ id }) => id),
    (index) => `/sections/${index}/id`,
  ),
  ...sections.flatMap(({ type, fields = [] }, index) => [
    ...(type !== undefined && fields.length > 0
      ? [fault(`/sections/${index}/fields`, 'missing-or-wrong', 'Afsnittet har en type.', 'The section has a type.')]
      : []),
    ...doubles(
      fields.map(({ id }) => id),
      (at) => `/sections/${index}/fields/${at}/id`,
    ),
    ...fields.flatMap((field, at) => faultsOfField(field, `/sections/${index}/fields/${at}`)),
  ]),
]
