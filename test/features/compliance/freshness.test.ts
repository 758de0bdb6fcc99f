import pg from 'pg'
import { Registry } from 'prom-client'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { drainCompliance, refreshCompliance } from '#features/compliance/refresh-compliance.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { workerMetrics } from '#src/worker-metrics.ts'
import { absent, course } from '#test/features/protocols/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { wrongCells } from './recount.ts'

let portal: TestPortal
const worker = () => ({ database: portal.workerDatabase, clock: portal.clock })
const round = () => refreshCompliance(worker())
const at = (time: string) => portal.clock.set(`2026-03-13T${time}.000Z`)
const summary = async () =>
  (await portal.as('auditor-koebenhavn').get('/v1/compliance/summary?from=2026-03-01&to=2026-03-31')).body
const fresh = async () => String((await summary()).freshAsOf).slice(11, 19)

beforeAll(async () => {
  portal = await testPortal()
})
beforeEach(async () => {
  at('10:00:00')
  await drainCompliance(worker())
})

/** Runs something while a transaction writes to a register; it commits then. */
const whileWriting = async (statement: string, work: (commit: () => Promise<unknown>) => Promise<void>) => {
  const writer = new pg.Client({ connectionString: portal.adminUrl })
  await writer.connect()
  try {
    await writer.query('begin')
    await writer.query(statement)
    await work(() => writer.query('commit'))
  } finally {
    await writer.end()
  }
}

describe('figures are fresh as of an instant', () => {
  test('at which a round began that left nothing', async () => {
    at('10:00:10')
    const order = await course(portal, { '2026-03-12': 120 })
    await absent(portal, order, '2026-03-12')
    expect(await refreshCompliance(worker(), 1)).toMatchObject({ cells: 1, drained: false })
    expect(await fresh()).toBe('10:00:00')
    at('10:00:20')
    await drainCompliance(worker())
    expect(await fresh()).toBe('10:00:20')
  })

  test('before the first write of whoever still writes, and that of the last round once all is in', async () => {
    const order = await course(portal, { '2026-03-12': 120 })
    expect((await absent(portal, order, '2026-03-12')).status).toBe(201)
    at('10:01:00')
    await drainCompliance(worker())
    expect(await fresh()).toBe('10:01:00')
    const before = (await summary()).totals.figures.absencesRegistered
    at('10:02:00')
    const takesBack = `update absences set withdrawn_at = now(), withdrawal = '{}' where order_id = '${order.id}'`
    await whileWriting(takesBack, async (commit) => {
      for (const time of ['10:03:00', '10:04:00', '10:05:00']) {
        at(time)
        expect(await round()).toMatchObject({ drained: true })
        expect(await fresh()).toBe('10:01:00')
      }
      // A second one that begins later holds nothing up that the first does not.
      await whileWriting(
        `update orders set course_status = 'attending' where id = '${order.id}'`,
        async (commitOther) => {
          at('10:06:00')
          await round()
          expect(await fresh()).toBe('10:01:00')
          await commit()
          at('10:07:00')
          await round()
          expect(await fresh()).toBe('10:05:00')
          await commitOther()
        },
      )
    })
    at('10:08:00')
    await drainCompliance(worker())
    expect(await fresh()).toBe('10:08:00')
    expect((await summary()).totals.figures.absencesRegistered).toBe(before - 1)
  })

  test('a transaction that reads, or writes elsewhere, holds nothing up', async () => {
    await whileWriting('select * from absences for update', async () => {
      at('10:01:00')
      await round()
      expect(await fresh()).toBe('10:01:00')
    })
    await whileWriting(`update organisations set name = name`, async () => {
      at('10:02:00')
      await round()
      expect(await fresh()).toBe('10:02:00')
    })
  })

  test('never after the question, also when the clock was set back', async () => {
    at('10:30:00')
    await drainCompliance(worker())
    at('10:00:10')
    expect(await fresh()).toBe('10:00:10')
  })

  test('takes part in setting back the clock of a sandbox', async () => {
    at('10:30:00')
    await drainCompliance(worker())
    await portal.sql('update sandbox_clock set ahead_ms = ahead_ms + 60000')
    expect(await fresh()).toBe('10:30:00')
    await portal.sql('update sandbox_clock set ahead_ms = ahead_ms - 120000')
    expect(await fresh()).toBe('10:28:00')
  })
})

test('the worker tells how stale the figures are, and how much is to be counted', async () => {
  const registry = new Registry()
  workerMetrics(registry, portal.workerDatabase, portal.clock)
  const gauge = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value
  at('10:00:45')
  expect(await gauge('compliance_stale_seconds')).toBe(45)
  expect(await gauge('compliance_cells_touched')).toBe(0)
  await course(portal, { '2026-03-12': 120 })
  expect(await gauge('compliance_cells_touched')).toBeGreaterThan(0)
  await drainCompliance(worker())
  expect([await gauge('compliance_stale_seconds'), await gauge('compliance_cells_touched')]).toEqual([0, 0])
})

test('what an organisation is, and what it was, is counted by itself', async () => {
  const { id } = demo.organisations.jobcenterMusvaagevej
  const isRefused = (organisationId: string) =>
    portal.sql(
      `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, request_id)
         values (uuidv7(), '2026-03-10T10:00:00Z', 'c', $1, 'registerAbsence', 'order-state', 'r')`,
      [organisationId],
    )
  await isRefused(id)
  const refusals = async () => {
    await drainCompliance(worker())
    expect(await wrongCells(portal)).toEqual([])
    return (await summary()).totals.figures.refusals
  }
  const before = await refusals()
  await portal.sql(`update organisations set kinds = kinds || '{supplier}' where id = $1`, [id])
  expect(await refusals()).toBe(before + 1)
  await portal.sql(`update organisations set kinds = array_remove(kinds, 'supplier') where id = $1`, [id])
  expect(await refusals()).toBe(before)
  // Who had orders was a supplier, and what it tried then stays.
  const nord = demo.organisations.supplierNord.id
  await isRefused(nord)
  expect(await refusals()).toBe(before + 1)
  await portal.sql(`update organisations set kinds = '{jobcenter}' where id = $1`, [nord])
  expect(await refusals()).toBe(before + 1)
  const path = `/v1/compliance/summary?from=2026-03-01&to=2026-03-31&supplierId=${nord}&groupBy=supplier`
  const { groups } = (await portal.as('auditor-koebenhavn').get(path)).body
  expect(groups).toMatchObject([{ supplier: { id: nord, name: demo.organisations.supplierNord.name } }])
})
