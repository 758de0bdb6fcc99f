import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localDate } from '#kernel/local-date.ts'
import { lookupHash, unseal } from '#platform/crypto/keyring.ts'
import { readConfig } from '#src/config.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { currentPeriod, seedDemoWorld } from '#src/dev/demo-world/seed-demo-world.ts'
import { type Development, developmentConfig } from '#src/dev/development.ts'
import { developmentClients } from '#src/dev/issuer/clients.ts'
import { freePlannedDay } from '#src/dev/supervision/first-steps.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'development-'))
chmodSync(dataDir, 0o755)

const modules = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
const script = `const { readConfig } = await import(${modules('config.ts')})
  const { developmentConfig } = await import(${modules('dev/development.ts')})
  const { environment } = await developmentConfig(readConfig(process.env))
  process.stdout.write(JSON.stringify(environment))`

let development: Development
let client: pg.Client
const rows = async (query: string, values: unknown[] = []) => (await client.query(query, values)).rows

beforeAll(async () => {
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir }
  const runs = await Promise.all(
    [1, 2].map(() => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env })),
  )
  development = await developmentConfig(readConfig({ DATA_DIR: dataDir }))
  client = new pg.Client({ connectionString: development.config.databaseOwnerUrl })
  await client.connect()
  for (const run of runs) expect(JSON.parse(run.stdout)).toEqual(development.environment)
}, 120_000)

afterAll(async () => {
  await client?.end()
  await development?.database?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the development settings', () => {
  test('are refused in production', async () => {
    await expect(developmentConfig({ ...development.config, production: true })).rejects.toThrow('NODE_ENV=production')
  })

  test('lead every process to the one database that runs', () => {
    expect(development.database?.reused).toBe(true)
  })
})

describe('the demo world', () => {
  test('has an organisation for every client of the issuer but the one that is to be unknown', async () => {
    const known = (await rows('select client_id from api_clients order by 1')).map((row) => row.client_id)
    const issued = Object.keys(developmentClients).filter((id) => id !== 'not-registered')
    expect(known).toEqual(issued.sort())
  })

  test('seeded again, on another day, changes nothing', async () => {
    const tables = ['organisations', 'framework_agreements', 'orders', 'activities', 'planned_days', 'citizens']
    const dump = async () => {
      const sums: unknown[] = []
      for (const table of tables) {
        sums.push(await rows(`select md5(string_agg(t::text, '|' order by t::text)) from ${table} t`))
      }
      return sums
    }
    const before = await dump()
    const { databaseOwnerUrl: ownerUrl, keyring } = development.config
    await seedDemoWorld({ ownerUrl, keyring, today: localDate('2030-01-01') })
    expect(await dump()).toEqual(before)
  })

  test("counts the approved orders against their agreements' ceilings", async () => {
    const found = await rows(
      `select a.committed_oere::int as committed, sum(round(o.ordered_minutes * a.unit_price_oere / 60.0))::int as value,
              sum(o.committed_oere)::int as of_orders
         from framework_agreements a join orders o on o.framework_agreement_id = a.id and o.status = 'approved'
        group by a.id order by a.id`,
    )
    expect(found).toHaveLength(2)
    for (const row of found) expect([row.value, row.of_orders]).toEqual([row.committed, row.committed])
  })

  test('has plans of weekdays within the ordered total', async () => {
    const wrong = await rows(
      `select o.id from orders o left join planned_days p on p.order_id = o.id
        group by o.id having coalesce(sum(p.planned_minutes), 0) <> o.planned_minutes or o.planned_minutes > o.ordered_minutes
            or (o.plan_version = 0) <> (count(p.date) = 0)
            or bool_or(extract(isodow from p.date) > 5 or p.date not between o.start_date and o.end_date)`,
    )
    expect(wrong).toEqual([])
    const [spring] = await rows('select planned_minutes from orders where id = $1', [demo.orders.activityReady.id])
    expect(spring.planned_minutes).toBe(7200)
  })

  test('has citizens who are found and read with the keys of the folder', async () => {
    const { keyring } = development.config
    for (const { id, cpr } of Object.values(demo.citizens)) {
      const [row] = await rows('select cpr_cipher, cpr_key from citizens where id = $1 and cpr_lookup = $2', [
        id,
        lookupHash(keyring, cpr),
      ])
      expect(unseal(keyring, { key: row.cpr_key, cipher: row.cpr_cipher }, `cpr:${id}`)).toBe(cpr)
      expect(Number(cpr.slice(0, 2))).toBeGreaterThan(60)
    }
  })

  test('lets a newcomer register an absence on the latest weekday', async () => {
    const { startDate } = currentPeriod(localDate('2026-11-22'))
    expect(startDate).toBe('2026-10-19')
    const ownerUrl = development.config.databaseOwnerUrl
    const [{ start }] = await rows('select start_date::text as start from orders where id = $1', [
      demo.orders.currentAtKKassen.id,
    ])
    expect(await freePlannedDay(ownerUrl, start)).toBe(start)
    expect(await freePlannedDay(ownerUrl, localDate('2016-01-01'))).toBeNull()
  })
})
