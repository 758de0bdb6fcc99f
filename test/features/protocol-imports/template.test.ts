import { expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { manyOrders } from './many-orders.ts'
import { importsPath, templateOf } from './support.ts'

const portal = await testPortal()

/** The orders of a template that have fixed dates; the demo's current ones lie around today. */
const springNumbers = async (of: TestPortal, query: Record<string, string> = {}) =>
  new Set(
    (await templateOf(of, query))
      .slice(1)
      .map(([number = '']) => number)
      .filter((number) => number < 'B-000009'),
  )
const order = demo.orders.activityReady
const path = `${importsPath}/template`

test('one row for each planned day and activity that needs attendance, with what the portal knows', async () => {
  const [headings, first, ...rest] = await templateOf(portal, { orderId: order.id })
  expect(headings?.join(';')).toBe(
    'Bestilling;Borger;Dato;Aktivitets-id;Aktivitet;Planlagt (min);Fremmødt (min);Fraværskode;Fravær (min);Fraværskode 2;Fravær 2 (min);Besked fra Kontaktcentret;Periode til;Sted;Indhold;Bilags-id;Rettelse',
  )
  expect(first?.slice(0, 7)).toEqual([
    'B-000001',
    order.citizen.name,
    '2026-03-02',
    order.activityId,
    expect.any(String),
    '120',
    '',
  ])
  expect(rest).toHaveLength(21)
})

test('orders whose citizen has not come, drafts and other suppliers stay out; the end of a course is the end', async () => {
  expect(await springNumbers(portal)).toEqual(new Set(['B-000001', 'B-000002', 'B-000003']))
  const own = await testPortal()
  await own.sql(
    "update orders set status = 'ended', course_status = 'ended', ended_on = '2026-03-06', ended_at = now() where id = $1",
    [order.id],
  )
  await own.sql("update orders set first_attended_on = '2026-03-04' where id = $1", [order.id])
  expect((await templateOf(own, { orderId: order.id })).slice(1).map((row) => row[2])).toEqual([
    '2026-03-04',
    '2026-03-05',
    '2026-03-06',
  ])
})

test('a month without planned days has the headings alone', async () => {
  expect(await templateOf(portal, { month: '2025-01' })).toHaveLength(1)
})

test('an order that is not the own is not found', async () => {
  const query = { month: '2026-03', orderId: demo.orders.supplierSyd.id }
  expect(refusal(await portal.as('supplier-nord').get(path, { query }))).toEqual([404, 'not-found'])
  expect(refusal(await portal.as('supplier-nord').get(path))).toEqual([400, 'invalid-request'])
  const asJson = { query: { month: '2026-03' }, headers: { accept: 'application/json' } }
  expect(refusal(await portal.as('supplier-nord').get(path, asJson))).toEqual([406, 'not-acceptable'])
})

test('it is an attachment in UTF-8 with its mark, and the look-up is kept', async () => {
  const { bytes, headers } = must(await portal.as('supplier-nord').get(path, { query: { month: '2026-03' } }))
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(headers['content-disposition']).toBe('attachment; filename="fremmoede-2026-03.csv"')
  const [kept] = await portal.sql<{ count: number }>(
    "select count(*)::int as count from lookups where operation = 'getProtocolImportTemplate'",
  )
  expect(kept?.count).toBeGreaterThan(0)
})

test('more than fits into one file goes on behind Link, order by order', { timeout: 60_000 }, async () => {
  const own = await testPortal()
  await manyOrders(own, 950)
  const files: string[][] = []
  let next: string | undefined = `${path}?month=2026-03`
  while (next !== undefined) {
    const answer = must(await own.as('supplier-nord').get(next))
    const rows = answer.text.replaceAll('"', '').split('\r\n').slice(1, -1)
    expect(rows.length).toBeLessThanOrEqual(20_000)
    files.push(rows.map((row) => row.split(';', 3).join(' ')))
    next = /^<http:\/\/portal\.test(.*)>; rel="next"$/.exec(answer.headers['link'] ?? '')?.[1]
  }
  expect(files.length).toBe(2)
  const all = files.flat()
  const [planned] = await own.sql<{ count: number }>(
    `select count(*)::int as count from planned_days p join orders o on o.id = p.order_id
      where p.date between '2026-03-01' and '2026-03-31' and p.supplier_id = $1 and o.first_attended_on is not null`,
    [demo.organisations.supplierNord.id],
  )
  expect([new Set(all).size, all.length]).toEqual([planned?.count, planned?.count])
})

test('a name that would be a formula is text', async () => {
  const own = await testPortal()
  await own.sql("update orders set citizen_name = '=cmd()' where id = $1", [order.id])
  expect((await templateOf(own, { orderId: order.id }))[1]?.[1]).toBe("'=cmd()")
})
