import type pg from 'pg'
import { expect, test } from 'vitest'
import { testPortal } from '#test/support/test-portal.ts'
import { absence } from './support.ts'

/** Counts the round trips of a pool: a statement that is sent while none is under way begins a new one. */
const countRoundTrips = (pool: pg.Pool): (() => number) => {
  let trips = 0
  const counted = new WeakSet<pg.PoolClient>()
  const connect = pool.connect.bind(pool)
  pool.connect = (async () => {
    const client = await connect()
    if (counted.has(client)) return client
    counted.add(client)
    let underWay = 0
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>
    client.query = ((...given: unknown[]) => {
      if (underWay++ === 0) trips++
      const result = query(...given)
      const done = (): void => {
        underWay--
      }
      result.then(done, done)
      return result
    }) as typeof client.query
    return client
  }) as typeof pool.connect
  return () => trips
}

test('an absence costs at most four round trips to the database, a batch of a thousand a handful', async () => {
  const portal = await testPortal()
  const supplier = portal.as('supplier-nord')
  // Reference data and the client are remembered from here on.
  await supplier.post('/v1/absences', absence({ date: '2026-03-09' }))
  const trips = countRoundTrips(portal.database.pool)
  const single = await supplier.post('/v1/absences', absence({ date: '2026-03-10' }), { idempotencyKey: 'counted' })
  expect(single.status).toBe(201)
  expect(trips()).toBeLessThanOrEqual(4)
  expect(trips()).toBeGreaterThan(1)

  const before = trips()
  const items = Array.from({ length: 1000 }, (_, index) =>
    absence({ date: `2026-03-${String(2 + (index % 11)).padStart(2, '0')}` }),
  )
  const batch = await supplier.post('/v1/absences/batch', { items }, { idempotencyKey: 'counted-batch' })
  expect(batch.status).toBe(200)
  expect(trips() - before).toBeLessThanOrEqual(6)
})
