import { describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { firstOf, rowAt, sealedLog, tamper, verified } from './written-log.ts'

describe('an edited row is found whatever was done to the hashes', () => {
  test('links without a hash', async () => {
    const world = await sealedLog()
    const number = await firstOf(world, 'look-up')
    const { table, id } = await rowAt(world, number)
    await tamper(
      world,
      `alter table audit_chain alter hash drop not null;
       update audit_chain set hash = null where number >= ${number} and number < (select max(number) from audit_chain);
       update lookups set purpose = 'forged' where id = '${id}'`,
    )
    for (const batch of [1, 5, 1000]) {
      expect(await verified(world, { batch })).toEqual({ fault: { what: 'hash-differs', table, number, id } })
    }
  })

  test('a hash that was cut short', async () => {
    const world = await sealedLog()
    await tamper(
      world,
      `alter table audit_chain drop constraint audit_chain_hash_check; update audit_chain set hash = substr(hash, 1, 31) where number = 3`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'hash-differs', number: 3 } })
  })

  test('a sha256 of its own, and texts and comparisons of its own', async () => {
    const world = await sealedLog()
    const number = await firstOf(world, 'refusal')
    const { position } = await rowAt(world, number)
    await tamper(
      world,
      `update refusals set rule = 'another' where position = ${position};
       create table known as select c.number, c.hash from audit_chain c; grant select on known to public;
       create or replace function pg_catalog.sha256(bytea) returns bytea language sql stable
         as 'select hash from public.known where number = ${number}';
       create or replace function pg_catalog.byteane(bytea, bytea) returns boolean language sql immutable as 'select false'`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'hash-differs', table: 'refusals', number } })
  })

  test('a year before our era, which the text does not tell from its namesake', async () => {
    const world = await sealedLog()
    const number = await firstOf(world, 'look-up')
    const { table, id } = await rowAt(world, number)
    const inTheOldEra = (column: string) =>
      `(to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || '+00 BC')::timestamptz`
    await tamper(
      world,
      `alter table lookups drop constraint at_in_our_time; alter table audit_chain drop constraint audit_chain_at_check;
       update lookups set occurred_at = ${inTheOldEra('occurred_at')} where id = '${id}';
       update audit_chain set at = ${inTheOldEra('at')} where number = ${number};
       update audit_citizens set at = ${inTheOldEra('at')} where number = ${number}`,
    )
    expect(await verified(world)).toEqual({ fault: { what: 'hash-differs', table, number, id } })
  })

  test.each(['change_log', 'lookups', 'refusals', 'audit_chain'])('%s takes no such year', async (table) => {
    const world = await sealedLog()
    const column = { refusals: 'arrived_at', audit_chain: 'at' }[table] ?? 'occurred_at'
    for (const at of ['0044-03-15T00:00:00Z BC', '1899-12-31T23:59:59Z', '10000-01-01T00:00:00Z']) {
      await expect(tamper(world, `update ${table} set ${column} = '${at}'`)).rejects.toThrow('check constraint')
    }
  })
})

test('a forged row without a position, which the sealer never comes to', async () => {
  const world = await sealedLog()
  const id = newId()
  await tamper(
    world,
    `alter table refusals alter position drop identity; alter table refusals alter position drop not null;
     insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, order_id, request_id, position)
     select '${id}', arrived_at, client_id, organisation_id, operation, rule, order_id, 'forged', null from refusals limit 1`,
  )
  expect(await verified(world)).toEqual({ fault: { what: 'not-in-chain', table: 'refusals', number: null, id } })
})

test('two rows in one place, of which one has a link', async () => {
  const world = await sealedLog()
  const number = await firstOf(world, 'look-up')
  const { position } = await rowAt(world, number)
  await tamper(
    world,
    `alter table lookups drop constraint lookups_position_key;
     insert into lookups (id, position, occurred_at, client_id, organisation_id, operation, citizen_id, order_id, request_id)
     overriding system value select '${newId()}', position, occurred_at, client_id, organisation_id, 'forged', citizen_id, order_id, request_id
       from lookups where position = ${position}`,
  )
  expect(await verified(world)).toMatchObject({ fault: { what: 'row-swapped', table: 'lookups', number } })
})
