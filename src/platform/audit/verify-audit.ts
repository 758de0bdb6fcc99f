import type pg from 'pg'
import type { AuditFault } from './audit-faults.ts'
import { type Checkpoint, isSigned, keyNameOf } from './checkpoints.ts'
import { structureFault } from './log-structure.queries.ts'
import { hidingFault, holdLogTables, protectionFault, settledSession } from './log-tables.queries.ts'
import { tailFault, unplacedRow, unsealedBatch } from './verify-audit.queries.ts'
import { type Link, verifyLinks } from './verify-links.queries.ts'

export type AuditVerification =
  | { readonly fault: AuditFault }
  | { readonly fault: null; readonly verified: number; readonly checkpoints: number }

export type VerificationOptions = {
  /** Checkpoints that were kept outside of the database. */
  readonly outside: readonly Checkpoint[]
  /** Thumbprints of the keys whose signatures count; null: any, so that a signature shows no more than a hash does. */
  readonly trustedKeys: readonly string[] | null
  /** Rows held at a time by the database. */
  readonly batch?: number
  /** How long a row may stand without a link, in seconds. */
  readonly graceSeconds?: number
}

const tables = ['change_log', 'lookups', 'refusals'] as const

const verifyChain = async (client: pg.Client, last: number, batch: number): Promise<AuditFault | null> => {
  let at: Link = { number: 0, hash: Buffer.alloc(32) }
  while (at.number < last) {
    const found = await verifyLinks(client, at, Math.min(at.number + batch, last))
    if ('fault' in found) return found.fault
    at = found.end
  }
  return null
}

const verifyUnsealed = async (
  client: pg.Client,
  given: { readonly batch: number; readonly graceSeconds: number; readonly lastNumber: number },
): Promise<AuditFault | null> => {
  for (const table of tables) {
    const unplaced = await unplacedRow(client, table)
    if (unplaced) return { what: 'not-in-chain', table, number: null, id: unplaced.id }
    let position: string | null = null
    do {
      const found = await unsealedBatch(client, table, { position, ...given })
      if (found.found) return { what: 'not-in-chain', table, number: null, id: found.id }
      position = found.last
    } while (position !== null)
  }
  return null
}

/** One that stands in the database also has its key's name in a column. */
type StoredCheckpoint = Checkpoint & { readonly keyId: string }

const checkpointFault = async (
  client: pg.Client,
  checkpoint: Checkpoint | StoredCheckpoint,
  trustedKeys: readonly string[] | null,
): Promise<AuditFault | null> => {
  const fault = (what: AuditFault['what']): AuditFault => ({
    what,
    table: 'audit_checkpoints',
    number: checkpoint.number,
    id: null,
  })
  if (!(await isSigned(checkpoint))) return fault('checkpoint-not-signed')
  const keyName = await keyNameOf(checkpoint)
  if (
    keyName === null ||
    ('keyId' in checkpoint && checkpoint.keyId !== keyName) ||
    (trustedKeys && !trustedKeys.includes(keyName))
  ) {
    return fault('checkpoint-key-unknown')
  }
  const { rows } = await client.query<{ hash: Buffer | null }>(
    'select hash from public.audit_chain where number = $1',
    [checkpoint.number],
  )
  if (!rows[0]) return fault('checkpoint-cut-off')
  return rows[0].hash?.toString('hex') === checkpoint.hash ? null : fault('checkpoint-differs')
}

const storedCheckpoints = async (client: pg.Client, after: number): Promise<StoredCheckpoint[]> => {
  const { rows } = await client.query<Omit<StoredCheckpoint, 'number'> & { number: string }>(
    `select number, encode(hash, 'hex') as hash, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
            signature, public_key as "publicKey", key_id as "keyId"
       from public.audit_checkpoints where number > $1 order by number limit 500`,
    [after],
  )
  return rows.map((row) => ({ ...row, number: Number(row.number) }))
}

/** @returns the first checkpoint that does not fit, or how many do */
const verifyCheckpoints = async (
  client: pg.Client,
  { outside, trustedKeys }: VerificationOptions,
): Promise<AuditFault | number> => {
  let seen = 0
  for (let after = -1, page = await storedCheckpoints(client, after); page.length > 0; ) {
    for (const checkpoint of page) {
      const fault = await checkpointFault(client, checkpoint, trustedKeys)
      if (fault) return fault
      seen += 1
      after = checkpoint.number
    }
    page = await storedCheckpoints(client, after)
  }
  for (const checkpoint of outside) {
    const fault = await checkpointFault(client, checkpoint, trustedKeys)
    if (fault) return fault
  }
  return seen + outside.length
}

const demandOwner = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ sees: boolean }>(
    `select r.rolsuper or r.rolbypassrls or pg_catalog.pg_has_role(c.relowner, 'usage') as sees
       from pg_catalog.pg_roles r, pg_catalog.pg_class c
      where r.rolname operator(pg_catalog.=) current_user and c.oid operator(pg_catalog.=) 'public.audit_chain'::pg_catalog.regclass`,
  )
  if (!rows[0]?.sees) throw new Error('this role does not see the whole log; connect as the owner (DATABASE_OWNER_URL)')
}

/**
 * Recomputes the audit log in one snapshot: that its tables are what they seem and are protected as they should be, each
 * link's row, hash and citizens, the chain's end, rows without a link, and the checkpoints, stored and outside. Texts and
 * hashes are made here, not by functions that stand in the database; in batches, whatever the log's size.
 * @param client connected as the tables' owner, a superuser, or a role that bypasses row security
 * @returns the first fault, or how many links and checkpoints were found in order
 * @throws Error when the role does not see the whole log
 */
export const verifyAudit = async (client: pg.Client, options: VerificationOptions): Promise<AuditVerification> => {
  const { batch = 2_000, graceSeconds = 300 } = options
  await demandOwner(client)
  await client.query('begin isolation level repeatable read read only')
  try {
    await holdLogTables(client)
    await settledSession(client)
    const hiding = await hidingFault(client)
    if (hiding) return { fault: hiding }
    const end = await client.query<{ last: string }>('select coalesce(max(number), 0) as last from public.audit_chain')
    const last = Number(end.rows[0]?.last)
    const fault =
      (await verifyChain(client, last, batch)) ??
      (await tailFault(client)) ??
      (await verifyUnsealed(client, { batch, graceSeconds, lastNumber: last })) ??
      (await protectionFault(client)) ??
      (await structureFault(client))
    if (fault) return { fault }
    const checkpoints = await verifyCheckpoints(client, options)
    return typeof checkpoints === 'number' ? { fault: null, verified: last, checkpoints } : { fault: checkpoints }
  } finally {
    await client.query('rollback')
  }
}
