import { type Static, Type } from 'typebox'
import { organisationKinds } from '#kernel/caller.ts'
import { Email, Id, Name, oneOf, orNull } from '#platform/http/common-schemas.ts'
import { closed } from '#platform/http/route.ts'
import { registeredBy } from './administration-change.ts'

const Municipality = Type.String({ pattern: String.raw`^\d{4}$`, description: 'A municipality code, such as 0101.' })
const known = {
  id: Type.Optional(Type.Unsafe<string>({ ...Id, description: 'Of one that is there; absent for a new one.' })),
}

const members = {
  name: Name,
  kinds: Type.Array(oneOf(organisationKinds), { minItems: 1, uniqueItems: true }),
  supplierKind: orNull(oneOf(['external', 'municipal', 'unemployment-fund'])),
  secureEmail: orNull(Email),
  copiesForMunicipality: orNull(Municipality),
  auditedMunicipalities: orNull(Type.Array(Municipality, { minItems: 1, uniqueItems: true, maxItems: 100 })),
  contactPersons: Type.Array(
    closed({ ...known, name: Name, email: Email, phone: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })) }),
    { maxItems: 100 },
  ),
  deliveryAddresses: Type.Array(
    closed({ ...known, address: Type.String({ minLength: 1, maxLength: 300, pattern: String.raw`\S` }) }),
    { maxItems: 200 },
  ),
  subcontractors: Type.Array(
    closed({ name: Name, cvr: Type.Optional(Type.String({ pattern: String.raw`^\d{8}$` })) }),
    {
      maxItems: 100,
      description: 'Whom the main supplier works with; it alone speaks to the portal (§ 18).',
    },
  ),
}

export const CreateOrganisationBody = closed({
  name: members.name,
  kinds: members.kinds,
  supplierKind: Type.Optional(members.supplierKind),
  secureEmail: Type.Optional(members.secureEmail),
  copiesForMunicipality: Type.Optional(members.copiesForMunicipality),
  auditedMunicipalities: Type.Optional(members.auditedMunicipalities),
  contactPersons: Type.Optional(members.contactPersons),
  deliveryAddresses: Type.Optional(members.deliveryAddresses),
  subcontractors: Type.Optional(members.subcontractors),
  registeredBy,
})
export type CreateOrganisation = Static<typeof CreateOrganisationBody>

/** What is absent stays; null removes; lists are replaced as a whole. */
export const ChangeOrganisationBody = Type.Partial(CreateOrganisationBody, {
  additionalProperties: false,
  minProperties: 1,
})
export type ChangeOrganisation = Static<typeof ChangeOrganisationBody>

const Kind = Type.Enum([...organisationKinds])

export const listedOrganisation = {
  id: Id,
  name: Type.String(),
  kinds: Type.Array(Kind),
  supplierKind: Type.Optional(Type.Enum(['external', 'municipal', 'unemployment-fund'])),
  deliveryAddresses: Type.Array(closed({ id: Id, address: Type.String() })),
}

export const OrganisationSchema = closed({
  ...listedOrganisation,
  secureEmail: Type.Optional(Type.String()),
  copiesForMunicipality: Type.Optional(
    Type.String({ description: 'A benefits office: receives copies of what concerns this municipality’s citizens.' }),
  ),
  auditedMunicipalities: Type.Optional(
    Type.Array(Type.String(), { description: 'An auditor: limited to the citizens of these municipalities.' }),
  ),
  contactPersons: Type.Array(
    closed({ id: Id, name: Type.String(), email: Type.String(), phone: Type.Optional(Type.String()) }),
  ),
  subcontractors: Type.Optional(
    Type.Array(closed({ name: Type.String(), cvr: Type.Optional(Type.String()) }), {
      description: 'To the organisation itself and the administration.',
    }),
  ),
})
