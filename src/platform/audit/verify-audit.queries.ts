import type pg from 'pg'
import type { AuditFault } from './audit-faults.ts'

/** A link that the next one goes on from: its number and hash (32 bytes). */
export type Link = { readonly number: number; readonly hash: Buffer<ArrayBuffer> }

/** A time as the hashes have it. */
const time = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** The rows of the log as the hashes have them: the formulas of migration 0014 once more, apart from the database's. */
const rowTexts = `
  case l.source
    when 'change' then jsonb_build_array(c.id, c.position, ${time('c.occurred_at')}, c.client_id, c.organisation_id,
      c.registered_by, c.action, c.entity, c.entity_id, c.order_id, c.request_id, c.changes)
    when 'look-up' then jsonb_build_array(k.id, k.position, ${time('k.occurred_at')}, k.client_id, k.organisation_id,
      k.operation, k.citizen_id, k.order_id, k.purpose, k.request_id, to_jsonb(k.citizen_ids))
    else jsonb_build_array(r.id, r.position, ${time('r.arrived_at')}, r.client_id, r.organisation_id,
      r.operation, r.rule, r.order_id, r.request_id)
  end`

const faultsOfLinks = `
  with links as materialized (
    select a.*, lag(a.hash, 1, $2::bytea) over (order by a.number) as before,
           lag(a.number, 1, $1::bigint) over (order by a.number) as prior
      from public.audit_chain a where a.number > $1 and a.number <= $1 + $3::bigint
  ), checked as (
    select l.number, l.prior, l.source, l.row_id, case
        when l.number <> l.prior + 1 then 'link-missing'
        when coalesce(c.id, k.id, r.id) is null then 'row-missing'
        when coalesce(c.id, k.id, r.id) <> l.row_id then 'row-swapped'
        when l.hash <> sha256(l.before || convert_to(jsonb_build_array(l.number, l.source, l.position, l.row_id,
            ${time('l.at')}, l.organisation_id, l.client_id, l.order_id, l.citizen_id, l.citizens, ${rowTexts})::text, 'UTF8'))
          or (l.at, l.organisation_id, l.client_id, l.order_id) is distinct from
             (coalesce(c.occurred_at, k.occurred_at, r.arrived_at), coalesce(c.organisation_id, k.organisation_id, r.organisation_id),
              coalesce(c.client_id, k.client_id, r.client_id), coalesce(c.order_id, k.order_id, r.order_id))
          then 'hash-differs'
        when l.citizens <> coalesce(i.citizens, '[]') or not coalesce(i.fits, true) then 'citizens-differ'
      end as what
      from links l
      left join public.change_log c on l.source = 'change' and c.position = l.position
      left join public.lookups k on l.source = 'look-up' and k.position = l.position
      left join public.refusals r on l.source = 'refusal' and r.position = l.position
      left join (
        select m.number, jsonb_agg(jsonb_build_array(m.citizen_id, m.municipality) order by m.citizen_id, m.municipality) as citizens,
               bool_and((m.at, m.source, m.organisation_id) is not distinct from (l.at, l.source, l.organisation_id)) as fits
          from public.audit_citizens m join links l on l.number = m.number group by m.number
      ) i on i.number = l.number
  )
  select case what when 'link-missing' then prior + 1 else number end as number,
         case what when 'link-missing' then 'audit_chain' when 'citizens-differ' then 'audit_citizens'
           else case source when 'change' then 'change_log' when 'look-up' then 'lookups' else 'refusals' end end as table,
         case what when 'link-missing' then null else row_id end as id, what
    from checked where what is not null order by checked.number limit 1`

/** The first fault among the `batch` numbers after a link; null when each is there and fits. */
export const chainFault = async (client: pg.Client, after: Link, batch: number): Promise<AuditFault | null> => {
  const { rows } = await client.query<Omit<AuditFault, 'number'> & { number: string }>(faultsOfLinks, [
    after.number,
    after.hash,
    batch,
  ])
  const [fault] = rows
  if (fault) return { ...fault, number: Number(fault.number) }
  // Holes show at the link behind them, which may be the next batch's: then this batch's last number is not there.
  const end = await client.query<{ number: string | null; more: boolean }>(
    `select max(number) as number, exists (select from public.audit_chain where number > $2) as more
       from public.audit_chain where number > $1 and number <= $2`,
    [after.number, after.number + batch],
  )
  const reached = Number(end.rows[0]?.number ?? after.number)
  return end.rows[0]?.more && reached < after.number + batch
    ? { what: 'link-missing', table: 'audit_chain', number: reached + 1, id: null }
    : null
}

/** The link of that number, which is there. */
export const endOfBatch = async (client: pg.Client, number: number): Promise<Link> => {
  const { rows } = await client.query<{ hash: Buffer<ArrayBuffer> }>(
    'select hash from public.audit_chain where number = $1',
    [number],
  )
  if (!rows[0]) throw new Error(`link ${number} went away while it was read`)
  return { number, hash: rows[0].hash }
}

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

/**
 * Looks among the next rows of a table for one that should have had a link by now. The age is that of the id (UUID v7), so
 * that a sandbox's clock does not matter; an id without a time, or with one to come, counts as old.
 * @param given.position after which to look, as a bigint's text; null: from the lowest that there can be
 * @param given.lastNumber the last number that was verified: only links up to it count
 * @returns the first such id, and the last position looked at; null after the last row
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
): Promise<{ id: string | null; last: string | null }> => {
  const source = { change_log: 'change', lookups: 'look-up', refusals: 'refusal' }[table]
  const { rows } = await client.query<{ id: string | null; last: string | null }>(
    `select max(r.position) as last,
            (array_agg(r.id order by r.position) filter (where c.number is null and coalesce(
               uuid_extract_timestamp(r.id) not between now() - $3::float8 * interval '1 second'
                 and now() + $3::float8 * interval '1 second', true)))[1] as id
       from (select position, id from public.${table} where position ${given.position === null ? '>=' : '>'} $1 order by position limit $2) r
       left join public.audit_chain c
         on c.source = '${source}' and c.position = r.position and c.number between 1 and $4`,
    [given.position ?? '-9223372036854775808', given.batch, given.graceSeconds, given.lastNumber],
  )
  const [found] = rows
  return { id: found?.id ?? null, last: found?.last ?? null }
}
