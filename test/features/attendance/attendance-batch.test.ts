import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { refusal } from '#test/features/orders/support.ts'
import { countStatements } from '#test/support/count-statements.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { day, dutyTexts, liv, unauthorised } from './support.ts'

const { activityReady, supplierSyd } = demo.orders
const path = '/v1/attendance/batch'
const item = (date: string, changes: Record<string, unknown> = {}) => ({
  orderId: activityReady.id,
  date,
  ...day(),
  ...changes,
})

type Result = { index: number; status: number; attendance?: { version: number }; problem?: Record<string, unknown> }
const told = (results: Result[]) =>
  results.map(({ status, attendance, problem }) => [status, attendance?.version ?? problem?.['code']])

describe('a batch of days', () => {
  test('each stands or falls alone, with pointers into the whole body', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const answer = await supplier.post(path, {
      items: [
        item('2026-03-12'),
        item('2026-03-14'),
        { orderId: activityReady.id },
        item('2026-03-11', { orderId: supplierSyd.id }),
        item('2026-03-10', { entries: [{ activityId: supplierSyd.activityId, attendedMinutes: 120 }] }),
        item('2026-03-09', { entries: day(unauthorised(121))['entries'] }),
        item('2026-03-12', { entries: day(unauthorised(30))['entries'] }),
        item('2026-03-12', { entries: day(unauthorised(30))['entries'] }),
      ],
    })
    expect(answer.status).toBe(200)
    const results: Result[] = answer.body.results
    expect(told(results)).toEqual([
      // The second of two for one day corrects the first; the answer shows the day as it stands after the batch.
      [201, 2],
      [422, 'attendance-date-in-future'],
      [400, 'invalid-request'],
      [404, 'not-found'],
      [404, 'not-found'],
      [400, 'invalid-request'],
      [200, 2],
      [200, 2],
    ])
    const pointers = (index: number) =>
      ((results[index]?.problem?.['errors'] ?? []) as { pointer: string }[]).map((error) => error.pointer)
    expect(pointers(2)).toContain('/items/2/entries')
    expect(pointers(3)).toEqual(['/items/3/orderId'])
    expect(pointers(4)).toEqual(['/items/4/entries/0/activityId'])
    expect(pointers(5)).toEqual(['/items/5/entries/0/attendedMinutes'])
    expect(await dutyTexts(portal)).toEqual(['2026-03-12 due 2026-03-12 open'])
    const refusals = await portal.sql<{ rule: string; order_id: string; operation: string }>(
      'select rule, order_id, operation from refusals',
    )
    expect(refusals).toEqual([
      { rule: 'attendance-date-in-future', order_id: activityReady.id, operation: 'putAttendanceBatch' },
    ])
  })

  test('a key keeps an answer that wrote something, and no other', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const future = { items: [item('2026-03-16')] }
    const early = await supplier.post(path, future, { idempotencyKey: 'future' })
    expect(told(early.body.results)).toEqual([[422, 'attendance-date-in-future']])
    portal.clock.set('2026-03-16T12:00:00.000Z')
    const later = await supplier.post(path, future, { idempotencyKey: 'future' })
    expect(told(later.body.results)).toEqual([[201, 1]])
    const replayed = await supplier.post(path, future, { idempotencyKey: 'future' })
    expect([replayed.text, replayed.headers['idempotency-replayed']]).toEqual([later.text, 'true'])
    expect(refusal(await supplier.post(path, { items: [item('2026-03-13')] }, { idempotencyKey: 'future' }))).toEqual([
      422,
      'idempotency-key-reused',
    ])
  })

  test('batches that collide take turns: every day stands once, with its versions without gaps', async () => {
    const portal = await testPortal()
    const supplier = portal.as('supplier-nord')
    const dates = ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12']
    const orders = [activityReady, demo.orders.sicknessBenefit, demo.orders.dragoer]
    const batches = Array.from({ length: 8 }, (_, number) => {
      const items = orders.flatMap(({ id, activityId }) =>
        dates.map((date) => ({
          orderId: id,
          date,
          entries: [{ activityId, attendedMinutes: 119 - number, absent: unauthorised(1 + number) }],
          registeredBy: liv,
        })),
      )
      return supplier.post(path, { items: number % 2 === 0 ? items : items.reverse() })
    })
    for (const answer of await Promise.all(batches)) expect(answer.status).toBe(200)
    const versions = await portal.sql<{ version: number; kept: string }>(
      `select version, (select count(*) from attendance_day_versions v where v.order_id = d.order_id and v.date = d.date) as kept
         from attendance_days d`,
    )
    expect(versions).toEqual(Array(12).fill({ version: 8, kept: '8' }))
    expect(await dutyTexts(portal)).toEqual(dates.map((date) => `${date} due ${date} open`))
  })
})

