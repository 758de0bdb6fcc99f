import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { type Checkpoint, signCheckpoint } from '#platform/audit/checkpoints.ts'
import { generateSigningKey, parseSigningKey } from '#platform/audit/signing-key.ts'
import { unsealedBatch } from '#platform/audit/verify-audit.queries.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import type { TestDatabase } from '#test/support/test-database.ts'
import { sealAll, sealedLog, tamper, verified, writtenChange, writtenLookup } from './written-log.ts'

const key = await parseSigningKey(generateSigningKey())
const at = '2026-03-13T10:00:00.000Z'

const rowAt = async (world: TestDatabase, number: number) => {
  const [row] = await world.sql<{ source: string; row_id: string; position: string }>(
    'select source, row_id, position from audit_chain where number = $1',
    [number],
  )
  if (!row) throw new Error(`no link ${number}`)
  const table = { change: 'change_log', 'look-up': 'lookups', refusal: 'refusals' }[row.source] ?? ''
  return { table, id: row.row_id, position: Number(row.position) }
}

const firstOf = async (world: TestDatabase, source: string): Promise<number> => {
  const [row] = await world.sql<{ number: string }>('select min(number) as number from audit_chain where source = $1', [
    source,
  ])
  return Number(row?.number)
}

const lastOf = async (world: TestDatabase): Promise<number> => {
  const [row] = await world.sql<{ last: string }>('select max(number) as last from audit_chain')
  return Number(row?.last)
}

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
  expect(await verified(world)).toMatchObject({ fault: null })
  await tamper(world, swap('audit_chain', 'number', '2', '3'))
  expect(await verified(world)).toMatchObject({ fault: { what: 'hash-differs', number: 2 } })
})

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

describe('an end that was cut off', () => {
  /** Makes the sealer forget rows behind the last link. */
  const forgotten = `update audit_sealing s set fresh = '{}', fading = '{}',
    high = coalesce((select max(c.position) from audit_chain c where c.source = s.source), 0)`

  /** Takes the end away; `clean` means with everything in the database that remembers it. */
  const cut = (world: TestDatabase, from: number, clean: boolean) =>
    tamper(
      world,
      `delete from change_log r using audit_chain c where c.source = 'change' and c.position = r.position and c.number >= ${from};
       delete from lookups r using audit_chain c where c.source = 'look-up' and c.position = r.position and c.number >= ${from};
       delete from refusals r using audit_chain c where c.source = 'refusal' and c.position = r.position and c.number >= ${from};
       delete from audit_chain where number >= ${from}; delete from audit_citizens where number >= ${from};
       ${clean ? `delete from audit_checkpoints where number >= ${from}; update audit_tail set (last, hash) = (select number, hash from audit_chain order by number desc limit 1); ${forgotten}` : 'select 1'}`,
    )

  test('links alone', async () => {
    const world = await sealedLog()
    const last = await lastOf(world)
    await tamper(world, `delete from audit_chain where number = ${last}`)
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: last } })
  })

  test('links and rows; also when the log has gone on', async () => {
    const world = await sealedLog()
    await cut(world, 10, false)
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: 10 } })
    await writtenChange(world)
    await sealAll(world)
    expect(await verified(world)).toMatchObject({ fault: { what: 'link-missing', number: 10 } })
  })

  test('with all traces in the database: a checkpoint that was kept outside alone tells', async () => {
    const world = await sealedLog()
    const checkpoint = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    await cut(world, checkpoint.number, true)
    expect(await verified(world)).toMatchObject({ fault: null })
    const outside = { outside: [checkpoint], trustedKeys: [key.publicKey.kid] }
    expect(await verified(world, outside)).toMatchObject({ fault: { what: 'checkpoint-cut-off' } })
    await writtenChange(world)
    await sealAll(world)
    expect(await verified(world)).toMatchObject({ fault: null })
    expect(await verified(world, outside)).toMatchObject({ fault: { what: 'checkpoint-differs' } })
  })

  test('a log that was emptied, the place of its end included', async () => {
    const world = await sealedLog()
    await tamper(
      world,
      `truncate change_log, lookups, refusals, audit_chain, audit_citizens, audit_checkpoints, audit_tail, audit_sealing`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: 1 } })
  })

  test('the sealer remembers how far it was, and rows that were aborted do not matter', async () => {
    const world = await sealedLog()
    for (const source of ['change_log', 'lookups', 'refusals']) {
      await world.sql(`select nextval(pg_get_serial_sequence('${source}', 'position')) from generate_series(1, 3)`)
    }
    expect(await verified(world)).toMatchObject({ fault: null })
    await writtenChange(world)
    await sealAll(world)
    expect(await verified(world)).toMatchObject({ fault: null })
    await cut(world, 10, false)
    await tamper(
      world,
      `update audit_tail set (last, hash) = (select number, hash from audit_chain order by number desc limit 1)`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'end-differs', number: 10 } })
    await tamper(world, forgotten)
    expect(await verified(world)).toMatchObject({ fault: null })
  })

  test('the stored checkpoint tells while it stands', async () => {
    const world = await sealedLog()
    const { number } = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    await cut(world, 10, false)
    await tamper(
      world,
      `update audit_tail set (last, hash) = (select number, hash from audit_chain order by number desc limit 1); ${forgotten}`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'checkpoint-cut-off', number } })
  })
})

