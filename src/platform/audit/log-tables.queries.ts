import type pg from 'pg'
import type { AuditFault } from './audit-faults.ts'

/** The tables that the log stands in. */
export const logTables = [
  'audit_chain',
  'audit_citizens',
  'audit_tail',
  'audit_sealing',
  'audit_checkpoints',
  'change_log',
  'lookups',
  'refusals',
] as const

/** Those of which no row is ever changed or removed. */
const appendOnly = logTables.filter((table) => table !== 'audit_tail' && table !== 'audit_sealing')
/** Those that the owner's function alone adds to. */
const ownersAlone = ['audit_chain', 'audit_citizens', 'audit_tail', 'audit_sealing']

/** What `audit_stays` of migration 0014 does, its white space folded. */
const refusal = "begin raise exception using errcode = '42501', message = 'the audit log is only added to'; end"

/**
 * Keeps the tables as they are until the transaction ends: nobody puts a policy, a rule or a trigger on them meanwhile. To be
 * the transaction's first statement, so that what is read afterwards was committed before it.
 */
export const holdLogTables = async (client: pg.Client): Promise<void> => {
  await client.query(`lock table ${logTables.map((table) => `public.${table}`).join(', ')} in access share mode`)
}

/**
 * What the role or the connection has set must not put other tables, functions or operators in the place of these, or write
 * values in another way; until the transaction ends.
 */
export const settledSession = async (client: pg.Client): Promise<void> => {
  for (const setting of [
    'search_path = pg_catalog, pg_temp',
    `timezone = 'UTC'`,
    `datestyle = 'ISO, YMD'`,
    `bytea_output = 'hex'`,
  ]) {
    await client.query(`set local ${setting}`)
  }
}

const faultOf = (
  what: AuditFault['what'],
  { rows: [found] }: { rows: { table: string; id: string }[] },
): AuditFault | null => (found ? { what, table: found.table, number: null, id: found.id } : null)

const tables = `from pg_class c join unnest($1::text[]) with ordinality as t (name, place)
  on c.relname = t.name and c.relnamespace = 'public'::regnamespace`

/**
 * Whether this role would read other rows than the tables hold: through a policy that applies to it, a rule, a view or
 * another kind of table in its place, or tables that inherit.
 * @returns the first table with such a thing, by its name
 */
export const hidingFault = async (client: pg.Client): Promise<AuditFault | null> =>
  faultOf(
    'rows-hidden',
    await client.query<{ table: string; id: string }>(
      `select t.name as table, found.id ${tables}
        cross join lateral (
          select 'kind ' || c.relkind::text as id where c.relkind <> 'r'
          union all
          select i.inhrelid::regclass::text from pg_inherits i where c.oid in (i.inhparent, i.inhrelid)
          union all
          select r.rulename::text from pg_rewrite r where r.ev_class = c.oid
          union all
          select p.polname::text from pg_policy p
           where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('r', '*') and row_security_active(c.oid)
             and exists (select from unnest(p.polroles) as k (role) where k.role = 0 or pg_has_role(current_user, k.role, 'usage'))
          union all
          select 'no policy that shows every row' where row_security_active(c.oid) and not exists (
            select from pg_policy p
             where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*') and pg_get_expr(p.polqual, c.oid) = 'true'
               and exists (select from unnest(p.polroles) as k (role) where k.role = 0 or pg_has_role(current_user, k.role, 'usage')))
        ) found order by t.place, found.id collate "C" limit 1`,
      [logTables],
    ),
  )

/**
 * Whether something is missing that keeps history from being changed, or there that could keep it from being written: the
 * triggers that refuse, others that fire before a row is written, rights of others than the owner.
 * @returns the first table, with the name of the trigger or the role
 */
export const protectionFault = async (client: pg.Client): Promise<AuditFault | null> =>
  faultOf(
    'protection-missing',
    await client.query<{ table: string; id: string }>(
      `select t.name as table, found.id ${tables}
        cross join lateral (
          select 'stays' as id where t.name = any ($2) and not exists (
            select from pg_trigger g join pg_proc f on f.oid = g.tgfoid
             where g.tgrelid = c.oid and g.tgname = 'stays' and g.tgenabled in ('O', 'A') and g.tgtype = 2 | 8 | 16 | 32
               and g.tgqual is null and g.tgattr = '' and btrim(regexp_replace(f.prosrc, '\\s+', ' ', 'g')) = $4)
          union all
          select g.tgname::text from pg_trigger g
           where g.tgrelid = c.oid and not g.tgisinternal and g.tgname <> 'stays' and g.tgtype & (2 | 64) <> 0
          union all
          select coalesce(r.rolname::text, 'public') || ' may ' || lower(a.privilege_type)
            from (select c.relacl as acl union all select d.attacl from pg_attribute d where d.attrelid = c.oid) l
            cross join lateral aclexplode(l.acl) a left join pg_roles r on r.oid = a.grantee
           where a.grantee <> c.relowner and (a.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
              or a.privilege_type = 'INSERT' and t.name = any ($3))
        ) found order by t.place, found.id collate "C" limit 1`,
      [logTables, appendOnly, ownersAlone, refusal],
    ),
  )
