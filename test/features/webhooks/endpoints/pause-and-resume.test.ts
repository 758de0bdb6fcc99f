import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { sequenceEvents } from '#platform/outbox/sequencer.ts'
import { dispatchWorld, orders } from '#test/features/webhooks/dispatch/dispatch-world.ts'
import { nord, writtenEvent } from '#test/platform/outbox/written-event.ts'
import { until } from '#test/support/until.ts'

const world = await dispatchWorld()
const { supplier, portal } = world
const [one, two] = orders
const pathOf = (id: string): string => `/v1/webhook-endpoints/${id}`
const pause = (id: string) => supplier.post(`${pathOf(id)}/pause`)
const resume = (id: string) => supplier.post(`${pathOf(id)}/resume`)
const made = async () => {
  await portal.sql('update webhook_endpoints set deleted_at = now() where deleted_at is null')
  return world.endpoint({ eventTypes: ['order.placed'] })
}
const failed = (delivery: { id: string; attempts: number }, status = 500) =>
  ({
    id: delivery.id,
    before: delivery.attempts,
    url: null,
    rest: false,
    outcome: 'retry',
    at: portal.clock.now(),
    milliseconds: 5,
    status,
    error: 'refused',
    answer: null,
    delay: 3600,
  }) as const

describe('pausing an endpoint', () => {
  test('posts nothing more and keeps everything; resuming sends it, each order in its order', async () => {
    const { id, receiver } = await made()
    const paused = await pause(id)
    expect(paused.status).toBe(200)
    expect(paused.body).toMatchObject({ id, status: 'paused', pausedBecause: 'owner', pausedAt: expect.any(String) })
    expect(paused.headers['etag']).toBe('"2"')
    const events = await world.events([one, one, two, null])
    // One that is not paused shows that the dispatcher has looked.
    const other = await world.endpoint()
    await world.events([two])
    world.start()
    await world.allSettled(other.id)
    expect(receiver.received).toEqual([])
    expect(await world.deliveries(id, 'pending')).toHaveLength(5)
    const resumed = await resume(id)
    expect([resumed.status, resumed.headers['etag']]).toEqual([200, '"3"'])
    expect(resumed.body.status).toBe('active')
    expect(resumed.body).not.toHaveProperty('pausedBecause')
    expect(resumed.body).not.toHaveProperty('pausedAt')
    await world.allSettled(id)
    const got = receiver.received.map((request) => request.headers['webhook-id'])
    expect(got).toEqual(expect.arrayContaining(events))
    expect(got.filter((event) => event === events[0] || event === events[1])).toEqual(events.slice(0, 2))
  })

  test('done again it changes nothing, and its key gives the same answer', async () => {
    const { id } = await made()
    const options = { idempotencyKey: `pause ${id}` }
    const first = await supplier.post(`${pathOf(id)}/pause`, undefined, options)
    expect((await pause(id)).text).toBe(first.text)
    expect((await resume(id)).headers['etag']).toBe('"3"')
    expect((await resume(id)).headers['etag']).toBe('"3"')
    const again = await supplier.post(`${pathOf(id)}/pause`, undefined, options)
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
    expect((await supplier.get(pathOf(id))).body.status).toBe('active')
    expect(await portal.sql('select action from change_log where entity_id = $1 order by position', [id])).toEqual([
      { action: 'webhook-endpoint.created' },
      { action: 'webhook-endpoint.paused' },
      { action: 'webhook-endpoint.resumed' },
    ])
  })

  test('the portal paused it: the owner resumes it, what had to wait goes at once with its attempts begun anew', async () => {
    const { id } = await made()
    await world.events([one, one, null])
    const { due } = await world.due(id)
    await world.settle(
      id,
      due.map((delivery) => failed(delivery, 410)),
    )
    expect((await supplier.get(pathOf(id))).body).toMatchObject({ status: 'paused', pausedBecause: 'gone' })
    // Whoever pauses it as well does not make it his own.
    expect((await pause(id)).body.pausedBecause).toBe('gone')
    await resume(id)
    const again = (await world.due(id)).due
    expect(again.map((delivery) => delivery.id)).toEqual(due.map((delivery) => delivery.id))
    expect(again).toMatchObject(due.map(() => ({ attempts: 1, attemptsBefore: 1, firstAttemptAt: null })))
    expect((await supplier.get(`${pathOf(id)}/statistics`)).body).toMatchObject({ failingSince: null, attempts: 2 })
  })

  test("another's is not there, others have none, and reading is not pausing", async () => {
    const { id } = await made()
    for (const what of ['pause', 'resume']) {
      const path = `${pathOf(id)}/${what}`
      for (const client of ['supplier-syd', 'jobcenter-musvaagevej', 'k-kassen']) {
        expect((await portal.as(client).post(path)).body.code, client).toBe('not-found')
      }
      expect((await portal.as('auditor-koebenhavn').post(path)).body.code).toBe('forbidden')
      expect((await portal.anonymous.post(path)).status).toBe(401)
      const reading = await supplier.post(path, undefined, { scopes: ['portal.read'] })
      expect(reading.body.code).toBe('insufficient-scope')
      expect((await supplier.post(`${pathOf('no-id')}/${what}`)).status).toBe(400)
    }
    await supplier.delete(pathOf(id))
    expect((await pause(id)).body.code).toBe('not-found')
    expect((await resume(id)).body.code).toBe('not-found')
  })
})