describe('a checkpoint', () => {
  test('that was changed, or signed with a key that is not trusted, is found', async () => {
    const world = await sealedLog()
    const checkpoint = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    const { number } = checkpoint
    const trustedKeys = [key.publicKey.kid]
    await tamper(world, `update audit_checkpoints set at = at + interval '1 second'`)
    expect(await verified(world, { trustedKeys })).toMatchObject({ fault: { what: 'checkpoint-not-signed', number } })
    await tamper(world, `delete from audit_checkpoints`)
    const forger = await parseSigningKey(generateSigningKey())
    await signCheckpoint(world.workerDatabase, forger, at)
    expect(await verified(world, { trustedKeys })).toMatchObject({ fault: { what: 'checkpoint-key-unknown', number } })
    expect(await verified(world)).toMatchObject({ fault: null })
    const moved = { ...checkpoint, number: number - 1 }
    expect(await verified(world, { outside: [moved] })).toMatchObject({ fault: { what: 'checkpoint-not-signed' } })
  })

  test('whose key calls itself by the name of a trusted one is found', async () => {
    const world = await sealedLog()
    const trustedKeys = [key.publicKey.kid]
    const forger = await parseSigningKey(generateSigningKey())
    const unknown = { fault: { what: 'checkpoint-key-unknown' } }
    const named = { ...forger, publicKey: { ...forger.publicKey, kid: key.publicKey.kid } }
    const spoofed = (await signCheckpoint(world.workerDatabase, named, at)) as Checkpoint
    expect(await verified(world, { trustedKeys })).toMatchObject(unknown)
    expect(await verified(world)).toMatchObject(unknown)
    await tamper(world, `delete from audit_checkpoints`)
    expect(await verified(world, { trustedKeys, outside: [spoofed] })).toMatchObject(unknown)
    // The right key under another name: in the column, in the key, in the signature.
    const good = (await signCheckpoint(world.workerDatabase, key, at)) as Checkpoint
    expect(await verified(world, { trustedKeys, outside: [good] })).toMatchObject({ fault: null })
    const renamed = { ...good, publicKey: { ...good.publicKey, kid: 'another' } }
    expect(await verified(world, { trustedKeys, outside: [renamed] })).toMatchObject(unknown)
    await tamper(world, `update audit_checkpoints set key_id = 'another'`)
    expect(await verified(world, { trustedKeys })).toMatchObject(unknown)
    await tamper(world, `delete from audit_checkpoints`)
    await signCheckpoint(world.workerDatabase, { ...key, publicKey: { ...key.publicKey, kid: 'another' } }, at)
    await tamper(
      world,
      `update audit_checkpoints set key_id = '${key.publicKey.kid}',
         public_key = public_key || '{"kid": "${key.publicKey.kid}"}'`,
    )
    expect(await verified(world, { trustedKeys })).toMatchObject(unknown)
  })

  test('is made once for an end, and shows a log that was rewritten from the first row on', async () => {
    const world = await sealedLog()
    await signCheckpoint(world.workerDatabase, key, at)
    expect(await signCheckpoint(world.workerDatabase, key, at)).toBeUndefined()
    // Whoever can call the database's own functions can make a chain that fits itself.
    await tamper(
      world,
      `update change_log set action = 'x'; delete from audit_chain; delete from audit_citizens;
       update audit_tail set last = 0, hash = decode(repeat('00', 32), 'hex');
       update audit_sealing set high = 0, fresh = '{}', fading = '{}'; select portal_seal_audit(1000, 1)`,
    )
    expect(await verified(world)).toMatchObject({ fault: { what: 'checkpoint-differs' } })
  })
})
