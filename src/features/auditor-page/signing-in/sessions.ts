import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type SqlBool, sql } from 'kysely'
import type { OrganisationKind } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import { type Actor, recordChange } from '#platform/audit/change-log.ts'
import { type Keyring, lookupHash } from '#platform/crypto/keyring.ts'
import type { Database } from '#platform/db/pool.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'

/** Ours: a day's work, and not over the weekend on a tablet that was left behind. */
export const sessionHours = 8
/** Ours: as long as a case is read; a longer pause asks for the password again. */
export const idleMinutes = 30

/** Who is signed in, and for which organisation. */
export type PageSession = {
  readonly organisation: { readonly id: string; readonly name: string; readonly kinds: readonly OrganisationKind[] }
  /** The API client that the issuer named; null where it named the organisation. */
  readonly clientId: string | null
  readonly subject: string
  readonly personName: string
  /** Why personal data are read, as stated in this session; null until then. */
  readonly purpose: string | null
}

const hashOf = (keyring: Keyring, token: string): Buffer => lookupHash(keyring, `page session\n${token}`)

/** In real time, whatever a sandbox's clock shows: the database's. */
const isLive = sql<SqlBool>`expires_at > now() and last_seen_at > now() - make_interval(mins => ${idleMinutes})`

/** Acts as whoever holds the token: row-level security shows that one session, and the log of its organisation. */
const asHolder = <T>(
  database: Database,
  hash: Buffer,
  organisationId: string | null,
  work: (trx: Trx) => Promise<T>,
): Promise<T> =>
  database.kysely.transaction().execute(async (trx) => {
    await sql`select set_config('portal.page_session', ${hash.toString('hex')}, true),
      set_config('portal.organisation', ${organisationId ?? ''}, true)`.execute(trx)
    return work(trx)
  })

/** Who signs in or out, or states a purpose: what was said stands with the look-ups alone. */
const record = (trx: Trx, actor: Actor, action: string, session: { id: string; personName: string }): Promise<void> =>
  recordChange(trx, actor, {
    action: `page-session.${action}`,
    entity: 'page-session',
    entityId: session.id,
    orderId: null,
    registeredBy: { name: session.personName },
    changes: {},
  })

/**
 * Begins a session of eight hours.
 * @param actor the person as the logs name them
 * @returns the token that the browser is to hold; the portal keeps its keyed hash alone
 */
export const beginSession = async (
  database: Database,
  keyring: Keyring,
  actor: Actor,
  person: { clientId: string | null; subject: string; personName: string },
): Promise<string> => {
  const token = randomBytes(32).toString('base64url')
  const tokenHash = hashOf(keyring, token)
  const organisationId = actor.caller.organisation.id
  const session = { ...person, id: newId(), organisationId, tokenHash }
  await asHolder(database, tokenHash, organisationId, async (trx) => {
    const expiresAt = sql<Instant>`now() + make_interval(hours => ${sessionHours})`
    await trx
      .insertInto('pageSessions')
      .values({ ...session, expiresAt })
      .execute()
    await record(trx, actor, 'begun', session)
  })
  return token
}

/** The session of a token; null when there is none, it is over, or nothing was asked in it for half an hour. */
export const liveSession = (database: Database, keyring: Keyring, token: string): Promise<PageSession | null> => {
  const tokenHash = hashOf(keyring, token)
  return asHolder(database, tokenHash, null, async (trx) => {
    const row = await trx
      .selectFrom('pageSessions as s')
      .innerJoin('organisations as o', 'o.id', 's.organisationId')
      .select(['o.id', 'o.name', 'o.kinds', 's.clientId', 's.subject', 's.personName', 's.purpose'])
      .select(sql<boolean>`s.last_seen_at < now() - interval '1 minute'`.as('unseen'))
      .where('s.tokenHash', '=', tokenHash)
      .where(isLive)
      .executeTakeFirst()
    if (!row) return null
    // Once a minute is enough to tell that somebody is there.
    if (row.unseen) {
      await trx.updateTable('pageSessions').set({ lastSeenAt: sql`now()` }).where('tokenHash', '=', tokenHash).execute()
    }
    const { id, name, kinds, clientId, subject, personName, purpose } = row
    const organisation = { id, name, kinds: kinds as readonly OrganisationKind[] }
    return { organisation, clientId, subject, personName, purpose }
  })
}

/** Keeps in the session why personal data are read. @param purpose 1 to 500 characters */
export const statePurpose = async (
  database: Database,
  keyring: Keyring,
  actor: Actor,
  given: { token: string; purpose: string },
): Promise<void> => {
  const tokenHash = hashOf(keyring, given.token)
  await asHolder(database, tokenHash, actor.caller.organisation.id, async (trx) => {
    const stated = await trx
      .updateTable('pageSessions')
      .set({ purpose: given.purpose })
      .where('tokenHash', '=', tokenHash)
      .returning(['id', 'personName'])
      .executeTakeFirst()
    if (stated) await record(trx, actor, 'purpose-stated', stated)
  })
}

/** Ends a session; a token without one ends nothing. */
export const endSession = async (database: Database, keyring: Keyring, actor: Actor, token: string): Promise<void> => {
  const tokenHash = hashOf(keyring, token)
  await asHolder(database, tokenHash, actor.caller.organisation.id, async (trx) => {
    const ended = await trx
      .deleteFrom('pageSessions')
      .where('tokenHash', '=', tokenHash)
      .returning(['id', 'personName'])
      .executeTakeFirst()
    if (ended) await record(trx, actor, 'ended', ended)
  })
}

/** What the forms of a session carry, so that no other site can send them. */
export const formTokenOf = (keyring: Keyring, token: string): string =>
  lookupHash(keyring, `page form\n${token}`).toString('base64url')

/** Whether a form carries its session's token. */
export const isFormToken = (keyring: Keyring, token: string, sent: string | undefined): boolean => {
  const [right, given] = [Buffer.from(formTokenOf(keyring, token)), Buffer.from(sent ?? '')]
  return right.length === given.length && timingSafeEqual(right, given)
}

/**
 * Deletes sessions that are over. Several workers may do it at once.
 * @param database acts as the worker
 * @returns how many were deleted
 */
export const purgePageSessions = async (database: Database): Promise<number> => {
  const { numAffectedRows = 0n } = await sql`
    delete from page_sessions where not (${isLive})`.execute(database.kysely)
  return Number(numAffectedRows)
}
