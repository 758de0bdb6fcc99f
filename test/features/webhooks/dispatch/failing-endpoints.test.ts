import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { until } from '#test/support/until.ts'
import { dispatchWorld, orders } from './dispatch-world.ts'

const [one, two] = orders

describe('an endpoint that fails', () => {
  test('holds back no other: beside nineteen that never answer, all others get everything meanwhile', async () => {
    const world = await dispatchWorld()
    const hanging: ServerResponse[] = []
    // As many as an organisation can have: nineteen that hang and one that is healthy.
    const dead = await Promise.all(Array.from({ length: 19 }, () => world.endpoint()))
    for (const { receiver } of dead) receiver.answer((response) => void hanging.push(response))
    const { id } = await world.endpoint()
    await world.events(Array.from({ length: 200 }, (_, n) => [one, two, null, null][n % 4] ?? null))
    world.start()
    await world.allSettled(id)
    // Not one of the hanging requests has come to an end yet.
    expect(hanging.every((response) => !response.writableEnded && !response.destroyed)).toBe(true)
    expect(await world.deliveries(id, 'delivered')).toHaveLength(200)
    expect(hanging.length).toBeGreaterThan(0)
    const attempts = await world.portal.sql('select from webhook_attempts where endpoint_id <> $1', [id])
    expect(attempts).toEqual([])
  })

  test('and answers 410 is paused at once; what it is owed waits, and its owner is told elsewhere', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    const other = await world.endpoint()
    let gone = true
    receiver.answer((response) => response.writeHead(gone ? 410 : 204).end())
    const sent = await world.events([one, one, one])
    world.start()
    await until(async () => (await world.supplier.get(`/v1/webhook-endpoints/${id}`)).body.status === 'paused')
    await world.events([])
    const paused = (await world.supplier.get(`/v1/webhook-endpoints/${id}`)).body
    expect(paused).toMatchObject({ status: 'paused', pausedBecause: 'gone', pausedAt: expect.any(String) })
    expect(receiver.received).toHaveLength(1)
    const told = await until(() =>
      other.receiver.received
        .map((got) => JSON.parse(got.body))
        .find((event) => event.type === 'webhook-endpoint.paused'),
    )
    expect(told.data).toEqual({ endpointId: id, because: 'gone', url: expect.stringContaining(id) })
    const feed = (await world.supplier.get('/v1/events', { query: { type: 'webhook-endpoint.paused' } })).body.items
    expect(feed).toEqual([told])
    expect(await world.deliveries(id, 'pending')).toHaveLength(4)

    gone = false
    await world.supplier.post(`/v1/webhook-endpoints/${id}/resume`, {})
    await world.allSettled(id)
    const got = [...new Set(receiver.received.map((each) => each.headers['webhook-id']))]
    expect(got.filter((each) => sent.includes(String(each)))).toEqual(sent)
    expect(got).toHaveLength(4)
  })

  test('for five days on end is paused, one day earlier it is not', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    receiver.answer((response) => response.writeHead(503).end())
    await world.events([one, two])
    world.start()
    await until(() => world.attempted.length === 2)
    const status = async () => (await world.supplier.get(`/v1/webhook-endpoints/${id}`)).body
    const afterFailingFor = async (days: number) => {
      await world.portal.sql(`update webhook_queues set failing_since = now() - $1 * interval '1 day'`, [days])
      const before = world.attempted.length
      await world.dueNow()
      await until(() => world.attempted.length >= before + 1)
      await until(async () => (await world.portal.sql('select from webhook_attempts')).length >= before + 1)
    }
    await afterFailingFor(4.9)
    expect(await status()).toMatchObject({ status: 'active' })
    await afterFailingFor(5.1)
    await until(async () => (await status()).status === 'paused')
    expect(await status()).toMatchObject({ pausedBecause: 'failing' })
  })

  test('and comes back gets at once what was waiting for a late attempt', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    receiver.answer((response) => response.writeHead(503).end())
    await world.events([one, two, null])
    world.start()
    await until(async () => (await world.portal.sql('select from webhook_attempts')).length === 3)
    await world.portal.sql(
      `update webhook_deliveries set due_at = now() + interval '20 hours' where due_at is not null`,
    )
    await world.portal.sql(`update webhook_queues set failing_since = now() - interval '8 hours'`)
    receiver.answer((response) => response.writeHead(204).end())
    await world.events([null])
    await world.allSettled(id)
    expect(await world.deliveries(id, 'delivered')).toHaveLength(4)
  })

  test('and asks for patience gets it, within bounds', async () => {
    const world = await dispatchWorld()
    const asked: [string | undefined, number, number][] = [
      ['120', 119, 121],
      ['999999999', 86_399, 86_401],
      ['1', 4, 7],
      ['soon', 4, 7],
      [undefined, 4, 7],
    ]
    for (const [header, least, most] of asked) {
      const { id, receiver } = await world.endpoint()
      receiver.answer((response) => response.writeHead(429, header ? { 'retry-after': header } : {}).end())
      await world.events([null])
      const dispatcher = world.start()
      await until(async () => (await world.deliveries(id))[0]?.['attempts'] === 1)
      await dispatcher.stop(0)
      const [row] = await world.portal.sql<{ seconds: number }>(
        `select extract(epoch from due_at - last_attempt_at)::float8 as seconds from webhook_deliveries where endpoint_id = $1`,
        [id],
      )
      expect(row?.seconds).toBeGreaterThan(least)
      expect(row?.seconds).toBeLessThan(most)
      await world.supplier.delete(`/v1/webhook-endpoints/${id}`)
    }
  })
})

describe('several workers', () => {
  test('share the endpoints and post each event once', async () => {
    const world = await dispatchWorld()
    const endpoints = await Promise.all(Array.from({ length: 10 }, () => world.endpoint()))
    for (let n = 0; n < 3; n++) world.start()
    const sent = await world.events(Array.from({ length: 60 }, (_, n) => orders[n % 3] ?? null))
    for (const { id, receiver } of endpoints) {
      await world.allSettled(id)
      expect(receiver.received.map((got) => got.headers['webhook-id']).sort()).toEqual([...sent].sort())
    }
  })

  test('take over from one that is gone without a word, when its claim has run out', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    await world.events([one, one])
    await world.portal.sql(
      `update webhook_queues set claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 hour'`,
    )
    const other = await world.endpoint()
    world.start()
    const [marker] = await world.events([null])
    await world.allSettled(other.id)
    expect(receiver.received).toEqual([])
    await world.portal.sql(`update webhook_queues set claimed_until = now() where endpoint_id = $1`, [id])
    await world.allSettled(id)
    expect(receiver.received.map((got) => got.headers['webhook-id'])).toContain(marker)
  })

  test('one that has lost its claim breaks off', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    const held: ServerResponse[] = []
    receiver.answer((response) => void held.push(response))
    await world.events([one, one])
    world.start()
    await until(() => held.length === 1)
    await world.portal.sql(
      `update webhook_queues set claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 hour'`,
    )
    await until(() => held[0]?.destroyed)
    expect(await world.deliveries(id)).toMatchObject([{ attempts: 0 }, { attempts: 0 }])
  })
})
