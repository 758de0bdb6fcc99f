import type { OrganisationKind } from '#kernel/caller.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

/** What an organisation says of itself that depends on its kinds. */
export type OrganisationTraits = {
  readonly kinds: readonly OrganisationKind[]
  readonly supplierKind: string | null
  readonly copiesForMunicipality: string | null
  readonly auditedMunicipalities: readonly string[] | null
}

/** Ours: what belongs to one kind of organisation is said of that kind alone; a supplier says which kind of supplier. */
export const organisationIsCoherent = (organisation: OrganisationTraits): Verdict<'organisation-incoherent'> => {
  const { kinds } = organisation
  const supplier = kinds.includes('supplier') === (organisation.supplierKind !== null)
  const copies = organisation.copiesForMunicipality === null || kinds.includes('benefits-office')
  const audited = organisation.auditedMunicipalities === null || kinds.includes('auditor')
  if (supplier && copies && audited) return allowed
  const member = !supplier ? 'supplierKind' : !copies ? 'copiesForMunicipality' : 'auditedMunicipalities'
  return refused('organisation-incoherent', { member })
}

/** Ours: the administration does not take its own access away; nobody could give it back over the API. */
export const administrationKeepsItsAccess = (keeps: boolean): Verdict<'administration-locks-itself-out'> =>
  keeps ? allowed : refused('administration-locks-itself-out')
