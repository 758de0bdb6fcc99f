import type pg from 'pg'
import type { AuditFault } from './audit-faults.ts'

/**
 * Whether the chain stands between 1 and where the sealer left it, and nothing refers to links outside of that. That the
 * sealer's place is missing is a fault. `high` is always a sealed row's position, never that of a transaction that was
 * aborted: ahead of its source's last link, it remembers links that were cut off.
 */
export const tailFault = async (client: pg.Client): Promise<AuditFault | null> => {
  const { rows } = await client.query<{ number: string; table: string }>(
    `select case when low.number < 1 then low.number else coalesce(c.number, 0) + 1 end as number,
            case when low.number < 1 and low.number is distinct from low.link then 'audit_citizens' else 'audit_chain' end as table
       from (select least(l.link, l.citizen) as number, l.link
               from (select (select min(number) from public.audit_chain) as link,
                            (select min(number) from public.audit_citizens) as citizen) l) low
       left join public.audit_tail t on true
       left join (select number, hash from public.audit_chain order by number desc limit 1) c on true
      where low.number < 1
         or t.last is distinct from coalesce(c.number, 0)
         or t.hash is distinct from coalesce(c.hash, decode(repeat('00', 32), 'hex'))
         or exists (select from public.audit_citizens a where a.number > coalesce(c.number, 0))
         or exists (select from public.audit_sealing s where s.high > coalesce(
              (select max(a.position) from public.audit_chain a where a.source = s.source), 0))`,
  )
  const [found] = rows
  return found ? { what: 'end-differs', table: found.table, number: Number(found.number), id: null } : null
}

/** A row without a place in the order of writing, which the sealer never comes to: no row of the portal's. */
export const unplacedRow = async (
  client: pg.Client,
  table: 'change_log' | 'lookups' | 'refusals',
): Promise<{ readonly id: string | null } | undefined> => {
  const { rows } = await client.query<{ id: string | null }>(
    `select id from public.${table} where position is null order by id limit 1`,
  )
  return rows[0]
}

/**
 * Looks among the next rows of a table for one that should have had a link by now. The age is that of the id (UUID v7), so
 * that a sandbox's clock does not matter; an id without a time, or with one to come, counts as old.
 * @param given.position after which to look, as a bigint's text; null: from the lowest that there can be
 * @param given.lastNumber the last number that was verified: only links up to it count
 * @returns whether there is one and the first such id, and the last position looked at; null after the last row
 */
export const unsealedBatch = async (
  client: pg.Client,
  table: 'change_log' | 'lookups' | 'refusals',
  given: {
    readonly position: string | null
    readonly batch: number
    readonly graceSeconds: number
    readonly lastNumber: number
  },
): Promise<{ found: boolean; id: string | null; last: string | null }> => {
  const source = { change_log: 'change', lookups: 'look-up', refusals: 'refusal' }[table]
  const { rows } = await client.query<{ ids: (string | null)[] | null; last: string | null }>(
    `select max(r.position) as last,
            array_agg(r.id order by r.position) filter (where c.number is null and coalesce(
              uuid_extract_timestamp(r.id) not between now() - $3::float8 * interval '1 second'
                and now() + $3::float8 * interval '1 second', true)) as ids
       from (select position, id from public.${table} where position ${given.position === null ? '>=' : '>'} $1 order by position limit $2) r
       left join public.audit_chain c
         on c.source = '${source}' and c.position = r.position and c.number between 1 and $4`,
    [given.position ?? '-9223372036854775808', given.batch, given.graceSeconds, given.lastNumber],
  )
  const [{ ids, last } = { ids: null, last: null }] = rows
  return { found: (ids?.length ?? 0) > 0, id: ids?.[0] ?? null, last }
}
