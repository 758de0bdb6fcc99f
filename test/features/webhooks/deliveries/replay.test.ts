import { describe, expect, test } from 'vitest'
import { settleDeliveries } from '#features/webhooks/dispatch/dispatch.queries.ts'
import type { Instant } from '#kernel/instant.ts'
import { newId } from '#platform/ids.ts'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { musvaagevej, nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { expectLanesInOrder } from '../lane-invariant.ts'
import { resultOf, world } from './support.ts'

const orderId = demo.orders.activityReady.id
const otherOrder = demo.orders.sicknessBenefit.id
const at = (time: string) => ({ occurredAt: `2026-03-13T${time}.000Z` as Instant })

/** A world with events of one order at nine, ten and eleven, which have their numbers. */
const toldWorld = async () => {
  const told = await world()
  const { portal, supplier, tell } = told
  const events = await tell({ orderId, ...at('09:00:00') }, { orderId, ...at('10:00:00') }, { ...at('11:00:00') })
  const sequences = await portal.sql<{ sequence: string }>(
    'select sequence from events where id = any ($1) order by sequence',
    [events],
  )
  const replay = (endpointId: string, body: unknown) =>
    supplier.post(`/v1/webhook-endpoints/${endpointId}/replay`, body)
  const delivered = async (endpointId: string) => (await told.rows(endpointId)).map((row) => row.event_id)
  return { ...told, events, sequences: sequences.map((row) => row.sequence), replay, delivered }
}

describe('a replay', () => {
  test('delivers what happened before the endpoint was made', async () => {
    const { portal, endpoint, replay, sequences, events, rows, delivered } = await toldWorld()
    const endpointId = await endpoint()
    expect(await rows(endpointId)).toEqual([])
    const answer = await replay(endpointId, { fromSequence: sequences[0] })
    expect([answer.status, answer.body]).toEqual([202, { queued: 3, nextSequence: null }])
    expect(await delivered(endpointId)).toEqual(events)
    expect((await rows(endpointId)).map((row) => row.due)).toEqual([true, false, true])
    await expectLanesInOrder(portal)
  })

  test('sets settled deliveries going again and leaves open ones', async () => {
    const { portal, endpoint, tell, replay, rows, settle } = await toldWorld()
    const endpointId = await endpoint()
    const [first, second, third, fourth] = await tell({ orderId }, { orderId: otherOrder }, {}, { orderId })
    await settle(endpointId, 'delivered', [first ?? ''])
    await settle(endpointId, 'failed', [second ?? ''])
    await settle(endpointId, 'retry', [third ?? ''])
    const sequence = (await rows(endpointId))[0]?.sequence
    const answer = await replay(endpointId, { fromSequence: String(sequence) })
    expect(answer.body).toEqual({ queued: 2, nextSequence: null })
    expect(await rows(endpointId)).toMatchObject([
      { event_id: first, status: 'pending', due: true, attempts: 1, attempts_before: 1 },
      { event_id: second, status: 'pending', due: true, attempts: 1, attempts_before: 1 },
      { event_id: third, status: 'pending', later: true, attempts: 1, attempts_before: 0 },
      { event_id: fourth, status: 'pending', due: false, attempts: 0 },
    ])
    await expectLanesInOrder(portal)
    expect((await replay(endpointId, { fromSequence: String(sequence) })).body.queued).toBe(0)
  })

  test('takes events by number and by time, both ends included', async () => {
    const { endpoint, replay, sequences, events, delivered } = await toldWorld()
    const [first, second, third] = events
    const cases: [Record<string, unknown>, (string | undefined)[]][] = [
      [{ fromSequence: sequences[1], toSequence: sequences[1] }, [second]],
      [{ fromSequence: sequences[0], toSequence: sequences[1] }, [first, second]],
      [{ fromSequence: sequences[0], toTime: '2026-03-13T10:00:00Z' }, [first, second]],
      [{ fromTime: '2026-03-13T11:00:00+01:00' }, [second, third]],
      [{ fromTime: '2026-03-13T10:00:00Z', toTime: '2026-03-13T10:59:59.999Z' }, [second]],
      [{ fromTime: '2026-03-13T09:00:00Z', toSequence: sequences[0] }, [first]],
      [{ fromTime: '2026-03-13T12:00:00Z' }, []],
      [{ fromSequence: '999999999999999' }, []],
    ]
    for (const [body, expected] of cases) {
      const endpointId = await endpoint()
      const answer = await replay(endpointId, body)
      expect([answer.status, answer.body]).toEqual([202, { queued: expected.length, nextSequence: null }])
      expect(await delivered(endpointId), JSON.stringify(body)).toEqual(expected)
    }
  })

  test("brings only what the endpoint asks for, and of the caller's own events", async () => {
    const { endpoint, tell, replay, delivered } = await toldWorld()
    const types = await endpoint({ eventTypes: ['order.amended'] })
    const orders = await endpoint({ filters: { orderIds: [otherOrder] } })
    const [amended, other] = await tell(
      { type: 'order.amended', orderId },
      { orderId: otherOrder },
      { type: 'order.amended', recipients: [demo.organisations.supplierSyd.id] },
    )
    const fresh = [
      await endpoint({ eventTypes: ['order.amended'] }),
      await endpoint({ filters: { orderIds: [otherOrder] } }),
    ]
    for (const endpointId of [types, orders, ...fresh]) await replay(endpointId, { fromSequence: '0' })
    const got = await Promise.all([types, ...fresh, orders].map(delivered))
    expect(got[0]).toEqual([amended])
    expect(got[1]).toEqual([amended])
    expect(got[2]).toEqual(got[3])
    expect(got[2]).toContain(other)
  })

  test('of more than ten thousand events goes on where it ended', async () => {
    const { portal, endpoint, replay, rows, sequenceAll } = await toldWorld()
    await portal.sql(
      `insert into events (id, type, occurred_at, producer_id, recipients, order_id, data, path)
       select uuidv7(), 'order.amended', now(), $1, array[$2]::uuid[], case when n % 3 > 0 then uuidv7() end, '{}', '/v1/orders'
         from generate_series(1, 10005) n`,
      [musvaagevej, nord],
    )
    await sequenceAll()
    const endpointId = await endpoint({ eventTypes: ['order.amended'] })
    const first = await replay(endpointId, { fromSequence: '1' })
    expect(first.body).toMatchObject({ queued: 10_000, nextSequence: expect.any(String) })
    const [next] = await portal.sql(
      `select sequence from events where type = 'order.amended' order by sequence desc offset 4 limit 1`,
    )
    expect(first.body.nextSequence).toBe(next?.['sequence'])
    const second = await replay(endpointId, { fromSequence: first.body.nextSequence })
    expect(second.body).toEqual({ queued: 5, nextSequence: null })
    const made = await rows(endpointId)
    expect([made.length, made.every((row) => row.due)]).toEqual([10_005, true])
  })

  test('looks at fifty thousand events and says where to go on, also where it found nothing', async () => {
    const { portal, endpoint, replay, rows } = await toldWorld()
    const first = 2_000_000
    await portal.sql(
      `with made as (
         insert into events (id, sequence, type, occurred_at, producer_id, recipients, data, path)
         select uuidv7(), n, case when n = $3 + 50000 then 'order.amended' else 'order.placed' end, now(), $1, array[$2]::uuid[], '{}', '/'
           from generate_series($3::int, $3 + 50000) n returning id, sequence)
       insert into event_feed (organisation_id, sequence, event_id) select $2, sequence, id from made`,
      [musvaagevej, nord, first],
    )
    const endpointId = await endpoint({ eventTypes: ['order.amended'] })
    const nothing = await replay(endpointId, { fromSequence: String(first) })
    expect(nothing.body).toEqual({ queued: 0, nextSequence: String(first + 50_000) })
    const found = await replay(endpointId, { fromSequence: nothing.body.nextSequence })
    expect(found.body).toEqual({ queued: 1, nextSequence: null })
    expect(await rows(endpointId)).toMatchObject([{ sequence: first + 50_000 }])
    const upTo = await replay(endpointId, { fromSequence: String(first), toSequence: String(first + 49_999) })
    expect(upTo.body).toEqual({ queued: 0, nextSequence: null })
  })

  test('over no range, an inverted one or something else is refused where it is wrong', async () => {
    const { endpoint, replay, rows } = await toldWorld()
    const endpointId = await endpoint()
    const cases: [unknown, string][] = [
      [{}, '/fromSequence'],
      [{ toSequence: '5' }, '/fromSequence'],
      [{ fromSequence: '1', fromTime: '2026-03-13T10:00:00Z' }, '/fromTime'],
      [{ fromSequence: '5', toSequence: '4' }, '/toSequence'],
      [{ fromTime: '2026-03-13T10:00:00Z', toTime: '2026-03-13T10:59:59+01:00' }, '/toTime'],
      [{ fromSequence: 1 }, '/fromSequence'],
      [{ fromSequence: '-1' }, '/fromSequence'],
      [{ fromSequence: '1e3' }, '/fromSequence'],
      [{ fromSequence: '1234567890123456' }, '/fromSequence'],
      [{ fromTime: '2026-03-13' }, '/fromTime'],
      [{ fromSequence: '1', until: '2' }, '/until'],
    ]
    for (const [body, pointer] of cases) {
      const answer = await replay(endpointId, body)
      expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([400, 'invalid-request'])
      expect(answer.body.errors[0].pointer, JSON.stringify(body)).toBe(pointer)
    }
    expect(await rows(endpointId)).toEqual([])
  })

  test('that reaches back to what is no longer kept is refused and says what is', async () => {
    const { portal, endpoint, replay, sequences, rows } = await toldWorld()
    const endpointId = await endpoint()
    await portal.sql('insert into event_feed_floors (organisation_id, sequence) values ($1, $2)', [nord, sequences[0]])
    await portal.sql('delete from event_feed where organisation_id = $1 and sequence <= $2', [nord, sequences[0]])
    for (const body of [
      { fromSequence: '0' },
      { fromSequence: sequences[0] },
      { fromTime: '2026-03-13T09:00:00Z' },
      { fromTime: '2026-03-12T09:00:00Z' },
    ]) {
      const answer = await replay(endpointId, body)
      expect([answer.status, answer.body.code]).toEqual([410, 'events-gone'])
      expect(answer.body.oldestSequence).toBe(String(Number(sequences[0]) + 1))
    }
    expect(await rows(endpointId)).toEqual([])
    expect((await replay(endpointId, { fromTime: '2026-03-13T09:00:00.001Z' })).body.queued).toBe(2)
    expect((await replay(endpointId, { fromSequence: sequences[1] })).status).toBe(202)
  })

  test("to an endpoint that is not there, is deleted, or is another's, is not found", async () => {
    const { portal, supplier, endpoint, replay, rows } = await toldWorld()
    const [endpointId, deleted] = [await endpoint(), await endpoint()]
    await supplier.delete(`/v1/webhook-endpoints/${deleted}`)
    const body = { fromSequence: '1' }
    expect((await replay(newId(), body)).body.code).toBe('not-found')
    expect((await replay(deleted, body)).body.code).toBe('not-found')
    const path = `/v1/webhook-endpoints/${endpointId}/replay`
    expect((await portal.as('supplier-syd').post(path, body)).body.code).toBe('not-found')
    expect((await portal.as('auditor-dragoer').post(path, body)).body.code).toBe('forbidden')
    expect((await supplier.post(path, body, { scopes: ['portal.read'] })).body.code).toBe('insufficient-scope')
    expect(await rows(endpointId)).toEqual([])
    expect((await supplier.post(path.replace(endpointId, endpointId.toUpperCase()), body)).status).toBe(202)
  })
})

describe('replays, redeliveries, results and new events at once', () => {
  test('leave each order with its first open event due, and nothing made twice', async () => {
    const { portal, supplier, endpoint, tell, replay, rows } = await toldWorld()
    const orders = [orderId, otherOrder, demo.orders.awaitingWithPlan.id, null]
    await tell(...orders.map((order) => ({ orderId: order })))
    const endpointId = await endpoint()
    let [writing, busy] = [true, true]
    let setGoing = 0
    const events: string[] = []
    const write = async (): Promise<void> => {
      for (let n = 0; n < 150; n++) events.push(await writtenEvent(portal.database, { orderId: orders[n % 4] ?? null }))
    }
    const sequence = async (): Promise<void> => {
      while (busy) await sequenceEvents(portal.workerDatabase)
    }
    const settle = async (): Promise<void> => {
      for (let n = 0; busy; n++) {
        const due = (await rows(endpointId)).filter((row) => row.due)
        const outcomes = ['delivered', 'failed', 'retry', 'delivered'] as const
        const results = due.map((row, place) => resultOf(row, outcomes[(n + place) % 4] ?? 'delivered', 0))
        if (results.length > 0) await settleDeliveries(portal.workerDatabase, endpointId, results)
      }
    }
    const again = async (): Promise<void> => {
      for (let n = 0; writing || setGoing < 500; n++) {
        const answer = await replay(endpointId, { fromSequence: '1' })
        expect(answer.status).toBe(202)
        setGoing += answer.body.queued
        const made = await rows(endpointId)
        const one = made[(n * 7) % made.length]
        if (one) expect((await supplier.post(`/v1/webhook-deliveries/${one.id}/redelivery`)).status).toBe(202)
      }
    }
    const watch = async (): Promise<void> => {
      while (busy) await expectLanesInOrder(portal)
    }
    const writers = Promise.all([write(), write(), write()]).finally(() => {
      writing = false
    })
    const callers = Promise.all([writers, again(), again()]).finally(() => {
      busy = false
    })
    await Promise.all([callers, sequence(), settle(), watch()])
    while ((await sequenceEvents(portal.workerDatabase)) === 'held-elsewhere');
    await expectLanesInOrder(portal)
    const made = await rows(endpointId)
    expect(new Set(made.map((row) => row.event_id)).size).toBe(made.length)
    expect(made.map((row) => row.event_id)).toEqual(expect.arrayContaining(events))
  }, 120_000)
})
