import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { AuditFault } from './audit-faults.ts'
import { expectedLogStructure } from './log-structure.ts'
import { logTables } from './log-tables.queries.ts'

/** The functions that write and read the log, all of their forms, beside those of the tables' triggers. */
const functions = [
  'audit_stays',
  'portal_seal_audit',
  'portal_audit_time',
  'portal_audit_row',
  'portal_audit_step',
  'portal_audit_hash',
  'portal_unsealed',
  'portal_lookups_unsealed_from',
  'portal_lookups_of_citizen',
]

const owner = `(select relowner from pg_class where oid = 'public.audit_chain'::regclass)`

/** Everything that decides what gets into the tables and stays there, as the catalogue has it; rights apart. */
const structure = `
  with t as (
    select c.oid, c.relname, c.relowner, c.relrowsecurity, c.relforcerowsecurity
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any ($1::text[])
  ), of_triggers as (
    select g.tgfoid from pg_trigger g join t on t.oid = g.tgrelid where not g.tgisinternal
  )
  select t.relname::text as "table", 'owner' as what, case when t.relowner = ${owner} then 'the one owner' else t.relowner::regrole::text end as is from t
  union all
  select t.relname, 'row security', case when t.relrowsecurity then 'on' else 'off' end || case when t.relforcerowsecurity then ', forced' else '' end from t
  union all
  select t.relname, 'column ' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
         case when a.attnotnull then 'not null' end, 'identity ' || nullif(a.attidentity::text, ''),
         (select concat_ws(' ', s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle) from pg_depend x join pg_sequence s on s.seqrelid = x.objid
           where x.classid = 'pg_class'::regclass and x.refclassid = 'pg_class'::regclass and x.refobjid = t.oid and x.refobjsubid = a.attnum and x.deptype = 'i'),
         'generated ' || nullif(a.attgenerated::text, ''),
         'default ' || pg_get_expr(d.adbin, d.adrelid))
    from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  union all
  select t.relname, 'constraint ' || k.conname, pg_get_constraintdef(k.oid)
    from t join pg_constraint k on k.conrelid = t.oid where k.contype <> 'n'
  union all
  select t.relname, 'index ' || i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) || case when i.indisvalid and i.indisready then '' else ' (invalid)' end
    from t join pg_index i on i.indrelid = t.oid where i.indisunique
  union all
  select t.relname, 'policy ' || p.polname, concat_ws(' ', p.polcmd, case when p.polpermissive then 'permissive' else 'restrictive' end,
         'to ' || (select string_agg(case when k.role = t.relowner then 'owner' when k.role = 0 then 'public' else k.role::regrole::text end, ', ' order by k.role::regrole::text collate "C")
                     from unnest(p.polroles) as k (role)),
         'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
    from t join pg_policy p on p.polrelid = t.oid
  union all
  select t.relname, 'trigger ' || g.tgname, case when g.tgenabled in ('O', 'A') then '' else '(off) ' end || pg_get_triggerdef(g.oid)
    from t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal or g.tgenabled <> 'O'
  union all
  select 'audit_chain', 'function ' || f.oid::regprocedure::text, case when f.proowner = ${owner} then '' else 'of ' || f.proowner::regrole::text || ': ' end
         || case when f.prokind = 'a'
              then (select concat_ws(' ', 'aggregate', g.aggtransfn, g.aggfinalfn, g.aggtranstype::regtype, g.agginitval) from pg_aggregate g where g.aggfnoid = f.oid)
              else pg_get_functiondef(f.oid) end
    from pg_proc f where f.pronamespace = 'public'::regnamespace and f.proname = any ($2::text[]) or f.oid in (select tgfoid from of_triggers)`

/**
 * How the log's tables and functions stand in the catalogue, a line each: columns, constraints, unique indexes, policies,
 * triggers, functions, owner and row security. What is long stands there by its SHA-256.
 */
export const logStructure = async (client: pg.Client): Promise<Map<string, string>> => {
  const { rows } = await client.query<{ table: string; what: string; is: string }>(structure, [logTables, functions])
  const lines = rows.map(({ table, what, is }): [string, string] => [
    `${table} | ${what}`,
    is.length > 90 || is.includes('\n') ? `sha256 ${createHash('sha256').update(is).digest('hex')}` : is,
  ])
  return new Map(lines.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Roles through which the portal itself could change the log, whatever the tables' own rights say. */
const mightyRoles = `
  select r.rolname::text as id from pg_roles r
   where r.rolname in ('portal_application', 'portal_worker') and pg_has_role(r.oid, ${owner}, 'member')
  union all
  select r.rolname || ' may write all data' from pg_roles r
   where not r.rolsuper and r.oid <> ${owner} and pg_has_role(r.oid, 'pg_write_all_data', 'member')
     and exists (select from pg_roles p where p.rolname in ('portal_application', 'portal_worker') and pg_has_role(r.oid, p.oid, 'member'))
   order by 1 limit 1`

/**
 * Whether the log's tables and functions are other than those of the migrations, or the portal's roles own them.
 * @returns the first difference, by table and name
 */
export const structureFault = async (client: pg.Client): Promise<AuditFault | null> => {
  const fault = (table: string, id: string): AuditFault => ({ what: 'protection-missing', table, number: null, id })
  const { rows } = await client.query<{ id: string }>(mightyRoles)
  if (rows[0]) return fault('audit_chain', rows[0].id)
  const found = await logStructure(client)
  const expected = new Map(
    expectedLogStructure
      .trim()
      .split('\n')
      .map((line): [string, string] => {
        const [table, what, ...is] = line.split(' | ')
        return [`${table} | ${what}`, is.join(' | ')]
      }),
  )
  const differs = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (key) => expected.get(key) !== found.get(key),
  )
  const [table, what] = differs.sort()[0]?.split(' | ') ?? []
  return table === undefined || what === undefined ? null : fault(table, what)
}