describe('deleting an endpoint', () => {
  test('takes it away for good and gives up what was still open, also when it is paused', async () => {
    const { id } = await made()
    await world.events([one, one])
    await pause(id)
    expect((await supplier.delete(pathOf(id.toUpperCase()))).status).toBe(204)
    expect((await supplier.delete(pathOf(id))).body.code).toBe('not-found')
    expect((await supplier.get(pathOf(id))).body.code).toBe('not-found')
    expect(await world.deliveries(id)).toMatchObject(
      [1, 2].map(() => ({ status: 'failed', lastError: 'endpoint-deleted', attempts: 0, lastAttemptAt: null })),
    )
    expect(await portal.sql(`select action from change_log where entity_id = $1 order by position`, [id])).toEqual([
      { action: 'webhook-endpoint.created' },
      { action: 'webhook-endpoint.paused' },
      { action: 'webhook-endpoint.deleted' },
    ])
  })
})

describe('pausing, resuming, numbering, settling and deleting at once', () => {
  test.each([
    ['pause', 'post', '/pause', undefined, 200],
    ['resume', 'post', '/resume', undefined, 200],
    ['rotation', 'post', '/secret', { overlapHours: 1 }, 200],
    ['change', 'patch', '', { description: 'changed meanwhile' }, 200],
    ['deletion', 'delete', '', undefined, 204],
  ] as const)(
    'a %s waits for whoever holds the queue, who can still change the endpoint',
    async (_what, method, action, body, status) => {
      const { id } = await made()
      const waiting = async () =>
        (
          await portal.sql(
            `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          )
        ).length === 1
      const path = `${pathOf(id)}${action}`
      const asked = await world.database.kysely.transaction().execute(async (trx) => {
        await sql`select from webhook_queues where endpoint_id = ${id} for update`.execute(trx)
        const answer = {
          post: () => supplier.post(path, body),
          patch: () => supplier.patch(path, body, { ifMatch: '*' }),
          delete: () => supplier.delete(path),
        }[method]()
        await until(waiting)
        // As settling does when the endpoint is gone. Would the other hold it by now, each would wait for the other.
        await sql`update webhook_endpoints set status = 'paused', paused_because = 'gone', paused_at = now(),
                       version = version + 1 where id = ${id}`.execute(trx)
        return { answer }
      })
      expect((await asked.answer).status).toBe(status)
      if (method === 'delete') return
      // None of them was made on what stood before.
      const seen = (await supplier.get(pathOf(id))).body
      expect(seen.status).toBe(action === '/resume' ? 'active' : 'paused')
      if (action !== '/resume') expect(seen.pausedBecause).toBe('gone')
    },
  )

  test('never stand in the way of each other, and every order goes on where it was', async () => {
    const { id } = await made()
    const other = await world.endpoint()
    const deadlocks = async () =>
      (await portal.sql('select deadlocks::int from pg_stat_database where datname = current_database()'))[0]
    const before = await deadlocks()
    for (let round = 0; round < 6; round++) {
      for (const order of [one, two, one]) await writtenEvent(portal.database, { orderId: order, recipients: [nord] })
      const { due } = await world.due(id)
      const answers = await Promise.all([
        ...[pause(id), resume(id), pause(id), resume(id)],
        supplier.patch(pathOf(id), { description: `round ${round}` }, { ifMatch: '*' }),
        supplier.post(`${pathOf(id)}/secret`),
        supplier.post(`${pathOf(other.id)}/pause`),
        sequenceEvents(world.database).then(() => ({ status: 200 })),
        ...due.map((delivery) => world.settle(id, [failed(delivery)]).then(() => ({ status: 200 }))),
      ])
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
    }
    await resume(id)
    // What found the queue held is filled in.
    await sequenceEvents(world.database)
    // Of each order exactly its first open delivery is due.
    const lanes = await portal.sql(
      `select lane, count(*)::int as open, count(due_at)::int as due,
              bool_and((due_at is not null) = (sequence = first)) as the_first
         from (select *, min(sequence) over (partition by lane) as first from webhook_deliveries
                where endpoint_id = $1 and status = 'pending') d group by lane order by open`,
      [id],
    )
    expect(lanes).toEqual([
      { lane: two, open: 6, due: 1, the_first: true },
      { lane: one, open: 12, due: 1, the_first: true },
    ])
    const { due } = await world.due(id)
    const last = await Promise.all([
      supplier.delete(pathOf(id)),
      ...due.map((delivery) => world.settle(id, [failed(delivery)])),
      pause(id),
      resume(id),
    ])
    expect(last[0]).toMatchObject({ status: 204 })
    expect(await world.deliveries(id, 'pending')).toEqual([])
    expect(await deadlocks()).toEqual(before)
  })
})
