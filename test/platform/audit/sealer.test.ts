import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { recordLookup } from '#platform/audit/lookups.ts'
import { runSealer, sealAudit, sealerBacklog, sealerLock } from '#platform/audit/sealer.ts'
import { generateSigningKey, parseSigningKey } from '#platform/audit/signing-key.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { createLog } from '#platform/log.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { afterwards, type TestDatabase, testDatabase } from '#test/support/test-database.ts'
import { until } from '#test/support/until.ts'
import { requestOf, sealAll, verified, writtenChange, writtenLookup, writtenRefusal } from './written-log.ts'

const { organisations, orders } = demo

const settled = async (): Promise<TestDatabase> => {
  const world = await testDatabase()
  await sealAll(world)
  return world
}

type Row = { number: string; source: string; row_id: string; citizen_id: string | null; citizens: [string, string][] }
const chainAfter = (world: TestDatabase, number: number) =>
  world.sql<Row>(
    'select number, source, row_id, citizen_id, citizens from audit_chain where number > $1 order by number',
    [number],
  )
const lastOf = async (world: TestDatabase): Promise<number> =>
  Number((await world.sql<{ last: string }>('select last from audit_tail'))[0]?.last)

/** A connection whose transaction stays open until it is told. */
const openTransaction = async (world: TestDatabase) => {
  const client = new pg.Client({ connectionString: world.adminUrl })
  client.on('error', () => undefined)
  await client.connect()
  afterwards(() => client.end())
  await client.query('begin')
  const lookup = async (): Promise<void> => {
    await client.query(
      `insert into lookups (id, occurred_at, client_id, organisation_id, operation, request_id)
       values (uuidv7(), now(), 'late', $1, 'getOrder', 'r')`,
      [organisations.supplierNord.id],
    )
  }
  return { client, lookup }
}

describe('the chain', () => {
  test('numbers committed rows of all three tables without gaps, with the citizens that they are about', async () => {
    const world = await settled()
    const before = await lastOf(world)
    await writtenChange(world)
    await writtenLookup(world)
    await writtenRefusal(world)
    await writtenLookup(world, { citizenIds: [orders.dragoer.citizen.id, orders.activityReady.citizen.id] })
    expect(await sealerBacklog(world.workerDatabase)).toBe(4)
    expect(await sealAudit(world.workerDatabase)).toBe(4)
    expect(await sealAudit(world.workerDatabase)).toBe(0)
    expect(await sealerBacklog(world.workerDatabase)).toBe(0)
    const rows = await chainAfter(world, before)
    expect(rows.map(({ number }) => Number(number))).toEqual([1, 2, 3, 4].map((n) => before + n))
    const nord: [string, string] = [orders.activityReady.citizen.id, orders.activityReady.citizen.residenceMunicipality]
    const dragoer: [string, string] = [orders.dragoer.citizen.id, '0155']
    const bySource = rows.map(({ source, citizen_id, citizens }) => ({ source, citizen_id, citizens }))
    expect(bySource).toEqual([
      { source: 'change', citizen_id: nord[0], citizens: [nord] },
      { source: 'look-up', citizen_id: nord[0], citizens: [nord] },
      {
        source: 'look-up',
        citizen_id: null,
        citizens: [nord, dragoer].sort(([a], [b]) => (a < b ? -1 : 1)),
      },
      { source: 'refusal', citizen_id: nord[0], citizens: [nord] },
    ])
  })

  test('what commits late gets a later number, however much was sealed meanwhile; what never commits, none', async () => {
    const world = await settled()
    const before = await lastOf(world)
    const [late, lost] = [await openTransaction(world), await openTransaction(world)]
    await late.lookup()
    await lost.lookup()
    for (let n = 0; n < 3; n++) {
      await writtenLookup(world)
      expect(await sealAudit(world.workerDatabase)).toBe(1)
    }
    await lost.client.query('rollback')
    // The gaps stay looked for while the transaction that drew one of them is open, also past many turns.
    for (let turn = 0; turn < 4; turn++) {
      await world.sql(`update audit_sealing set turned_at = now() - interval '1 hour'`)
      expect(await sealAudit(world.workerDatabase)).toBe(0)
    }
    await late.client.query('commit')
    expect(await sealAudit(world.workerDatabase)).toBe(1)
    const rows = await chainAfter(world, before)
    expect(rows).toHaveLength(4)
    expect((await world.sql('select client_id from lookups where id = $1', [rows[3]?.row_id]))[0]).toEqual({
      client_id: 'late',
    })
    // Once every transaction of that time has ended, the one that never came is no longer looked for.
    await until(async () => {
      await world.sql(`update audit_sealing set turned_at = now() - interval '1 hour'`)
      await sealAudit(world.workerDatabase)
      const [state] = await world.sql<{ gaps: string }>(
        `select (fresh + fading)::text as gaps from audit_sealing where source = 'look-up'`,
      )
      return state?.gaps === '{}'
    })
    expect(await verified(world)).toMatchObject({ fault: null })
  })

  test('while writers write and several workers seal, every row gets exactly one link', async () => {
    const world = await settled()
    const before = await lastOf(world)
    let writing = true
    const worker = async () => {
      while (writing) await sealAudit(world.workerDatabase)
    }
    const slow = (n: number) =>
      inTransaction(world.database, organisations.supplierNord.id, async (trx) => {
        const lookup = { operation: 'getOrder', citizenId: null, orderId: null, purpose: null }
        await recordLookup(trx, requestOf(organisations.supplierNord), lookup)
        await sleep(n % 7)
        if (n % 5 === 0) throw new Error('given up')
      }).catch(() => undefined)
    const workers = [worker(), worker()]
    for (let round = 0; round < 8; round++) await Promise.all(Array.from({ length: 20 }, (_, n) => slow(n)))
    writing = false
    await Promise.all(workers)
    await sealAll(world)
    const [counted] = await world.sql<{ rows: string; links: string }>(
      `select (select count(*) from lookups) as rows, (select count(*) from audit_chain where source = 'look-up') as links`,
    )
    expect(counted?.links).toBe(counted?.rows)
    expect((await lastOf(world)) - before).toBe(8 * 16)
    expect(await verified(world, { batch: 17 })).toMatchObject({ fault: null })
  })

  test('goes on after a worker was lost in the middle of a round, which leaves nothing', async () => {
    const world = await settled()
    await writtenLookup(world)
    const client = new pg.Client({ connectionString: world.adminUrl })
    client.on('error', () => undefined)
    await client.connect()
    await client.query(`begin; select * from portal_seal_audit(10, ${sealerLock})`)
    expect(await sealAudit(world.workerDatabase)).toBe('held-elsewhere')
    const [{ pid }] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows as [{ pid: number }]
    await world.sql('select pg_terminate_backend($1)', [pid])
    await until(async () => (await sealAudit(world.workerDatabase)) === 1)
    expect(await verified(world)).toMatchObject({ fault: null })
  })
})

