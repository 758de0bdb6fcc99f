import { describe, expect, test } from 'vitest'
import { testPortal } from '#test/support/test-portal.ts'
import { until } from '#test/support/until.ts'

/** A portal whose name service answers for `slow.example` when it is let, and for all others with `leads.to`. */
const slowWorld = async () => {
  const leads = { to: '8.8.8.8' }
  const { promise: allowed, resolve: answer } = Promise.withResolvers<void>()
  let asked = 0
  const portal = await testPortal({
    resolveName: async (host) => {
      if (host !== 'slow.example') return [leads.to]
      asked += 1
      await allowed
      return ['8.8.8.8']
    },
  })
  const { pool } = portal.database
  return {
    portal,
    supplier: portal.as('supplier-nord'),
    leads,
    answer,
    asked: () => asked,
    /** Connections that somebody has, and requests that wait for one. */
    held: () => [pool.totalCount - pool.idleCount, pool.waitingCount],
  }
}
const body = (url: string) => ({ url, eventTypes: ['*'] })
const path = '/v1/webhook-endpoints'

describe('while a name service is slow', () => {
  test('registrations hold no connection, and everybody else is served', async () => {
    const { portal, supplier, answer, asked, held } = await slowWorld()
    const made = Array.from({ length: 120 }, () => supplier.post(path, body('https://slow.example/')))
    await until(() => asked() === 120)
    expect(held()).toEqual([0, 0])
    for (const client of ['supplier-syd', 'jobcenter-musvaagevej']) {
      expect((await portal.as(client).get('/v1/orders')).status).toBe(200)
      expect((await portal.as(client).post(path, body('https://quick.example/'))).status).toBe(201)
    }
    expect(held()).toEqual([0, 0])
    answer()
    const statuses = (await Promise.all(made)).map(({ status }) => status)
    expect([...new Set(statuses)].sort()).toEqual([201, 409])
    expect(statuses.filter((status) => status === 201)).toHaveLength(20)
  })

  test('so do changes', async () => {
    const { portal, supplier, answer, asked, held } = await slowWorld()
    const { id } = (await supplier.post(path, body('https://quick.example/'))).body
    const changes = Array.from({ length: 120 }, (_, n) =>
      supplier.patch(`${path}/${id}`, { url: `https://slow.example/${n}` }, { ifMatch: '"1"' }),
    )
    await until(() => asked() === 120)
    expect(held()).toEqual([0, 0])
    expect((await portal.as('supplier-syd').get('/v1/orders')).status).toBe(200)
    // Nor is the endpoint locked.
    expect((await supplier.post(`${path}/${id}/pause`)).body.status).toBe('paused')
    answer()
    expect([...new Set((await Promise.all(changes)).map(({ status }) => status))]).toEqual([412])
  })
})

test('a repeat gets its answer, whatever the name has come to mean', async () => {
  const { supplier, leads } = await slowWorld()
  const options = { idempotencyKey: 'once' }
  const first = await supplier.post(path, body('https://moved.example/'), options)
  leads.to = '10.0.0.1'
  const again = await supplier.post(path, body('https://moved.example/'), options)
  expect([again.status, again.body.id, again.headers['idempotency-replayed']]).toEqual([201, first.body.id, 'true'])
  const anew = await supplier.post(path, body('https://moved.example/'))
  expect(anew.body).toMatchObject({ code: 'webhook-url-not-allowed', because: 'address' })
})

test('what is wrong with a change before its URL is said first, and the URL that it has stays good', async () => {
  const { supplier, leads } = await slowWorld()
  const { id } = (await supplier.post(path, body('https://moved.example/'))).body
  leads.to = '10.0.0.1'
  const change = (to: string, url: string, ifMatch = '*') => supplier.patch(`${path}/${to}`, { url }, { ifMatch })
  const nobody = '01890000-0000-7000-8000-00000000dead'
  expect((await change(nobody, 'https://new.example/')).body.code).toBe('not-found')
  expect((await change(id, 'https://new.example/', '"7"')).body.code).toBe('precondition-failed')
  expect((await change(id, 'https://new.example/')).body.code).toBe('webhook-url-not-allowed')
  expect((await change(id, 'https://moved.example/')).status).toBe(200)
})
