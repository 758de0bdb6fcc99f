import { type Static, Type } from 'typebox'
import { Id, LocalDateSchema, Name, orNull } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { registeredBy } from './administration-change.ts'

const Day = Type.String({ format: 'date' })
const Oere = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Code = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,99}$' })

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
  reportTemplates: Type.Array(closed({ kind: Type.String(), templateId: Id }), {
    description: 'The templates that reports under this agreement follow.',
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
  registeredBy,
})
export type CreateAgreement = Static<typeof CreateAgreementBody>

export const ChangeAgreementBody = closed(
  {
    validTo: Type.Optional(LocalDateSchema),
    budgetOere: Type.Optional(orNull(Oere)),
    registeredBy,
  },
  { minProperties: 1 },
)
export type ChangeAgreement = Static<typeof ChangeAgreementBody>
