import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { deliverWebhook } from '#features/webhooks/deliver-webhook.ts'
import { mostAttempts, secondsToNextAttempt } from '#features/webhooks/retry-schedule.ts'
import { systemClock } from '#platform/clock.ts'
import { webhookQueue } from '#platform/jobs/webhook-jobs.ts'
import { sequenceEvents, sequencerBacklog } from '#platform/outbox/sequencer.ts'
import { createOutbound } from '#platform/webhooks/outbound.ts'
import { silentLog, testBoss } from '#test/platform/jobs/test-boss.ts'
import { nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { startReceiver } from '#test/platform/webhooks/receiver.ts'
import { afterwards } from '#test/support/test-database.ts'
import { testKeyring } from '#test/support/test-keyring.ts'
import { testPortal } from '#test/support/test-portal.ts'

/** A portal with an endpoint of supplier Nord, and an event that waits to be delivered to it. */
const world = async () => {
  const portal = await testPortal()
  const boss = await testBoss(portal.applicationUrl)
  const { workerDatabase, publicUrl } = portal
  while ((await sequencerBacklog(workerDatabase)).events > 0) await sequenceEvents(workerDatabase, boss)
  const outbound = createOutbound({ allow: ['127.0.0.0/8'] })
  afterwards(() => outbound.close())
  const receiver = await startReceiver()
  const supplier = portal.as('supplier-nord')
  const created = await supplier.post('/v1/webhook-endpoints', { url: receiver.url, eventTypes: ['*'] })
  const eventId = await writtenEvent(portal.database)
  await sequenceEvents(workerDatabase, boss)
  const [delivery] = (await supplier.get('/v1/webhook-deliveries', { query: { eventId: `evt_${eventId}` } })).body.items
  const deps = {
    database: workerDatabase,
    boss,
    outbound,
    keyring: testKeyring,
    publicUrl,
    clock: systemClock,
    log: silentLog,
  }
  const deliveryId: string = delivery.id
  return {
    portal,
    receiver,
    supplier,
    deps,
    eventId,
    deliveryId,
    endpointId: created.body.id as string,
    secret: created.body.secret as string,
    attempt: (attempt: number) => deliverWebhook(deps, { deliveryId, attempt }),
    read: async () => (await supplier.get(`/v1/webhook-deliveries/${deliveryId}`)).body,
    jobs: () =>
      portal.sql<{ data: unknown; seconds: number }>(
        `select data, extract(epoch from start_after - created_on)::float8 as seconds from pgboss.job
          where name = $1 and data ->> 'deliveryId' = $2 order by (data ->> 'attempt')::int`,
        [webhookQueue, deliveryId],
      ),
  }
}

describe('a delivery', () => {
  test('carries exactly the event of the feed, signed', async () => {
    const { receiver, attempt, supplier, secret, eventId, read } = await world()
    expect(await attempt(0)).toBe('delivered')
    const [got] = receiver.received
    if (!got) throw new Error('nothing was received')
    const feed = (await supplier.get('/v1/events')).body.items
    const event = feed.find((item: { id: string }) => item.id === `evt_${eventId}`)
    expect(JSON.parse(got.body)).toEqual(event)
    expect(got.body).toBe(JSON.stringify(event))
    expect(got.headers['webhook-id']).toBe(`evt_${eventId}`)
    expect(got.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(new Webhook(secret).verify(got.body, got.headers as Record<string, string>)).toEqual(event)
    expect(await read()).toMatchObject({
      eventId: `evt_${eventId}`,
      eventType: 'order.placed',
      sequence: event.sequence,
      status: 'delivered',
      attempts: 1,
      lastStatus: 204,
      lastError: null,
      deliveredAt: expect.any(String),
    })
  })

  test('that was made is not made again', async () => {
    const { receiver, attempt } = await world()
    await attempt(0)
    expect(await attempt(0)).toBe('skipped')
    expect(await attempt(1)).toBe('skipped')
    expect(receiver.received).toHaveLength(1)
  })

  test('that was refused is tried again, under the same id', async () => {
    const { receiver, attempt, read, jobs, secret } = await world()
    receiver.answer((response) => response.writeHead(500).end('a stack trace with secrets'))
    expect(await attempt(0)).toBe('retrying')
    const refused = await read()
    expect(refused).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 500, lastError: 'refused' })
    expect(JSON.stringify(refused)).not.toContain('stack')
    const waiting = await jobs()
    expect(waiting.map((job) => job.data)).toMatchObject([{ attempt: 0 }, { attempt: 1 }])
    expect(waiting[1]?.seconds).toBeGreaterThanOrEqual(5)
    expect(waiting[1]?.seconds).toBeLessThanOrEqual(6)

    receiver.answer((response) => response.writeHead(200).end())
    expect(await attempt(1)).toBe('delivered')
    expect(await read()).toMatchObject({ status: 'delivered', attempts: 2, lastStatus: 200, lastError: null })
    const ids = receiver.received.map((got) => got.headers['webhook-id'])
    expect(new Set(ids).size).toBe(1)
    for (const got of receiver.received) {
      expect(() => new Webhook(secret).verify(got.body, got.headers as Record<string, string>)).not.toThrow()
    }
  })

  test('made twice at once counts once and is followed by one attempt', async () => {
    const { receiver, attempt, read, jobs } = await world()
    receiver.answer((response) => response.writeHead(503).end())
    const outcomes = await Promise.all([attempt(0), attempt(0), attempt(0)])
    expect(outcomes.sort()).toEqual(['retrying', 'skipped', 'skipped'])
    expect(await read()).toMatchObject({ attempts: 1 })
    expect((await jobs()).map((job) => job.data)).toMatchObject([{ attempt: 0 }, { attempt: 1 }])
  })

  test('has failed at once when the receiver is gone for good', async () => {
    const { receiver, attempt, read, jobs } = await world()
    receiver.answer((response) => response.writeHead(410).end())
    expect(await attempt(0)).toBe('failed')
    expect(await read()).toMatchObject({ status: 'failed', attempts: 1, lastStatus: 410, lastError: 'refused' })
    expect(await jobs()).toHaveLength(1)
  })

  test('has failed when all attempts were in vain', async () => {
    const { receiver, attempt, read, jobs } = await world()
    receiver.answer((response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end())
    for (let made = 0; made < mostAttempts - 1; made++) expect(await attempt(made)).toBe('retrying')
    expect(await attempt(mostAttempts - 1)).toBe('failed')
    expect(await read()).toMatchObject({
      status: 'failed',
      attempts: mostAttempts,
      lastStatus: 307,
      lastError: 'redirect-not-followed',
    })
    expect(await jobs()).toHaveLength(mostAttempts)
    expect(await attempt(mostAttempts)).toBe('skipped')
  })

  test('to a deleted endpoint is not made', async () => {
    const { receiver, attempt, supplier, endpointId, read } = await world()
    await supplier.delete(`/v1/webhook-endpoints/${endpointId}`)
    expect(await attempt(0)).toBe('skipped')
    expect(receiver.received).toEqual([])
    expect(await read()).toMatchObject({ status: 'failed', attempts: 0, lastError: 'endpoint-deleted' })
  })

  test('to an endpoint whose address is not allowed any more is not made', async () => {
    const { receiver, deps, deliveryId, read } = await world()
    const outbound = createOutbound({ allow: [] })
    afterwards(() => outbound.close())
    expect(await deliverWebhook({ ...deps, outbound }, { deliveryId, attempt: 0 })).toBe('retrying')
    expect(receiver.received).toEqual([])
    expect(await read()).toMatchObject({ lastStatus: null, lastError: 'address-not-allowed' })
  })

  test('that the worker breaks off counts as no attempt', async () => {
    const { receiver, deps, deliveryId, read } = await world()
    const stop = new AbortController()
    receiver.answer(() => stop.abort())
    await expect(deliverWebhook(deps, { deliveryId, attempt: 0 }, stop.signal)).rejects.toThrow('broken off')
    expect(await read()).toMatchObject({ status: 'pending', attempts: 0 })
  })

  test('is shown to its own organisation alone', async () => {
    const { portal, deliveryId, attempt } = await world()
    await attempt(0)
    const other = portal.as('supplier-syd')
    expect((await other.get(`/v1/webhook-deliveries/${deliveryId}`)).body.code).toBe('not-found')
    expect((await other.get('/v1/webhook-deliveries')).body.items).toEqual([])
  })
})

test('deliveries are filtered by endpoint, event and status, and read in pages', async () => {
  const { portal, supplier, deps, endpointId, eventId, deliveryId, attempt } = await world()
  for (let n = 0; n < 4; n++) await writtenEvent(portal.database, { recipients: [nord] })
  await sequenceEvents(deps.database, deps.boss)
  await attempt(0)
  const ids = async (query: Record<string, string | number>): Promise<string[]> =>
    (await supplier.get('/v1/webhook-deliveries', { query })).body.items.map((item: { id: string }) => item.id)
  expect(await ids({ endpointId })).toHaveLength(5)
  expect(await ids({ eventId: `evt_${eventId}` })).toEqual([deliveryId])
  expect(await ids({ status: 'delivered' })).toEqual([deliveryId])
  expect(await ids({ status: 'pending' })).toHaveLength(4)
  expect(await ids({ endpointId: nord })).toEqual([])
  const first = await supplier.get('/v1/webhook-deliveries', { query: { limit: 3 } })
  const rest = await ids({ limit: 3, cursor: first.body.next })
  expect([...first.body.items.map((item: { id: string }) => item.id), ...rest]).toEqual(await ids({}))
})

test('the attempts of a delivery spread over a day and a half', () => {
  const pauses = Array.from({ length: mostAttempts - 1 }, (_, n) => secondsToNextAttempt(n + 1, 0) ?? 0)
  expect(mostAttempts).toBe(12)
  expect(pauses[0]).toBe(5)
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
  const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3600
  expect(hours).toBeGreaterThan(30)
  expect(hours).toBeLessThan(40)
  expect(secondsToNextAttempt(mostAttempts, 0)).toBe(null)
  expect(secondsToNextAttempt(1, 1)).toBe(6)
})
