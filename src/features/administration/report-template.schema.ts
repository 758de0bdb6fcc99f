import { type Static, Type } from 'typebox'
import { Id, LocalDateSchema, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { reportKinds, type TemplateSection } from '#rules/report/template.ts'
import { registeredBy } from './administration-change.ts'

export const Kind = oneOf(reportKinds)
/** Of a section, field or option. */
const Code = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,59}$' })
const Title = Type.String({ minLength: 1, maxLength: 200, pattern: String.raw`\S` })
const Step = Type.Integer({ minimum: -1000, maximum: 1000 })

const Field = closed({
  id: Code,
  title: Title,
  type: oneOf(['text', 'scale', 'choice']),
  required: Type.Boolean(),
  min: Type.Optional(Step),
  max: Type.Optional(Step),
  options: Type.Optional(Type.Array(closed({ code: Code, title: Title }), { minItems: 1, maxItems: 100 })),
})

export const SectionsOfTemplate = Type.Unsafe<TemplateSection[]>({
  type: 'array',
  maxItems: 100,
  items: closed({
    id: Code,
    title: Title,
    guidance: Type.Optional(Type.String({ maxLength: 2000 })),
    required: Type.Optional(
      Type.Union([Type.Boolean(), Type.Literal('when-off-site')], {
        description: 'True where it is not said; `when-off-site`: where activities took place out of the house (§ 4).',
      }),
    ),
    type: Type.Optional(
      Type.Unsafe<'focus-areas' | 'milestones'>({
        type: 'string',
        enum: ['focus-areas', 'milestones'],
        description: "Asks for the report's `focusAreas` or `milestones`.",
      }),
    ),
    fields: Type.Optional(Type.Array(Field, { minItems: 1, maxItems: 100 })),
  }),
})

const template = {
  id: Id,
  version: Type.Integer({ minimum: 1 }),
  kind: Kind,
  title: Type.String(),
  validFrom: LocalDateSchema,
  validTo: orNull(LocalDateSchema),
  sections: SectionsOfTemplate,
}

export const ReportTemplateSchema = closed(template)
export const ReportTemplateWithSchema = closed({
  ...template,
  jsonSchema: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    additionalProperties: true,
    description: 'A JSON Schema (2020-12) of the body of a report in this version, as far as the template decides it.',
  }),
})

export const ReportTemplateBody = closed({
  id: Type.Optional(Type.Unsafe<string>({ ...Id, description: 'The template that this is a new version of.' })),
  kind: Kind,
  title: Name,
  validFrom: LocalDateSchema,
  sections: Type.Optional(
    Type.Unsafe<TemplateSection[]>({
      ...SectionsOfTemplate,
      description: 'A new version without them keeps those of the version that begins last.',
    }),
  ),
  registeredBy,
})
export type AddTemplate = Static<typeof ReportTemplateBody>
