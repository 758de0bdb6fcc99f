import { sql } from 'kysely'
import { type Keyring, lookupHash, seal, unseal } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { newId } from '#platform/ids.ts'

const contextOf = (citizenId: string): string => `cpr:${citizenId}`

/** Lets the transaction see the one citizen whose CPR number the caller knows. */
const knowNumber = async (trx: Trx, lookup: Buffer): Promise<void> => {
  await sql`select set_config('portal.cpr_lookup', ${lookup.toString('hex')}, true)`.execute(trx)
}

/** The id of the citizen with that CPR number, made when there is none yet. Two orders at once make one citizen. */
export const citizenByNumber = async (trx: Trx, keyring: Keyring, cpr: string): Promise<string> => {
  const lookup = lookupHash(keyring, cpr)
  await knowNumber(trx, lookup)
  const known = await trx.selectFrom('citizens').select('id').where('cprLookup', '=', lookup).executeTakeFirst()
  if (known) return known.id
  const id = newId()
  const sealed = seal(keyring, cpr, contextOf(id))
  await trx
    .insertInto('citizens')
    .values({ id, cprCipher: sealed.cipher, cprKey: sealed.key, cprLookup: lookup })
    .onConflict((conflict) => conflict.column('cprLookup').doNothing())
    .execute()
  // Another transaction may have made the citizen first; what stands now is the citizen.
  const made = await trx.selectFrom('citizens').select('id').where('cprLookup', '=', lookup).executeTakeFirstOrThrow()
  return made.id
}

/** The id of the citizen with that CPR number, if there is one. */
export const findCitizenByNumber = async (trx: Trx, keyring: Keyring, cpr: string): Promise<string | undefined> => {
  const lookup = lookupHash(keyring, cpr)
  await knowNumber(trx, lookup)
  const known = await trx.selectFrom('citizens').select('id').where('cprLookup', '=', lookup).executeTakeFirst()
  return known?.id
}

/** The CPR number of a citizen whom the transaction may see. */
export const numberOfCitizen = async (trx: Trx, keyring: Keyring, citizenId: string): Promise<string> => {
  const row = await trx
    .selectFrom('citizens')
    .select(['cprCipher', 'cprKey'])
    .where('id', '=', citizenId)
    .executeTakeFirstOrThrow()
  return openedNumber(keyring, { citizenId, ...row })
}

/** The CPR number of a row of `citizens`. */
export const openedNumber = (
  keyring: Keyring,
  row: { readonly citizenId: string; readonly cprCipher: Buffer; readonly cprKey: string },
): string => unseal(keyring, { key: row.cprKey, cipher: row.cprCipher }, contextOf(row.citizenId))
