import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { holdLogTables, logTables } from '#platform/audit/log-tables.queries.ts'
import type { TestDatabase } from '#test/support/test-database.ts'
import { firstOf, rowAt, sealedLog, tamper, verified } from './written-log.ts'

/** As whoever owns the tables. */
const asOwner = async (world: TestDatabase, statements: string): Promise<void> => {
  const client = new pg.Client({ connectionString: world.ownerUrl })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}

const hidden = (table: string, id: string) => ({ fault: { what: 'rows-hidden', table, number: null, id } })
const unprotected = (table: string, id: string) => ({ fault: { what: 'protection-missing', table, number: null, id } })

describe('what stands between the verifier and the rows is found', () => {
  test.each(logTables)('a restrictive policy on %s', async (table) => {
    const world = await sealedLog()
    await asOwner(world, `create policy quiet on ${table} as restrictive for select using (false)`)
    expect(await verified(world)).toEqual(hidden(table, 'quiet'))
  })

  test('also one that hides the links and rows of an end that was cut off with them', async () => {
    const world = await sealedLog()
    const { id } = await rowAt(world, await firstOf(world, 'change'))
    await asOwner(
      world,
      `create policy a on change_log as restrictive to current_user using (id <> '${id}');
       create policy a on audit_chain as restrictive to current_user using (row_id <> '${id}')`,
    )
    expect(await verified(world)).toEqual(hidden('audit_chain', 'a'))
  })

  test('the policy that shows the owner everything, narrowed', async () => {
    const world = await sealedLog()
    await asOwner(world, `alter policy migration on lookups using (client_id <> 'supplier-nord')`)
    expect(await verified(world)).toEqual(hidden('lookups', 'no policy that shows every row'))
  })

  test('a policy that does not apply to the verifier hides nothing from it', async () => {
    const world = await sealedLog()
    await asOwner(world, 'create policy fewer on lookups as restrictive for select to pg_monitor using (false)')
    expect(await verified(world)).toEqual(unprotected('lookups', 'policy fewer'))
    await asOwner(world, 'create policy all_hidden on lookups as restrictive for select using (false)')
    expect(await verified(world, { url: world.adminUrl })).toEqual(unprotected('lookups', 'policy all_hidden'))
  })

  test('a view in the place of a table, a rule, and a table that inherits', async () => {
    const world = await sealedLog()
    await asOwner(world, 'create table elsewhere () inherits (lookups)')
    expect(await verified(world)).toEqual(hidden('lookups', 'public.elsewhere'))
    await asOwner(world, 'drop table elsewhere; create rule silence as on insert to refusals do instead nothing')
    expect(await verified(world)).toEqual(hidden('refusals', 'silence'))
    await asOwner(
      world,
      `drop rule silence on refusals; alter table refusals rename to refusals_apart; create view refusals as select * from refusals_apart`,
    )
    expect(await verified(world)).toEqual(hidden('refusals', '_RETURN'))
  })

  test('nothing is put in between while it reads', async () => {
    const world = await sealedLog()
    const reader = new pg.Client({ connectionString: world.ownerUrl })
    await reader.connect()
    try {
      await reader.query('begin isolation level repeatable read read only')
      await holdLogTables(reader)
      const policy = 'create policy late on change_log as restrictive using (false)'
      await expect(asOwner(world, `set lock_timeout = '200ms'; ${policy}`)).rejects.toMatchObject({ code: '55P03' })
    } finally {
      await reader.end()
    }
  })
})

describe('what no longer keeps history from being changed is found', () => {
  const kept = logTables.filter((table) => table !== 'audit_tail' && table !== 'audit_sealing')

  test.each(kept)('the trigger of %s, taken away or disabled', async (table) => {
    const world = await sealedLog()
    await asOwner(world, `alter table ${table} disable trigger stays`)
    expect(await verified(world)).toEqual(unprotected(table, 'stays'))
    await asOwner(world, `drop trigger stays on ${table}`)
    expect(await verified(world)).toEqual(unprotected(table, 'stays'))
    await asOwner(
      world,
      `create trigger stays before update or delete on ${table} for each statement execute function audit_stays()`,
    )
    expect(await verified(world)).toEqual(unprotected(table, 'stays'))
  })

  test('the function that refuses, made harmless', async () => {
    const world = await sealedLog()
    await asOwner(
      world,
      'create or replace function audit_stays() returns trigger language plpgsql as $$ begin return null; end $$',
    )
    expect(await verified(world)).toEqual(unprotected('audit_chain', 'stays'))
  })

  test('a trigger that keeps rows from being written', async () => {
    const world = await sealedLog()
    await asOwner(
      world,
      `create function nothing() returns trigger language plpgsql as $$ begin return null; end $$;
       create trigger silence before insert on lookups for each row execute function nothing()`,
    )
    expect(await verified(world)).toEqual(unprotected('lookups', 'silence'))
  })

  test('a right to change it, also on one column, and a right to forge links', async () => {
    const world = await sealedLog()
    await asOwner(world, 'grant update (purpose) on lookups to portal_application')
    expect(await verified(world)).toEqual(unprotected('lookups', 'portal_application may update'))
    await asOwner(
      world,
      'revoke update (purpose) on lookups from portal_application; grant delete on refusals to public',
    )
    expect(await verified(world)).toEqual(unprotected('refusals', 'public may delete'))
    await asOwner(world, 'revoke delete on refusals from public; grant insert on audit_chain to portal_worker')
    expect(await verified(world)).toEqual(unprotected('audit_chain', 'portal_worker may insert'))
  })

  test('an edited row is named before that', async () => {
    const world = await sealedLog()
    const number = await firstOf(world, 'refusal')
    const { position } = await rowAt(world, number)
    await asOwner(world, 'alter table refusals disable trigger stays')
    await tamper(world, `update refusals set rule = 'another' where position = ${position}`)
    expect(await verified(world)).toMatchObject({ fault: { what: 'hash-differs', table: 'refusals', number } })
  })
})
