import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { structureFault } from '#platform/audit/log-structure.queries.ts'
import { logTables, settledSession } from '#platform/audit/log-tables.queries.ts'
import type { TestDatabase } from '#test/support/test-database.ts'
import { sealedLog, verified } from './written-log.ts'

const unprotected = (table: string, id: string) => ({ fault: { what: 'protection-missing', table, number: null, id } })

/** What `structureFault` says after statements of a superuser's that are undone again: roles are the whole server's. */
const faultAfter = async (world: TestDatabase, statements: string) => {
  const client = new pg.Client({ connectionString: world.adminUrl })
  await client.connect()
  try {
    await client.query('begin')
    await settledSession(client)
    await client.query(statements)
    return await structureFault(client)
  } finally {
    await client.end()
  }
}

const swallow = `create function public.swallow() returns trigger language plpgsql security definer as $$
  begin set local session_replication_role = replica; delete from public.lookups where id = new.id; return null; end $$;`

/** Statements that keep rows from the chain, or from being held in it, and what the verifier names. */
const changes: readonly (readonly [name: string, statements: string, table: string, id: string])[] = [
  [
    'a trigger that removes rows after they were written',
    `${swallow} create trigger gone after insert on lookups for each row execute function swallow()`,
    'audit_chain',
    'function public.swallow()',
  ],
  [
    'a constraint trigger at the commit, enabled always',
    `${swallow} create constraint trigger gone after insert on lookups deferrable initially deferred for each row execute function swallow();
     alter table lookups enable always trigger gone`,
    'audit_chain',
    'function public.swallow()',
  ],
  [
    'a second trigger with a function of the house',
    'create trigger gone after insert on lookups for each statement execute function audit_stays()',
    'lookups',
    'trigger gone',
  ],
  [
    'a sealer that seals nothing',
    `create or replace function portal_seal_audit(most integer, lock_number bigint, out sealed integer)
       language plpgsql security definer as $$ begin sealed := 0; end $$`,
    'audit_chain',
    'function public.portal_seal_audit(integer,bigint)',
  ],
  [
    'a sealer with the rights of its caller',
    'alter function portal_seal_audit(integer, bigint) security invoker',
    'audit_chain',
    'function public.portal_seal_audit(integer,bigint)',
  ],
  [
    'a sealer with another search path',
    'alter function portal_seal_audit(integer, bigint) set search_path = elsewhere, public',
    'audit_chain',
    'function public.portal_seal_audit(integer,bigint)',
  ],
  [
    'the text of a row without its content',
    `create or replace function portal_audit_row(r lookups) returns jsonb language sql stable return jsonb_build_array(1)`,
    'audit_chain',
    'function public.portal_audit_row(public.lookups)',
  ],
  [
    'the look-ups of a citizen, told to nobody',
    'alter function portal_lookups_of_citizen(uuid) set row_security = off',
    'audit_chain',
    'function public.portal_lookups_of_citizen(uuid)',
  ],
  [
    'a function that belongs to another',
    'grant create on schema public to pg_monitor; alter function portal_unsealed() owner to pg_monitor',
    'audit_chain',
    'function public.portal_unsealed()',
  ],
  [
    'a restrictive policy for new rows',
    `create policy few on lookups as restrictive for insert with check (client_id <> 'auditor')`,
    'lookups',
    'policy few',
  ],
  [
    'a policy that lets everybody read',
    'create policy all_of_it on lookups for select using (true)',
    'lookups',
    'policy all_of_it',
  ],
  ['a policy that is gone', 'drop policy own on lookups', 'lookups', 'policy own'],
  ['row security switched off', 'alter table lookups disable row level security', 'lookups', 'row security'],
  ['row security not forced', 'alter table refusals no force row level security', 'refusals', 'row security'],
  ['a table that belongs to the portal', 'alter table lookups owner to portal_application', 'lookups', 'owner'],
  ['a hash that may be left out', 'alter table audit_chain alter hash drop not null', 'audit_chain', 'column hash'],
  [
    'positions that are given by hand',
    'alter table refusals alter position drop identity',
    'refusals',
    'column position',
  ],
  [
    'positions from below those that were sealed',
    'alter table lookups alter position set minvalue -1000 restart with -100',
    'lookups',
    'column position',
  ],
  [
    'two rows in one place',
    'alter table lookups drop constraint lookups_position_key',
    'lookups',
    'constraint lookups_position_key',
  ],
  [
    'times without bounds',
    'alter table lookups drop constraint at_in_our_time',
    'lookups',
    'constraint at_in_our_time',
  ],
  ['a column that no hash covers', 'alter table lookups add column extra text', 'lookups', 'column extra'],
]

describe('what could keep rows from the chain is found', () => {
  test.each(changes)('%s', async (_name, statements, table, id) => {
    const world = await sealedLog()
    await world.sql(statements)
    expect(await verified(world, { url: world.adminUrl })).toEqual(unprotected(table, id))
  })

  test('the portal as a member of the owner', async () => {
    const world = await sealedLog()
    expect(await faultAfter(world, '')).toBeNull()
    const all = logTables.map((table) => `alter table public.${table} owner to between_them;`).join(' ')
    expect(
      await faultAfter(world, `create role between_them; grant between_them to portal_worker; ${all}`),
    ).toMatchObject({ what: 'protection-missing', id: 'portal_worker' })
  })

  test('the portal, or a login that acts as it, with the right to write all data', async () => {
    const world = await sealedLog()
    expect(await faultAfter(world, 'grant pg_write_all_data to portal_application')).toMatchObject({
      what: 'protection-missing',
      id: expect.stringContaining(' may write all data'),
    })
    expect(
      await faultAfter(world, 'create role aa_login login in role portal_application, pg_write_all_data'),
    ).toMatchObject({ id: 'aa_login may write all data' })
  })

  test("all tables as the portal's own", async () => {
    const world = await sealedLog()
    const all = logTables.map((table) => `alter table public.${table} owner to portal_application;`).join(' ')
    expect(await faultAfter(world, all)).toMatchObject({ id: 'portal_application' })
  })
})
