import { CompactSign, calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { sql } from 'kysely'
import type { Database } from '#platform/db/pool.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { SigningKey } from './signing-key.ts'

/**
 * A signed statement of how the audit chain stood: its last number then, that link's hash in hex, and when. `signature` is
 * a compact JWS (EdDSA) over exactly these three, verified by `publicKey`. Kept outside of the database it shows an end
 * that was cut off, which the database alone cannot.
 */
export type Checkpoint = {
  readonly number: number
  readonly hash: string
  readonly at: string
  readonly signature: string
  readonly publicKey: JWK
}

/** Says in the signature what is signed, so that nothing else under the same key passes for a checkpoint. */
const type = 'audit-checkpoint+json'

/** @returns the JWS of a checkpoint */
const signed = (key: SigningKey, stated: Pick<Checkpoint, 'number' | 'hash' | 'at'>): Promise<string> => {
  const { number, hash, at } = stated
  return new CompactSign(Buffer.from(JSON.stringify({ number, hash, at })))
    .setProtectedHeader({ alg: 'EdDSA', typ: type, kid: key.publicKey.kid })
    .sign(key.privateKey)
}

/** Where the chain stood: its last number, and that link's hash in hex. */
export type ChainEnd = Pick<Checkpoint, 'number' | 'hash'>

/** No checkpoint is signed, since it would cover up what happened to the chain; the message says what. */
export class SigningRefused extends Error {
  override readonly name = 'SigningRefused'
}

/**
 * Signs the chain's end as it stands and keeps the checkpoint beside it.
 * @param at the real time, RFC 3339
 * @param before what was signed last: the chain must still have that link, with that hash. What lies between the two is for
 * the verifier to recompute
 * @returns undefined when the end has a checkpoint already, or there is no chain yet
 * @throws SigningRefused when the chain was cut off, rewritten or restored from a backup since
 */
export const signCheckpoint = async (
  database: Database,
  key: SigningKey,
  at: string,
  before: ChainEnd | null = null,
): Promise<Checkpoint | undefined> => {
  const { rows } = await sql<ChainEnd & { then: string | null; linked: boolean; signed: boolean }>`
    select t.last as number, encode(t.hash, 'hex') as hash,
           (select encode(c.hash, 'hex') from audit_chain c where c.number = ${before?.number ?? 0}) as "then",
           exists (select from audit_chain c where c.number = t.last and c.hash = t.hash) as linked,
           exists (select from audit_checkpoints c where c.number = t.last) as signed
      from audit_tail t`.execute(database.kysely)
  const [end] = rows
  if (before && (!end || end.number < before.number || end.then !== before.hash || !end.linked)) {
    throw new SigningRefused(
      `the audit chain was cut off or rewritten: at number ${before.number} it had the hash ${before.hash} when it was signed; now it has ${end?.then ?? 'no such link'} and ends at number ${end?.number ?? 'none'}`,
    )
  }
  if (!end || end.number === 0 || end.signed) return undefined
  const stated = { number: end.number, hash: end.hash, at }
  const checkpoint = { ...stated, signature: await signed(key, stated), publicKey: key.publicKey }
  await sql`
    insert into audit_checkpoints (number, hash, at, key_id, public_key, signature)
    values (${end.number}, decode(${end.hash}, 'hex'), ${at}, ${key.publicKey.kid},
            ${JSON.stringify(key.publicKey)}::jsonb, ${checkpoint.signature})
    on conflict do nothing`.execute(database.kysely)
  return checkpoint
}

/** Whether the signature is its key's, over exactly what the checkpoint states. */
export const isSigned = async (checkpoint: Checkpoint): Promise<boolean> => {
  try {
    const { payload, protectedHeader } = await compactVerify(
      checkpoint.signature,
      await importJWK(checkpoint.publicKey, 'EdDSA'),
      { algorithms: ['EdDSA'] },
    )
    const { number, hash, at } = checkpoint
    return protectedHeader.typ === type && Buffer.from(payload).toString() === JSON.stringify({ number, hash, at })
  } catch {
    return false
  }
}

/**
 * The name of a signed checkpoint's key: the thumbprint computed from the key itself, whatever it calls itself.
 * @returns null when the signature's header or the key names another
 */
export const keyNameOf = async ({ publicKey, signature }: Checkpoint): Promise<string | null> => {
  const name = await calculateJwkThumbprint(publicKey)
  return decodeProtectedHeader(signature).kid === name && publicKey.kid === name ? name : null
}

/**
 * Reads a checkpoint that was kept elsewhere: the output of `npm run audit:checkpoint`, or an item of
 * `GET /v1/audit-log/checkpoints`.
 * @throws Error saying what is wrong with it
 */
export const parseCheckpoint = (text: string): Checkpoint => {
  let given: Partial<Checkpoint> | null
  try {
    given = JSON.parse(text) as Partial<Checkpoint> | null
  } catch {
    throw new Error('the checkpoint is no JSON')
  }
  const { number, hash, at, signature, publicKey } = given ?? {}
  if (
    !Number.isSafeInteger(number) ||
    typeof hash !== 'string' ||
    !/^[0-9a-f]{64}$/.test(hash) ||
    typeof at !== 'string' ||
    typeof signature !== 'string' ||
    typeof publicKey !== 'object'
  ) {
    throw new Error('the checkpoint must have number, hash, at, signature and publicKey')
  }
  return { number: number as number, hash, at, signature, publicKey }
}

const stored = (kysely: Pick<Database['kysely'], 'selectFrom'>) =>
  kysely
    .selectFrom('auditCheckpoints')
    .select(['number', sql<string>`encode(hash, 'hex')`.as('hash'), 'at', 'signature', 'publicKey'])

/** The newest stored checkpoint; undefined before the first. */
export const storedCheckpoint = async (database: Database): Promise<Checkpoint | undefined> => {
  const newest = await stored(database.kysely).orderBy('number', 'desc').limit(1).executeTakeFirst()
  return newest && { ...newest, publicKey: newest.publicKey as JWK }
}

/** At most `most` stored checkpoints of the numbers above `after`, in their order. */
export const checkpointPage = async (trx: Trx, after: number, most: number): Promise<Checkpoint[]> => {
  const rows = await stored(trx).where('number', '>', after).orderBy('number').limit(most).execute()
  return rows.map((row) => ({ ...row, publicKey: row.publicKey as JWK }))
}
