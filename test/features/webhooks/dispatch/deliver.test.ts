import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { leastAttempts } from '#features/webhooks/dispatch/retry-schedule.ts'
import type { Received } from '#test/platform/webhooks/receiver.ts'
import { until } from '#test/support/until.ts'
import { dispatchWorld, orders } from './dispatch-world.ts'

const [one, two] = orders
const idOf = (got: Received) => got.headers['webhook-id']

describe('a delivery', () => {
  test('carries exactly the event of the feed, signed', async () => {
    const world = await dispatchWorld()
    const { id, receiver, secret } = await world.endpoint()
    const [eventId] = await world.events([one])
    world.start()
    await world.allSettled(id)
    const [got] = receiver.received
    if (!got) throw new Error('nothing was received')
    const feed = (await world.supplier.get('/v1/events')).body.items
    const event = feed.find((item: { id: string }) => item.id === eventId)
    expect(got.body).toBe(JSON.stringify(event))
    expect(idOf(got)).toBe(eventId)
    expect(got.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(new Webhook(secret).verify(got.body, got.headers as Record<string, string>)).toEqual(event)
    expect(await world.deliveries(id)).toMatchObject([
      { eventId, status: 'delivered', attempts: 1, lastStatus: 204, lastError: null, deliveredAt: expect.any(String) },
    ])
  })

  test('that was refused is tried again under the same id, and nothing of the answer is told to others', async () => {
    const world = await dispatchWorld()
    const { id, receiver, secret } = await world.endpoint()
    receiver.answer((response) => response.writeHead(receiver.received.length === 1 ? 500 : 200).end())
    await world.events([one])
    world.start()
    await until(() => world.attempted.length === 1)
    await until(async () => (await world.deliveries(id))[0]?.['attempts'] === 1)
    expect(await world.deliveries(id)).toMatchObject([
      { status: 'pending', attempts: 1, lastStatus: 500, lastError: 'refused' },
    ])
    const [{ seconds }] = (await world.portal.sql(
      'select extract(epoch from due_at - last_attempt_at)::float8 as seconds from webhook_deliveries',
    )) as [{ seconds: number }]
    // Five seconds, a fifth either way, and what writing it down took.
    expect(seconds).toBeGreaterThanOrEqual(4)
    await world.dueNow()
    await world.allSettled(id)
    expect(await world.deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 2, lastStatus: 200 }])
    expect(new Set(receiver.received.map(idOf)).size).toBe(1)
    for (const got of receiver.received) {
      expect(() => new Webhook(secret).verify(got.body, got.headers as Record<string, string>)).not.toThrow()
    }
  })

  test('is given up after its attempts and not before its hours, stays listed, and steps aside', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    const [dead, next] = await world.events([one, one])
    receiver.answer((response, got) => response.writeHead(idOf(got) === dead ? 307 : 204, { location: '/' }).end())
    world.start()
    for (let made = 1; made <= leastAttempts; made++) {
      await until(async () => (await world.deliveries(id))[0]?.['attempts'] === made)
      await world.dueNow()
    }
    // Every attempt that the schedule has was made, within seconds: it goes on.
    expect((await world.deliveries(id))[0]).toMatchObject({ status: 'pending' })
    await world.portal.sql(
      `update webhook_deliveries set first_attempt_at = now() - interval '73 hours' where attempts > 0`,
    )
    await world.dueNow()
    await world.allSettled(id)
    expect(await world.deliveries(id)).toMatchObject([
      { eventId: dead, status: 'failed', lastStatus: 307, lastError: 'redirect-not-followed' },
      { eventId: next, status: 'delivered' },
    ])
    expect(await world.deliveries(id, 'failed')).toHaveLength(1)
  })

  test('to a deleted endpoint is not made', async () => {
    const world = await dispatchWorld()
    const gone = await world.endpoint()
    const { id } = await world.endpoint()
    await world.events([one])
    await world.supplier.delete(`/v1/webhook-endpoints/${gone.id}`)
    world.start()
    await world.allSettled(id)
    expect(gone.receiver.received).toEqual([])
    expect(await world.deliveries(gone.id)).toMatchObject([
      { status: 'failed', attempts: 0, lastError: 'endpoint-deleted' },
    ])
  })

  test('to an address that is not allowed any more is not made', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    await world.events([one])
    world.start(world.deps(world.outboundTo([])))
    await until(async () => (await world.deliveries(id))[0]?.['attempts'] === 1)
    expect(receiver.received).toEqual([])
    expect(await world.deliveries(id)).toMatchObject([{ lastStatus: null, lastError: 'address-not-allowed' }])
  })

  test('that a stop breaks off counts as no attempt', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    const reached = Promise.withResolvers<void>()
    receiver.answer(() => reached.resolve())
    await world.events([one])
    const dispatcher = world.start()
    await reached.promise
    await dispatcher.stop(0)
    expect(await world.deliveries(id)).toMatchObject([{ status: 'pending', attempts: 0 }])
    expect(await world.portal.sql('select from webhook_queues where claimed_by is not null')).toEqual([])
  })

  test('whose result is written twice counts once', async () => {
    const world = await dispatchWorld()
    const { id } = await world.endpoint()
    await world.events([one])
    const [due] = (await world.due(id)).due
    if (!due) throw new Error('nothing is due')
    const common = { id: due.id, before: 0, url: due.url, milliseconds: 3, answer: null, delay: 9, rest: false }
    const at = world.deps().clock.now()
    const failed = { ...common, at, outcome: 'retry' as const, status: 500, error: 'refused' }
    const done = { ...common, at, outcome: 'delivered' as const, status: 204, error: null }
    const written = await Promise.all([failed, failed, done].map((result) => world.settle(id, [result])))
    expect(written.map((settled) => settled.written).sort()).toEqual([0, 0, 1])
    expect(await world.portal.sql('select from webhook_attempts')).toHaveLength(1)
    const [queue] = await world.portal.sql('select attempts::int from webhook_queues where endpoint_id = $1', [id])
    expect(queue).toEqual({ attempts: 1 })
  })
})

