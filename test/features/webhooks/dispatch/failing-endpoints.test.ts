import type { ServerResponse } from 'node:http'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { musvaagevej, nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { type Received, startReceiver } from '#test/platform/webhooks/receiver.ts'
import { until } from '#test/support/until.ts'
import { expectLanesInOrder } from '../lane-invariant.ts'
import { dispatchWorld, orders } from './dispatch-world.ts'

const [one, two] = orders
const idOf = (got: Received): string => String(got.headers['webhook-id'])

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
    const told = await until(async () => {
      // What finds a queue held is filled in by a later round.
      await sequenceEvents(world.database)
      return other.receiver.received
        .map((got) => JSON.parse(got.body))
        .find((event) => event.type === 'webhook-endpoint.paused')
    })
    expect(told.data).toEqual({ endpointId: id, because: 'gone', url: expect.stringContaining(id) })
    const feed = (await world.supplier.get('/v1/events', { query: { type: 'webhook-endpoint.paused' } })).body.items
    expect(feed).toEqual([told])
    // Of its own pause it could be told only when that is over.
    expect(await world.deliveries(id, 'pending')).toHaveLength(3)

    gone = false
    await world.supplier.post(`/v1/webhook-endpoints/${id}/resume`, {})
    await world.allSettled(id)
    const got = [...new Set(receiver.received.map((each) => each.headers['webhook-id']))]
    expect(got).toEqual(sent)
    const replay = await world.supplier.post(`/v1/webhook-endpoints/${id}/replay`, { fromSequence: told.sequence })
    expect(replay.body).toEqual({ queued: 0, nextSequence: null })
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

  test('and comes back gets soon what was waiting for a late attempt, but not what it refused or asked to wait with', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint({ inOrder: false })
    const [down, refused, resting] = await world.events([one, two, null])
    const answers: Record<string, [number, Record<string, string>]> = {
      [String(down)]: [503, {}],
      [String(refused)]: [400, {}],
      [String(resting)]: [429, { 'retry-after': '3600' }],
    }
    receiver.answer((response, got) => response.writeHead(...(answers[idOf(got)] ?? [204, {}])).end())
    world.start()
    await until(async () => (await world.portal.sql('select from webhook_attempts')).length === 3)
    await world.portal.sql(
      `update webhook_deliveries set due_at = now() + interval '20 hours', last_attempt_at = now() - interval '2 hours'`,
    )
    await world.portal.sql(`update webhook_queues set failing_since = now() - interval '8 hours'`)
    delete answers[String(down)]
    const [news] = await world.events([null])
    await until(async () => (await world.deliveries(id, 'delivered')).length === 2)
    // A last event that passes through everything shows that no other was brought forward.
    const [last] = await world.events([null])
    await until(async () => (await world.deliveries(id, 'delivered')).length === 3)
    const got = receiver.received.map(idOf)
    expect(got.slice(3).sort()).toEqual([down, last, news].sort())
    expect(await world.deliveries(id, 'pending')).toMatchObject([{ eventId: refused }, { eventId: resting }])
  })

  test('is not posted what it never takes over and over, however often it is back', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint({ inOrder: false })
    const [poison] = await world.events([one])
    receiver.answer((response, got) => response.writeHead(idOf(got) === poison ? 500 : 204).end())
    world.start()
    await until(async () => (await world.deliveries(id))[0]?.['attempts'] === 1)
    await world.portal.sql(`update webhook_deliveries set due_at = now() + interval '20 hours'`)
    for (let back = 0; back < 3; back++) {
      await world.portal.sql(`update webhook_queues set failing_since = now() - interval '8 hours'`)
      const before = (await world.deliveries(id, 'delivered')).length
      await world.events([null])
      await until(async () => (await world.deliveries(id, 'delivered')).length > before)
    }
    expect(receiver.received.filter((got) => idOf(got) === poison)).toHaveLength(1)
  })

  test('seldom is not one that fails for five days: a failure now and one long ago pause nothing', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    receiver.answer((response) => response.writeHead(503).end())
    await world.events([one])
    world.start()
    await until(async () => (await world.portal.sql('select from webhook_attempts')).length === 1)
    await world.portal.sql(
      `update webhook_queues set failing_since = now() - interval '7 days', last_failed_at = now() - interval '3 days'`,
    )
    await world.dueNow()
    await until(async () => (await world.portal.sql('select from webhook_attempts')).length === 2)
    expect((await world.supplier.get(`/v1/webhook-endpoints/${id}`)).body.status).toBe('active')
    const [queue] = await world.portal.sql(
      `select failing_since > now() - interval '1 hour' as anew from webhook_queues where endpoint_id = $1`,
      [id],
    )
    expect(queue).toEqual({ anew: true })
  })

  test('that was mended meanwhile is not paused by what its old address still answers', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    const held: ServerResponse[] = []
    receiver.answer((response) => void held.push(response))
    await world.events([one])
    world.start()
    await until(() => held.length === 1)
    const mended = await startReceiver()
    const path = `/v1/webhook-endpoints/${id}`
    const changed = await world.supplier.patch(path, { url: mended.url }, { ifMatch: '*' })
    expect(changed.status).toBe(200)
    held[0]?.writeHead(410).end()
    await until(async () => (await world.portal.sql('select from webhook_attempts')).length >= 1)
    expect((await world.supplier.get(path)).body).toMatchObject({ status: 'active', url: mended.url })
    await world.dueNow()
    await world.allSettled(id)
    expect(mended.received).toHaveLength(1)
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

describe('a queue that somebody holds', () => {
  test('keeps nobody else waiting for the numbers of events', async () => {
    const world = await dispatchWorld()
    const { id } = await world.endpoint()
    const other = world.portal.as('jobcenter-musvaagevej')
    const sequenced = await world.database.kysely.transaction().execute(async (trx) => {
      await sql`select from webhook_queues where endpoint_id = ${id} for update`.execute(trx)
      const ids = await world.events([one, one])
      await writtenEvent(world.portal.database, { producerId: nord, recipients: [musvaagevej] })
      await world.events([])
      expect((await other.get('/v1/events')).body.items).toHaveLength(1)
      return ids
    })
    expect(await world.deliveries(id)).toEqual([])
    await world.events([two])
    expect((await world.deliveries(id)).map((item) => item['eventId'])).toEqual([...sequenced, expect.any(String)])
    await expectLanesInOrder(world.portal)
  })

  test('a replay that was there first, and what was left out then, make one delivery of each event', async () => {
    const world = await dispatchWorld()
    const { id } = await world.endpoint()
    await world.database.kysely.transaction().execute(async (trx) => {
      await sql`select from webhook_queues where endpoint_id = ${id} for update`.execute(trx)
      await world.events([one, two])
    })
    await world.supplier.post(`/v1/webhook-endpoints/${id}/replay`, { fromSequence: '1' })
    await world.events([one])
    const made = await world.deliveries(id)
    expect(new Set(made.map((item) => item['eventId'])).size).toBe(made.length)
    await expectLanesInOrder(world.portal)
  })
})

describe('several workers', () => {
  test('a claim without a pump behind it runs out, also one of a worker that lives', async () => {
    const world = await dispatchWorld()
    const { id, receiver } = await world.endpoint()
    const held: ServerResponse[] = []
    receiver.answer((response) => void held.push(response))
    await world.events([one])
    world.start()
    await until(() => held.length === 1)
    const [claim] = await world.portal.sql('select claimed_by from webhook_queues where endpoint_id = $1', [id])
    receiver.answer((response) => response.writeHead(204).end())
    held[0]?.writeHead(204).end()
    await until(async () => (await world.portal.sql('select from webhook_queues where claimed_by is null')).length > 0)
    // As if the claim's answer, or its release, had been lost with a connection.
    await world.portal.sql(
      `update webhook_queues set claimed_by = $2, claimed_until = now() + interval '8 seconds' where endpoint_id = $1`,
      [id, claim?.['claimed_by']],
    )
    const [next] = await world.events([two])
    await until(() => receiver.received.some((got) => idOf(got) === next))
  })

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
