import type { ReportTemplate, TemplateField, TemplateSection } from './template.ts'

type Schema = Readonly<Record<string, unknown>>

/**
 * Ours: a text says something when it has a character that can be seen: beyond blanks, soft hyphens, zero-width and
 * direction marks. Written with escapes that regular expressions of other languages read as well.
 */
export const written = String.raw`[^\s\u00ad\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2800\u3164\ufeff\uffa0]`

/** An assessment of a focus area with the citizen (§ 2, § 3), at the start and at the end. From 1 to 10. */
export const focusAreaSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['area', 'start', 'end'],
  properties: {
    area: { type: 'string', maxLength: 200, pattern: written },
    start: { type: 'integer', minimum: 1, maximum: 10 },
    end: { type: 'integer', minimum: 1, maximum: 10 },
  },
} as const

/** A reached milestone (004): a code of the set `milestones` that is valid on the day. */
export const milestoneSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['milestone', 'reachedOn'],
  properties: {
    milestone: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,99}$' },
    reachedOn: { type: 'string', format: 'date' },
    observedBy: { type: 'string', maxLength: 200, pattern: written },
  },
} as const

const textSchema = (required: boolean): Schema => (required ? { type: 'string', pattern: written } : { type: 'string' })

const fieldSchema = ({ title, type, required, min, max, options = [] }: TemplateField): Schema => {
  if (type === 'text') return { title, ...textSchema(required) }
  if (type === 'scale') return { title, type: 'integer', minimum: min, maximum: max }
  return { title, enum: options.map((option) => option.code) }
}

/** Where no field is needed, a section that is needed has something in one of them all the same. */
const somethingIn = (fields: readonly TemplateField[]): Schema => ({
  anyOf: fields.map(({ id, type }) => ({
    required: [id],
    ...(type === 'text' ? { properties: { [id]: textSchema(true) } } : {}),
  })),
})

const sectionSchema = ({ title, guidance, required = true, type, fields }: TemplateSection): Schema => {
  const always = required === true && type === undefined
  const about = { title, ...(guidance === undefined ? {} : { description: guidance }) }
  if (fields === undefined) return { ...about, ...textSchema(always) }
  const needed = fields.filter((field) => field.required).map(({ id }) => id)
  return {
    ...about,
    type: 'object',
    additionalProperties: false,
    required: needed,
    properties: Object.fromEntries(fields.map((field) => [field.id, fieldSchema(field)])),
    ...(always && needed.length === 0 ? somethingIn(fields) : {}),
  }
}

/**
 * The template as a JSON Schema (2020-12) of the report's body, as far as the template decides it; the body's other members
 * are left open. It cannot say what depends on the order: sections that are needed where activities took place out of the
 * house, dates within the course, codes of the day, other matters.
 */
export const templateSchema = (template: ReportTemplate): Schema => {
  const { id, version, kind, title, sections } = template
  const typed = (type: TemplateSection['type']): boolean =>
    sections.some((section) => section.type === type && (section.required ?? true) === true)
  const list = (items: Schema, needed: boolean): Schema => ({
    type: 'array',
    ...(needed ? { minItems: 1 } : {}),
    maxItems: 100,
    items,
  })
  const [focusAreas, milestones] = [typed('focus-areas'), typed('milestones')]
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    required: [
      'kind',
      'templateId',
      'templateVersion',
      'sections',
      ...(focusAreas ? ['focusAreas'] : []),
      ...(milestones ? ['milestones'] : []),
    ],
    properties: {
      kind: { const: kind },
      templateId: { const: id },
      templateVersion: { const: version },
      sections: {
        type: 'object',
        additionalProperties: false,
        required: sections
          .filter(({ required = true, type }) => required === true && type === undefined)
          .map((section) => section.id),
        properties: Object.fromEntries(sections.map((section) => [section.id, sectionSchema(section)])),
      },
      focusAreas: list(focusAreaSchema, focusAreas),
      milestones: list(milestoneSchema, milestones),
    },
    additionalProperties: true,
  }
}
