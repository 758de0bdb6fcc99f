import type { Caller, OrganisationKind } from '#kernel/caller.ts'
import type { ClientDirectory } from '#platform/auth/client-directory.ts'
import type { Database } from '#platform/db/pool.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import { isUuid } from '#platform/ids.ts'

/** The organisation that a person signs in for, as the issuer named it. */
export type NamedOrganisation = { readonly organisation: Caller['organisation']; readonly clientId: string | null }

const byId = (database: Database, id: string): Promise<NamedOrganisation | null> =>
  inTransaction(database, id, async (trx) => {
    const row = await trx
      .selectFrom('organisations')
      .select(['id', 'name', 'kinds'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) return null
    return { organisation: { ...row, kinds: row.kinds as readonly OrganisationKind[] }, clientId: null }
  })

/** The organisation of an API client, which is not revoked; null without one. */
export const ofClient = async (clients: ClientDirectory, clientId: string): Promise<NamedOrganisation | null> => {
  try {
    return { organisation: await clients(clientId), clientId }
  } catch (error) {
    if (error instanceof HttpProblem && (error.slug === 'unknown-client' || error.slug === 'client-revoked'))
      return null
    throw error
  }
}

/**
 * The organisation that the claim names, by its id or by the id of one of its API clients, whatever it is.
 * @returns null where the portal knows none, or the client is revoked
 */
export const namedBy = async (
  database: Database,
  clients: ClientDirectory,
  claim: string | undefined,
): Promise<NamedOrganisation | null> => {
  if (claim === undefined || claim.length > 200 || claim.includes('\0')) return null
  return isUuid(claim) ? byId(database, claim.toLowerCase()) : ofClient(clients, claim)
}