/** Attending citizens with one order each like the demo's, planned on the 12th: their orders. */
const manyCourses = async (portal: TestPortal, count: number): Promise<{ orderId: string; activityId: string }[]> => {
  const id = (kind: string) => `('01870000-0000-7000-${kind}-' || lpad(to_hex(n), 12, '0'))::uuid`
  const copy = async (table: string, source: string, changed: Record<string, string>): Promise<void> => {
    const columns = await portal.sql<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1
        and is_identity = 'NO' and is_generated = 'NEVER' and column_name <> 'order_number'`,
      [table],
    )
    const names = columns.map(({ name }) => name)
    await portal.sql(
      `insert into ${table} (${names.join(', ')}) select ${names.map((name) => changed[name] ?? `t.${name}`).join(', ')}
         from ${table} t, generate_series(1, ${count}) n where ${source}`,
    )
  }
  const order = `'${activityReady.id}'`
  await copy('citizens', `t.id = (select citizen_id from orders where id = ${order})`, {
    id: id('8005'),
    cpr_lookup: `sha256(n::text::bytea)`,
  })
  await copy('orders', `t.id = ${order}`, { id: id('8006'), citizen_id: id('8005') })
  await copy('activities', `t.order_id = ${order}`, { id: id('8007'), order_id: id('8006') })
  await copy('planned_days', `t.order_id = ${order} and t.date = '2026-03-12'`, {
    order_id: id('8006'),
    activity_id: id('8007'),
    citizen_id: id('8005'),
  })
  return Array.from({ length: count }, (_, index) => {
    const tail = (index + 1).toString(16).padStart(12, '0')
    return { orderId: `01870000-0000-7000-8006-${tail}`, activityId: `01870000-0000-7000-8007-${tail}` }
  })
}

test('a thousand days of a thousand citizens take as many statements as one', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  const courses = await manyCourses(portal, 1000)
  const items = courses.map(({ orderId, activityId }) => ({
    orderId,
    date: '2026-03-12',
    entries: [{ activityId, attendedMinutes: 60, absent: unauthorised(60) }],
    registeredBy: liv,
  }))
  // The client is remembered from here on.
  await supplier.post(path, { items: [item('2026-03-12')] })
  const statements = countStatements(portal.database.pool)
  expect(told((await supplier.post(path, { items: items.slice(0, 1) })).body.results)).toEqual([[201, 1]])
  const forOne = statements()
  expect(forOne).toBeGreaterThan(5)
  const { body } = await supplier.post(path, { items })
  expect(body.results.map((one: Result) => one.status)).toEqual([200, ...Array(999).fill(201)])
  // One more: the look-up of the day that stood there.
  expect(statements() - forOne).toBeLessThanOrEqual(forOne + 1)
  const [duties] = await portal.sql<{ n: string }>(
    `select count(*) as n from obligations where kind = 'absence-registration' and order_id::text like '01870000%'`,
  )
  expect(duties?.n).toBe('1000')
})