describe('the events of an order', () => {
  test('go one after the other, and a failing order holds back no other', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    const sent = await world.events(Array.from({ length: 30 }, (_, n) => [one, two, null][n % 3] ?? null))
    const ofOne = sent.filter((_, n) => n % 3 === 0)
    let healthy = false
    receiver.answer((response, got) => response.writeHead(healthy || idOf(got) !== ofOne[0] ? 204 : 500).end())
    world.start()
    await until(async () => (await world.deliveries(id, 'delivered')).length === 20)
    await until(async () => (await world.deliveries(id))[0]?.['attempts'] === 1)
    const before = receiver.received.map(idOf)
    expect(before.filter((got) => ofOne.includes(got as string))).toEqual([ofOne[0]])
    healthy = true
    await world.dueNow()
    await world.allSettled(id)
    const got = receiver.received.map(idOf)
    const inOrder = (lane: readonly string[]) => [...new Set(got.filter((each) => lane.includes(each as string)))]
    expect(inOrder(ofOne)).toEqual(ofOne)
    const ofTwo = sent.filter((_, n) => n % 3 === 1)
    expect(inOrder(ofTwo)).toEqual(ofTwo)
    expect(new Set(got)).toEqual(new Set(sent))
  })

  test('go as they come where the endpoint does without the order', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint({ inOrder: false })
    const sent = await world.events([one, one, one])
    receiver.answer((response, got) => response.writeHead(idOf(got) === sent[0] ? 500 : 204).end())
    world.start()
    await until(async () => (await world.deliveries(id, 'delivered')).length === 2)
    expect((await world.deliveries(id, 'pending')).map((item) => item['eventId'])).toEqual([sent[0]])
  })

  test('that come while an earlier one is being delivered are never left waiting', async () => {
    const world = await dispatchWorld()
    const { id } = await world.endpoint()
    const dispatcher = world.start()
    for (let round = 0; round < 60; round++) {
      await world.events([one, round % 2 === 0 ? one : two])
      if (round % 5 === 0) dispatcher.wake()
    }
    await world.allSettled(id)
    expect(await world.deliveries(id, 'delivered')).toHaveLength(120)
  })
})
