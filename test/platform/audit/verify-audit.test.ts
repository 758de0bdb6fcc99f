import { describe, expect, test } from 'vitest'
import { type Checkpoint, signCheckpoint } from '#platform/audit/checkpoints.ts'
import { generateSigningKey, parseSigningKey } from '#platform/audit/signing-key.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import {
  firstOf,
  lastOf,
  rowAt,
  sealAll,
  sealedLog,
  tamper,
  verified,
  writtenChange,
  writtenLookup,
} from './written-log.ts'

const key = await parseSigningKey(generateSigningKey())
const at = '2026-03-13T10:00:00.000Z'

describe('an untouched log', () => {
  test('is in order, with all of its rows and checkpoints, whatever the batches', async () => {
    const world = await sealedLog()
    const checkpoint = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    await writtenChange(world)
    await sealAll(world)
    const last = await lastOf(world)
    expect(last).toBeGreaterThanOrEqual(17)
    for (const batch of [1, 2, 3, 5, 16, 17, 1000]) {
      expect(await verified(world, { batch, outside: [checkpoint], trustedKeys: [key.publicKey.kid] })).toEqual({
        fault: null,
        verified: last,
        checkpoints: 2,
      })
    }
    expect(checkpoint).toMatchObject({ number: last - 1, at })
  })

  test('is in order while rows wait that are younger than the sealing takes', async () => {
    const world = await sealedLog()
    await writtenLookup(world)
    expect(await verified(world)).toMatchObject({ fault: null })
  })

  test('cannot be verified by a role that does not see all of it', async () => {
    const world = await sealedLog()
    await expect(verified(world, { url: world.applicationUrl })).rejects.toThrow('DATABASE_OWNER_URL')
  })
})

/** Every column of the three tables, with a value that it does not have. */
const edits: Record<string, Record<string, string>> = {
  change: {
    id: `'${newId()}'`,
    occurred_at: `occurred_at + interval '1 millisecond'`,
    client_id: `'another'`,
    organisation_id: `'${demo.organisations.supplierSyd.id}'`,
    registered_by: `'{"name": "Someone else"}'`,
    action: `'plan.removed'`,
    entity: `'absence'`,
    entity_id: `'${newId()}'`,
    order_id: 'null',
    request_id: `'r'`,
    changes: `changes || '{"days": 3}'`,
  },
  'look-up': {
    id: `'${newId()}'`,
    occurred_at: `occurred_at - interval '1 day'`,
    client_id: `'another'`,
    organisation_id: `'${demo.organisations.supplierSyd.id}'`,
    operation: `'listOrders'`,
    citizen_id: 'null',
    order_id: `'${newId()}'`,
    purpose: `'made up'`,
    request_id: `'r'`,
    citizen_ids: `array['${newId()}']::uuid[]`,
  },
  refusal: {
    id: `'${newId()}'`,
    arrived_at: `arrived_at + interval '1 second'`,
    client_id: `'another'`,
    organisation_id: `'${demo.organisations.supplierSyd.id}'`,
    operation: `'o'`,
    rule: `'too-late'`,
    order_id: 'null',
    request_id: `'r'`,
  },
  link: {
    at: `at + interval '1 second'`,
    organisation_id: `'${demo.organisations.supplierSyd.id}'`,
    client_id: `'another'`,
    order_id: 'null',
    citizen_id: 'null',
    citizens: `'[]'`,
    hash: `sha256('forged')`,
  },
}

describe('an edited row is found and named', () => {
  test.each(Object.keys(edits))('each column of a %s', async (source) => {
    const world = await sealedLog()
    const number = await firstOf(world, source === 'link' ? 'change' : source)
    const row = await rowAt(world, number)
    const [table, found] = source === 'link' ? ['audit_chain', row.table] : [row.table, row.table]
    const where = source === 'link' ? `number = ${number}` : `position = ${row.position}`
    const columns = await world.sql<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = $1`,
      [table],
    )
    const given = edits[source] ?? {}
    const others = source === 'link' ? ['number', 'source', 'position', 'row_id'] : ['position']
    expect(columns.map(({ name }) => name).sort()).toEqual([...Object.keys(given), ...others].sort())
    for (const [column, value] of Object.entries(given)) {
      await tamper(world, `create table kept as select * from ${table} where ${where}`)
      await tamper(world, `update ${table} set ${column} = ${value} where ${where}`)
      const what = column === 'id' ? 'row-swapped' : 'hash-differs'
      expect([column, await verified(world)]).toEqual([column, { fault: { what, table: found, number, id: row.id } }])
      await tamper(
        world,
        `update ${table} t set ${column} = k.${column} from kept k where t.${where.replace('= ', '= ')}; drop table kept`,
      )
      expect([column, await verified(world)]).toEqual([column, expect.objectContaining({ fault: null })])
    }
  })

  test('a citizen taken out of the index, or put into it', async () => {
    const world = await sealedLog()
    const [row] = await world.sql<{ number: string }>('select min(number) as number from audit_citizens')
    await tamper(world, `delete from audit_citizens where number = ${row?.number}`)
    expect(await verified(world)).toMatchObject({ fault: { what: 'citizens-differ', number: Number(row?.number) } })
  })
})

describe('a removed row is found and named', () => {
  test.each(['first', 'middle', 'last'] as const)('the %s', async (which) => {
    const world = await sealedLog()
    const last = await lastOf(world)
    const number = { first: 1, middle: Math.ceil(last / 2), last }[which]
    const { table, id, position } = await rowAt(world, number)
    await tamper(world, `delete from ${table} where position = ${position}`)
    expect(await verified(world)).toEqual({ fault: { what: 'row-missing', table, number, id } })
    await tamper(world, `delete from audit_chain where number = ${number}`)
    expect(await verified(world)).toMatchObject({
      fault: which === 'last' ? { what: 'end-differs', number } : { what: 'link-missing', number },
    })
  })

  test('a hole at the seam of two batches', async () => {
    const world = await sealedLog()
    await tamper(world, `delete from audit_chain where number in (5, 6)`)
    expect(await verified(world, { batch: 5 })).toMatchObject({ fault: { what: 'link-missing', number: 5 } })
    await tamper(world, `delete from audit_chain where number between 1 and 12`)
    expect(await verified(world, { batch: 5 })).toMatchObject({ fault: { what: 'link-missing', number: 1 } })
  })
})

test('two rows that changed places, and two links', async () => {
  const world = await sealedLog()
  const [a, b] = await world.sql<{ position: string; number: string }>(
    `select position, number from audit_chain where source = 'look-up' order by number limit 2`,
  )
  const swap = (table: string, column: string, one: string, two: string) =>
    `update ${table} set ${column} = 999999 where ${column} = ${one}; update ${table} set ${column} = ${one} where ${column} = ${two};
     update ${table} set ${column} = ${two} where ${column} = 999999`
  const ids = `alter table lookups alter position drop identity`
  await tamper(world, `${ids}; ${swap('lookups', 'position', a?.position ?? '', b?.position ?? '')}`)
  expect(await verified(world)).toMatchObject({ fault: { what: 'row-swapped', number: Number(a?.number) } })
  await tamper(world, swap('lookups', 'position', a?.position ?? '', b?.position ?? ''))
  await tamper(world, 'alter table lookups alter position add generated always as identity')
  expect(await verified(world)).toMatchObject({ fault: null })
  await tamper(world, swap('audit_chain', 'number', '2', '3'))
  expect(await verified(world)).toMatchObject({ fault: { what: 'hash-differs', number: 2 } })
})
