/** The kinds an organisation can be of; one organisation may be of several. */
export const organisationKinds = ['supplier', 'jobcenter', 'benefits-office', 'auditor', 'administrator'] as const
export type OrganisationKind = (typeof organisationKinds)[number]

/** What a token may allow. */
export const scopes = ['portal.read', 'portal.write', 'portal.audit', 'portal.admin'] as const
export type Scope = (typeof scopes)[number]

/** The system that calls: an API client, the organisation it belongs to and what its token allows. */
export type Caller = {
  readonly clientId: string
  readonly organisation: { readonly id: string; readonly name: string; readonly kinds: readonly OrganisationKind[] }
  readonly scopes: readonly Scope[]
}

/** The person who answers for a write. */
export type Person = { readonly name: string; readonly email?: string }
