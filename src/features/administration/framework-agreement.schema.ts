import { type Static, Type } from 'typebox'
import { Id, LocalDateSchema, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { reportKinds } from '#rules/report/template.ts'
import { registeredBy } from './administration-change.ts'

const Day = Type.String({ format: 'date' })
const Oere = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Code = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,99}$' })

/** Without `offer` for all offers of the agreement. */
const AgreementTemplate = closed({ kind: oneOf(reportKinds), templateId: Id, offer: Type.Optional(Code) })
export type AgreementTemplate = Static<typeof AgreementTemplate>

export const FrameworkAgreementSchema = closed({
  id: Id,
  supplierId: Id,
  title: Type.String(),
  offers: Type.Array(closed({ code: Type.String(), title: Type.String() })),
  targetGroups: Type.Array(Type.String()),
  validFrom: Day,
  validTo: Day,
  unitPriceOere: Type.Integer({ minimum: 0, description: 'Per hour.' }),
  budgetOere: Type.Optional(Oere),
  reportTemplates: Type.Array(AgreementTemplate, {
    description: 'The templates that reports under this agreement follow, where the order names none.',
  }),
})

export const CreateAgreementBody = closed({
  supplierId: Id,
  title: Name,
  offers: Type.Array(closed({ code: Code, title: Name }), { minItems: 1, maxItems: 100 }),
  targetGroups: Type.Array(Code, { minItems: 1, maxItems: 100, uniqueItems: true }),
  validFrom: LocalDateSchema,
  validTo: LocalDateSchema,
  unitPriceOere: Oere,
  budgetOere: Type.Optional(Oere),
  reportTemplates: Type.Optional(Type.Array(AgreementTemplate, { maxItems: 400 })),
  registeredBy,
})
export type CreateAgreement = Static<typeof CreateAgreementBody>

export const ChangeAgreementBody = closed(
  {
    validTo: Type.Optional(LocalDateSchema),
    budgetOere: Type.Optional(orNull(Oere)),
    reportTemplates: Type.Optional(Type.Array(AgreementTemplate, { maxItems: 400 })),
    registeredBy,
  },
  { minProperties: 1 },
)
export type ChangeAgreement = Static<typeof ChangeAgreementBody>
