import { describe, expect, test } from 'vitest'
import {
  addressesInUseStay,
  administrationKeepsItsAccess,
  keepsKindsOfLiveOrders,
  type OrganisationTraits,
  organisationIsCoherent,
} from '#rules/reference-data/organisation.ts'
import { answerOf, refusalOf } from '#test/rules/answer-of.ts'

const traits = (changes: Partial<OrganisationTraits>): OrganisationTraits => ({
  kinds: ['jobcenter'],
  supplierKind: null,
  copiesForMunicipality: null,
  auditedMunicipalities: null,
  ...changes,
})

describe('ours: an organisation says what belongs to its kinds (organisation-incoherent)', () => {
  test.each([
    { kinds: ['supplier', 'jobcenter'], supplierKind: 'municipal' },
    { kinds: ['benefits-office'], copiesForMunicipality: '0155' },
    { kinds: ['auditor'], auditedMunicipalities: ['0155'] },
    { kinds: ['jobcenter'] },
  ] satisfies Partial<OrganisationTraits>[])('%j fits', (given) => {
    expect(answerOf(organisationIsCoherent(traits(given)))).toBe('allowed')
  })

  test.each([
    [{ kinds: ['supplier'] }, 'supplierKind'],
    [{ supplierKind: 'external' }, 'supplierKind'],
    [{ copiesForMunicipality: '0155' }, 'copiesForMunicipality'],
    [{ auditedMunicipalities: ['0155'] }, 'auditedMunicipalities'],
  ] satisfies [Partial<OrganisationTraits>, string][])('%j does not, for its %s', (given, member) => {
    expect(refusalOf(organisationIsCoherent(traits(given)))).toEqual({
      slug: 'organisation-incoherent',
      facts: { member },
    })
  })

  test('the administration keeps its access (administration-locks-itself-out)', () => {
    expect(answerOf(administrationKeepsItsAccess(true))).toBe('allowed')
    expect(answerOf(administrationKeepsItsAccess(false))).toBe('administration-locks-itself-out')
  })

  test('it stays what live orders name it as (organisation-kind-in-use)', () => {
    expect(answerOf(keepsKindsOfLiveOrders(['jobcenter'], []))).toBe('allowed')
    expect(answerOf(keepsKindsOfLiveOrders(['supplier', 'auditor'], ['supplier']))).toBe('allowed')
    expect(refusalOf(keepsKindsOfLiveOrders(['jobcenter'], ['supplier', 'jobcenter']))).toEqual({
      slug: 'organisation-kind-in-use',
      facts: { kinds: ['supplier'] },
    })
  })

  test('an address in use stays (delivery-address-in-use)', () => {
    expect(answerOf(addressesInUseStay([]))).toBe('allowed')
    expect(refusalOf(addressesInUseStay(['a']))).toEqual({
      slug: 'delivery-address-in-use',
      facts: { addressIds: ['a'] },
    })
  })
})
