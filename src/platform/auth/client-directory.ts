import { sql } from 'kysely'
import type { Caller } from '#kernel/caller.ts'
import type { Database } from '#platform/db/pool.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'

export type RegisteredClient = { readonly revoked: boolean; readonly organisation: Caller['organisation'] }

/** Finds the organisation of a client id. Throws `unknown-client` or `client-revoked`. */
export type ClientDirectory = (clientId: string) => Promise<Caller['organisation']>

/** A revoked client is refused within a minute: what is known of a client is never older than this. */
const rememberForMs = 20_000
const remembered = 5000

/**
 * The portal's own register of API clients, read through a short memory.
 * @param monotonicMs a clock that only runs forward, in milliseconds
 */
export const clientDirectory = (database: Database, monotonicMs: () => number): ClientDirectory => {
  const memory = new Map<string, { client: RegisteredClient | null; at: number }>()

  const load = (clientId: string): Promise<RegisteredClient | null> =>
    database.kysely.transaction().execute(async (trx) => {
      await sql`select set_config('portal.client', ${clientId}, true)`.execute(trx)
      const row = await trx
        .selectFrom('apiClients as c')
        .innerJoin('organisations as o', 'o.id', 'c.organisationId')
        .select(['c.revokedAt', 'o.id', 'o.name', 'o.kinds'])
        .where('c.clientId', '=', clientId)
        .executeTakeFirst()
      if (!row) return null
      const { id, name } = row
      return {
        revoked: row.revokedAt !== null,
        organisation: { id, name, kinds: row.kinds as Caller['organisation']['kinds'] },
      }
    })

  return async (clientId) => {
    let entry = memory.get(clientId)
    if (!entry || monotonicMs() - entry.at > rememberForMs) {
      entry = { client: await load(clientId), at: monotonicMs() }
      if (memory.size >= remembered) memory.clear()
      memory.set(clientId, entry)
    }
    if (!entry.client) throw new HttpProblem('unknown-client')
    if (entry.client.revoked) throw new HttpProblem('client-revoked')
    return entry.client.organisation
  }
}
