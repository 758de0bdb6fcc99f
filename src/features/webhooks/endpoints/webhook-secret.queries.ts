import { type RawBuilder, sql } from 'kysely'
import type { Instant } from '#kernel/instant.ts'
import { type Keyring, seal } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { type SealedSecret, sealedSecrets } from '../dispatch/dispatch.queries.ts'

/**
 * Ours: so many previous secrets sign at most. A caller whose answers were lost has rotated a few times in a row; each
 * signature is 48 characters of a header.
 */
const mostPrevious = 5

/** What a sealed secret is bound to: it opens for its own endpoint alone. */
export const secretContext = (endpointId: string): string => `webhook-endpoint:${endpointId}`

/** The latest end of an endpoint's previous secrets, in a query on `webhook_endpoints`; null without any. */
export const lastPreviousEnd: RawBuilder<Instant | null> = sql<Instant | null>`
  (select max(s.until) from webhook_secrets s where s.endpoint_id = webhook_endpoints.id)`

/** Writes an endpoint's present secret, sealed. There is none other without an end. */
export const insertSecret = async (
  trx: Trx,
  keyring: Keyring,
  given: { id: string; organisationId: string; secret: string; number: number },
): Promise<void> => {
  const { id: endpointId, organisationId, number } = given
  const sealed = seal(keyring, given.secret, secretContext(endpointId))
  await trx
    .insertInto('webhookSecrets')
    .values({ endpointId, organisationId, number, secretCipher: sealed.cipher, secretKey: sealed.key })
    .execute()
}

/**
 * Puts a new secret before the one that a locked endpoint has, which goes on signing beside it for so many hours of real
 * time. Those from before keep their own ends, five at most; without an overlap all end at once.
 * @returns until when a previous one signs at the latest; null for none
 */
export const replaceSecret = async (
  trx: Trx,
  keyring: Keyring,
  given: { id: string; organisationId: string; secret: string; overlapHours: number },
): Promise<Instant | null> => {
  const { id, organisationId, secret, overlapHours } = given
  const { newest } = await trx
    .selectFrom('webhookSecrets')
    .select((eb) => eb.fn.coalesce(eb.fn.max('number'), sql<number>`0`).as('newest'))
    .where('endpointId', '=', id)
    .executeTakeFirstOrThrow()
  await trx
    .updateTable('webhookSecrets')
    .set({ until: sql<Instant>`now() + ${overlapHours} * interval '1 hour'` })
    .where('endpointId', '=', id)
    .where('until', 'is', null)
    .execute()
  await trx
    .deleteFrom('webhookSecrets')
    .where('endpointId', '=', id)
    .where((eb) =>
      overlapHours > 0
        ? eb.or([eb('until', '<=', sql<Instant>`now()`), eb('number', '<=', oldestThatGoes(id))])
        : eb.lit(true),
    )
    .execute()
  await insertSecret(trx, keyring, { id, organisationId, secret, number: newest + 1 })
  const { previousSecretUntil } = await trx
    .updateTable('webhookEndpoints')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returning(lastPreviousEnd.as('previousSecretUntil'))
    .executeTakeFirstOrThrow()
  return previousSecretUntil
}

/** Of an endpoint's secrets that still sign the newest for which there is no room; null when there is room for all. */
const oldestThatGoes = (id: string) => sql<number>`
  (select s.number from webhook_secrets s where s.endpoint_id = ${id} and s.until > now()
    order by s.number desc offset ${mostPrevious} limit 1)`

/** Where a live endpoint of the organisation is and what signs there now, the newest first; and the real time. */
export const findSigning = async (
  trx: Trx,
  organisationId: string,
  id: string,
): Promise<{ id: string; url: string; secrets: SealedSecret[]; now: Instant } | undefined> => {
  const { rows } = await sql<{
    id: string
    url: string
    keys: string[] | null
    ciphers: Buffer[] | null
    now: Instant
  }>`
    select w.id, w.url, now() as now, array_agg(s.secret_key order by s.number desc) as keys,
           array_agg(s.secret_cipher order by s.number desc) as ciphers
      from webhook_endpoints w join webhook_secrets s on s.endpoint_id = w.id and (s.until is null or s.until > now())
     where w.organisation_id = ${organisationId} and w.id = ${id} and w.deleted_at is null
     group by w.id`.execute(trx)
  const [found] = rows
  return found && { id: found.id, url: found.url, secrets: sealedSecrets(found.keys, found.ciphers), now: found.now }
}
