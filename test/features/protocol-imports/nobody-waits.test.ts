import pg from 'pg'
import { expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { liv, must } from '#test/features/orders/support.ts'
import { afterwards } from '#test/support/test-database.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { manyOrders } from './many-orders.ts'
import { csvOf, filled, imported, outcome, present, templateOf, upload, work } from './support.ts'

/** Somebody has every order in hand, as a long write has. */
const holdOrders = async (portal: TestPortal): Promise<{ release: () => Promise<unknown> }> => {
  const holder = new pg.Client({ connectionString: portal.adminUrl })
  await holder.connect()
  afterwards(() => holder.end())
  await holder.query('begin')
  await holder.query('select id from orders for update')
  return { release: () => holder.query('rollback') }
}

const many = async () => {
  const portal = await testPortal({ now: '2026-04-01T10:00:00.000Z' })
  await manyOrders(portal, 40)
  const template = (await templateOf(portal)).filter((row) => row[0] === 'Bestilling' || (row[0] ?? '') >= 'B-500000')
  return { portal, rows: filled(template, present) }
}

test('what is only tried, and what is wrong, waits for nobody and holds nobody up', async () => {
  const { portal, rows } = await many()
  const held = await holdOrders(portal)
  expect((await imported(portal, csvOf(rows), { query: { dryRun: 'true' } })).body).toMatchObject({
    status: 'completed',
    daysWritten: 880,
  })
  const wrong = rows.with(1, (rows[1] ?? []).with(6, '7'))
  expect(outcome(await imported(portal, csvOf(wrong)))).toMatchObject({
    status: 'rejected',
    errors: ['2 Fremmødt (min) minutes-do-not-add-up'],
  })
  await held.release()
})

test('absences that come while imports run are answered, and the imports end', async () => {
  const { portal, rows } = await many()
  const ids = [
    must(await upload(portal, csvOf(rows), { query: { dryRun: 'true' } })).body.id,
    must(await upload(portal, csvOf(rows))).body.id,
  ]
  const orders = await portal.sql<{ id: string; activity: string }>(
    `select o.id, a.id as activity from orders o join activities a on a.order_id = o.id
      where order_number > 'B-500000' order by order_number limit 20`,
  )
  let over = false
  const imports = (async () => {
    while (await work(portal));
    over = true
  })()
  const answers: number[] = []
  for (const { id, activity } of orders) {
    const body = {
      orderId: id,
      activityId: activity,
      date: '2026-03-10',
      wholeDay: true,
      reason: 'no-notice',
      registeredBy: liv,
    }
    answers.push((await portal.as('supplier-nord').post('/v1/absences', body)).status)
  }
  await imports
  expect(over).toBe(true)
  expect(new Set(answers)).toEqual(new Set([201]))
  for (const id of ids) {
    expect((await portal.as('supplier-nord').get(`/v1/protocol-imports/${id}`)).body.status).toBe('completed')
  }
})

test('an import whose orders are held for too long begins anew and is not counted', async () => {
  const portal = await testPortal()
  const rows = filled(await templateOf(portal, { orderId: demo.orders.activityReady.id }), (row) =>
    (row['Dato'] ?? '') <= '2026-03-13' ? present(row) : undefined,
  )
  must(await upload(portal, csvOf(rows)))
  await portal.sql(`create function portal_test_held() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '55P03', message = 'held'; end $$`)
  await portal.sql('create trigger held before insert on attendance_days execute function portal_test_held()')
  for (let round = 0; round < 4; round++) expect(await work(portal)).toMatchObject({ outcome: 'again' })
  await portal.sql('drop trigger held on attendance_days')
  expect(await work(portal)).toMatchObject({ outcome: 'completed' })
  expect(await portal.sql('select attempts from protocol_imports')).toEqual([{ attempts: 1 }])
})
