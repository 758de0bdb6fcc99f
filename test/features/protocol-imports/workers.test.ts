import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { runNextImport } from '#features/protocol-imports/run-imports.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must } from '#test/features/orders/support.ts'
import { startWorker } from '#test/features/webhooks/worker-process.ts'
import { afterwards } from '#test/support/test-database.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { until } from '#test/support/until.ts'
import { csvOf, filled, importsPath, outcome, present, templateOf, upload, work } from './support.ts'

const order = demo.orders.activityReady

/** A portal with an import that waits: ten days of one order. */
const waiting = async () => {
  const portal = await testPortal()
  // Workers of their own process live today: without this they would end the demo's courses.
  await portal.sql(`update orders set end_date = '2099-12-31'`)
  const rows = filled(await templateOf(portal, { orderId: order.id }), (row) =>
    (row['Dato'] ?? '') <= '2026-03-13' ? present(row) : undefined,
  )
  const { id } = must(await upload(portal, csvOf(rows))).body as { id: string }
  const shown = async () => must(await portal.as('supplier-nord').get(`${importsPath}/${id}`))
  return { portal, id, shown }
}

/** Nobody showed progress for longer than the lease. */
const forgotten = (portal: TestPortal) =>
  portal.sql(`update protocol_imports set progress_at = now() - interval '2 minutes'`)

const versions = async (portal: TestPortal): Promise<number> => {
  const [row] = await portal.sql<{ count: number }>('select count(*)::int as count from attendance_day_versions')
  return row?.count ?? 0
}

/** Holds the order, so that whoever writes its attendance waits. */
const holdOrder = async (portal: TestPortal) => {
  const holder = new pg.Client({ connectionString: portal.adminUrl })
  await holder.connect()
  afterwards(() => holder.end())
  await holder.query('begin')
  await holder.query('select id from orders where id = $1 for update', [order.id])
  return { release: () => holder.query('rollback') }
}

/** Waits until somebody waits for the order. */
const somebodyWaits = (portal: TestPortal, count = 1) =>
  until(async () => {
    const [row] = await portal.sql<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%no key update%'`,
    )
    return (row?.count ?? 0) >= count
  })

describe('exactly once', () => {
  test('a worker that is killed in the middle leaves nothing; the next one does all of it', {
    timeout: 120_000,
  }, async () => {
    const { portal, shown } = await waiting()
    const held = await holdOrder(portal)
    const killed = startWorker(portal.applicationUrl)
    await killed.ready()
    await somebodyWaits(portal)
    expect((await shown()).body).toMatchObject({ status: 'running', rowsRead: 22, rowsEmpty: 12 })
    await killed.end('SIGKILL')
    await held.release()
    expect(await versions(portal)).toBe(0)
    await forgotten(portal)
    const next = startWorker(portal.applicationUrl)
    await until(async () => (await shown()).body.status === 'completed')
    expect(outcome(await shown())).toEqual({ status: 'completed', daysWritten: 10, errors: [] })
    expect(await versions(portal)).toBe(10)
    expect(await next.end('SIGTERM')).toBe(0)
  })

  test('of many workers at once one takes it', async () => {
    const { portal, shown } = await waiting()
    const rounds = await Promise.all([1, 2, 3, 4].map(() => work(portal)))
    expect(rounds.filter((round) => round !== null)).toHaveLength(1)
    expect([(await shown()).body.status, await versions(portal)]).toEqual(['completed', 10])
  })

  test('a worker that was thought gone and comes back writes nothing', async () => {
    const { portal, id, shown } = await waiting()
    const held = await holdOrder(portal)
    const first = work(portal)
    await somebodyWaits(portal)
    await forgotten(portal)
    const second = work(portal)
    await somebodyWaits(portal, 2)
    await held.release()
    expect(await first).toMatchObject({ importId: id, outcome: 'lost' })
    expect(await second).toEqual({ importId: id, outcome: 'completed' })
    expect([(await shown()).body.daysWritten, await versions(portal)]).toEqual([10, 10])
  })

  test('one that is over is not taken again', async () => {
    const { portal } = await waiting()
    await work(portal)
    await forgotten(portal)
    expect(await work(portal)).toBeNull()
  })
})

describe('what comes in between', () => {
  test('is tried again a little later, three times in all; then it failed and nothing is written', async () => {
    const { portal, id, shown } = await waiting()
    await portal.sql('revoke insert on attendance_day_versions from portal_application')
    expect(await work(portal)).toMatchObject({ importId: id, outcome: 'again' })
    expect((await shown()).body.status).toBe('waiting')
    expect(await work(portal)).toBeNull()
    await forgotten(portal)
    expect(await work(portal)).toMatchObject({ outcome: 'again' })
    await forgotten(portal)
    expect(await work(portal)).toMatchObject({ outcome: 'failed' })
    expect(outcome(await shown())).toEqual({ status: 'failed', daysWritten: 0, errors: ['null null import-failed'] })
    expect(await versions(portal)).toBe(0)
  })

  test('an import that its workers died of three times is given up', async () => {
    const { portal, shown } = await waiting()
    await portal.sql(`update protocol_imports set status = 'running', attempts = 3`)
    await forgotten(portal)
    expect(await work(portal)).toMatchObject({ outcome: 'failed' })
    expect((await shown()).body.status).toBe('failed')
  })

  test('a worker that stops gives it back uncounted', async () => {
    const { portal, shown } = await waiting()
    const { workerDatabase: worker, database: application, clock } = portal
    const stopped = await runNextImport({ worker, application, clock, signal: AbortSignal.abort() })
    expect(stopped).toMatchObject({ outcome: 'again' })
    expect((await shown()).body.status).toBe('waiting')
    expect(await work(portal)).toMatchObject({ outcome: 'completed' })
    expect(await portal.sql('select attempts from protocol_imports')).toEqual([{ attempts: 1 }])
  })
})
