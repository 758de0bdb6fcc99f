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

/**
 * Ours: an organisation stays what live orders (drafts and approved ones) name it as; its orders are ended or cancelled first.
 * @param liveAs the kinds as which live orders name it
 */
export const keepsKindsOfLiveOrders = (
  kinds: readonly OrganisationKind[],
  liveAs: readonly string[],
): Verdict<'organisation-kind-in-use'> => {
  const lost = liveAs.filter((kind) => !kinds.some((kept) => kept === kind))
  return lost.length === 0 ? allowed : refused('organisation-kind-in-use', { kinds: lost })
}

/** Ours: an address that orders or activities name stays as it is; where a supplier moves, the new place is a new address. */
export const addressesInUseStay = (changed: readonly string[]): Verdict<'delivery-address-in-use'> =>
  changed.length === 0 ? allowed : refused('delivery-address-in-use', { addressIds: changed })
