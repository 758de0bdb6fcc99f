import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { unsealedBatch } from '#platform/audit/verify-audit.queries.ts'
import type { TestDatabase } from '#test/support/test-database.ts'
import { firstOf, lastOf, rowAt, sealedLog, tamper, verified } from './written-log.ts'

test('a row that was inserted past the sealer', async () => {
  const world = await sealedLog()
  const id = '01890000-0000-7000-8000-000000000099'
  await tamper(
    world,
    `insert into lookups (id, position, occurred_at, client_id, organisation_id, operation, request_id)
     overriding system value select '${id}', -5, occurred_at, client_id, organisation_id, operation, 'r' from lookups limit 1`,
  )
  expect(await verified(world)).toEqual({ fault: { what: 'not-in-chain', table: 'lookups', number: null, id } })
})

describe('a row with a link below the chain', () => {
  const id = '01890000-0000-7000-8000-000000000098'
  const unchecked = (table: string) => `alter table ${table} drop constraint ${table}_number_check`
  const forged = (world: TestDatabase) =>
    tamper(
      world,
      `${unchecked('audit_chain')};
       insert into lookups (id, position, occurred_at, client_id, organisation_id, operation, request_id)
       overriding system value select '${id}', -1, occurred_at, client_id, organisation_id, operation, 'r' from lookups limit 1;
       insert into audit_chain (number, source, position, row_id, at, organisation_id, client_id, citizens, hash)
       select -1, 'look-up', -1, id, occurred_at, organisation_id, client_id, '[]', decode(repeat('00', 32), 'hex')
         from lookups where id = '${id}'`,
    )

  test('is found by the link, and by the row', async () => {
    const world = await sealedLog()
    await forged(world)
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', table: 'audit_chain', number: -1 } })
    const client = new pg.Client({ connectionString: world.ownerUrl })
    await client.connect()
    try {
      const given = { position: null, batch: 100, graceSeconds: 300, lastNumber: await lastOf(world) }
      expect(await unsealedBatch(client, 'lookups', given)).toMatchObject({ id })
    } finally {
      await client.end()
    }
  })

  test('is found in the index of citizens', async () => {
    const world = await sealedLog()
    await tamper(
      world,
      `${unchecked('audit_citizens')}; insert into audit_citizens (citizen_id, number, municipality, at, source, organisation_id)
       select citizen_id, 0, municipality, at, source, organisation_id from audit_citizens limit 1`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', table: 'audit_citizens', number: 0 } })
  })

  test.each(['audit_chain', 'audit_citizens'])('cannot be put into %s while its check stands', async (table) => {
    const world = await sealedLog()
    const row = `(select number from ${table} order by number limit 1)`
    await expect(tamper(world, `update ${table} set number = 0 where number = ${row}`)).rejects.toThrow(
      `${table}_number_check`,
    )
  })
})

test('tables and operators that the search path puts before those of the log', async () => {
  const world = await sealedLog()
  const number = await firstOf(world, 'change')
  const { position } = await rowAt(world, number)
  await tamper(
    world,
    `create schema before_it; create table before_it.change_log as select * from public.change_log;
     grant usage on schema before_it to public; grant select on before_it.change_log to public;
     create function before_it.never(bytea, bytea) returns boolean language sql immutable return false;
     create operator before_it.<> (leftarg = bytea, rightarg = bytea, function = before_it.never);
     update public.change_log set action = 'x' where position = ${position}`,
  )
  const url = new URL(world.ownerUrl)
  url.searchParams.set('options', '-c search_path=before_it,pg_catalog,public')
  const given = { url: url.href }
  expect(await verified(world, given)).toMatchObject({ fault: { what: 'hash-differs', table: 'change_log', number } })
})