describe('history stays', () => {
  const kept = ['audit_chain', 'audit_citizens', 'audit_checkpoints', 'change_log', 'lookups', 'refusals']

  test.each(kept)('%s is not changed by its owner', async (table) => {
    const world = await settled()
    const owner = new pg.Client({ connectionString: world.ownerUrl })
    await owner.connect()
    try {
      const column = { audit_chain: 'at', audit_citizens: 'at', audit_checkpoints: 'at' }[table] ?? 'request_id'
      for (const statement of [
        `update ${table} set ${column} = ${column}`,
        `delete from ${table}`,
        `truncate ${table}`,
        `truncate ${table} cascade`,
      ]) {
        await expect(owner.query(statement), statement).rejects.toMatchObject({ code: '42501' })
      }
    } finally {
      await owner.end()
    }
  })

  test.each([...kept, 'audit_tail', 'audit_sealing'])(
    '%s is changed neither by the application nor by the worker',
    async (table) => {
      const world = await settled()
      for (const pool of [world.database.pool, world.workerDatabase.pool]) {
        for (const statement of [`delete from ${table}`, `truncate ${table}`]) {
          await expect(pool.query(statement), statement).rejects.toMatchObject({ code: '42501' })
        }
        await expect(pool.query(`update ${table} set at = now()`)).rejects.toMatchObject({
          code: expect.stringMatching(/^(42501|42703)$/),
        })
      }
      for (const forged of ['audit_chain', 'audit_citizens', 'audit_tail', 'audit_sealing']) {
        await expect(world.workerDatabase.pool.query(`insert into ${forged} default values`)).rejects.toMatchObject({
          code: '42501',
        })
      }
      await expect(world.database.pool.query('select portal_seal_audit(1, 1)')).rejects.toMatchObject({ code: '42501' })
    },
  )
})

describe('the loop', () => {
  test('seals, signs a checkpoint that it also logs, survives failures, and ends with the signal', async () => {
    const world = await settled()
    const lines: string[] = []
    const key = await parseSigningKey(generateSigningKey())
    const stop = new AbortController()
    let now = 0
    await world.sql('alter function portal_seal_audit(integer, bigint) rename to portal_seal_audit_away')
    const running = runSealer({
      database: world.workerDatabase,
      log: createLog('info', 'test', { write: (line) => void lines.push(line) }),
      signal: stop.signal,
      key,
      now: () => '2026-03-13T10:00:00.000Z',
      monotonicMs: () => now,
    })
    await until(() => lines.some((line) => line.includes('the sealer waits')))
    await world.sql('alter function portal_seal_audit_away(integer, bigint) rename to portal_seal_audit')
    await writtenLookup(world)
    const signed = () => lines.filter((line) => line.includes('audit checkpoint'))
    await until(() => signed().length === 1)
    await writtenLookup(world)
    await until(async () => (await sealerBacklog(world.workerDatabase)) === 0)
    now += 60_000
    await until(() => signed().length === 2)
    stop.abort()
    await running
    const [newest] = await world.sql('select number from audit_checkpoints order by number desc limit 1')
    const told = JSON.parse(signed()[1] ?? '{}') as { checkpoint: { number: number; signature: string } }
    expect(newest).toEqual({ number: String(told.checkpoint.number) })
    const outside = [told.checkpoint as never]
    expect(await verified(world, { outside, trustedKeys: [key.publicKey.kid] })).toMatchObject({ fault: null })
  })
})

describe('AUDIT_SIGNING_KEY', () => {
  test('is an Ed25519 key in PKCS#8, as base64 or PEM, and nothing else', async () => {
    const text = generateSigningKey()
    const key = await parseSigningKey(text)
    const pem = `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`
    for (const form of [pem, pem.replaceAll('\n', '\\n'), `${text}\n`]) {
      expect((await parseSigningKey(form)).publicKey).toEqual(key.publicKey)
    }
    expect(key.publicKey).not.toHaveProperty('d')
    const { generateKeyPairSync } = await import('node:crypto')
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' })
    await expect(parseSigningKey(other.toString())).rejects.toThrow('must be an Ed25519 key')
    for (const bad of ['', 'secret!', text.slice(4)]) {
      await expect(parseSigningKey(bad)).rejects.toThrow('must be a private key in PKCS#8')
    }
  })
})
