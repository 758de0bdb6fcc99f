import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { eventTypes } from '#platform/outbox/event-types.ts'
import { createOutbound } from '#platform/webhooks/outbound.ts'
import { dispatchWorld } from '#test/features/webhooks/dispatch/dispatch-world.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { until } from '#test/support/until.ts'

const world = await dispatchWorld()
const { supplier, portal } = world
const pathOf = (id: string): string => `/v1/webhook-endpoints/${id}`
const ask = (id: string, body?: unknown, options = {}) => supplier.post(`${pathOf(id)}/test`, body, options)
const made = async () => {
  await portal.sql('update webhook_endpoints set deleted_at = now() where deleted_at is null')
  return world.endpoint({ eventTypes: ['order.placed'] })
}
const traces = async () => [
  (await portal.sql('select count(*)::int as n from events'))[0]?.['n'],
  (await portal.sql('select count(*)::int as n from webhook_deliveries'))[0]?.['n'],
  (await portal.sql('select count(*)::int as n from idempotency_keys'))[0]?.['n'],
]

describe('sending a sample', () => {
  test('posts a signed event at once and tells what came of it, without a trace', async () => {
    const { id, secret, receiver } = await made()
    const before = await traces()
    const sent = await ask(id)
    expect(sent.status).toBe(200)
    const [got] = receiver.received
    expect(sent.body).toEqual({
      delivered: true,
      status: 204,
      error: null,
      milliseconds: expect.any(Number),
      answerStart: null,
      webhookId: got?.headers['webhook-id'],
      event: JSON.parse(got?.body ?? ''),
    })
    expect(sent.body.webhookId).toMatch(/^evt_[0-9a-f-]{36}$/)
    expect(sent.body.event).toMatchObject({
      type: 'absence.registered',
      id: sent.body.webhookId,
      sequence: '0',
      data: { orderId: expect.any(String), absenceId: expect.any(String), test: true },
    })
    // The verifier holds the time against the machine's clock: the portal's business clock stands in March.
    expect(new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>)).toEqual(sent.body.event)
    expect(await traces()).toEqual(before)
    expect((await supplier.get(`${pathOf(id)}/statistics`)).body.attempts).toBe(0)
  })

  test('of any type, the ones that the endpoint did not ask for too, and each is one of its own', async () => {
    const { id, receiver } = await made()
    for (const type of Object.keys(eventTypes)) {
      const { body } = await ask(id, { type })
      expect(body.event).toMatchObject({
        type,
        data: { test: true, url: expect.stringMatching(/^http:\/\/portal\.test\/v1\//) },
      })
    }
    const ids = receiver.received.map((got) => got.headers['webhook-id'])
    expect(new Set(ids).size).toBe(Object.keys(eventTypes).length)
  })

  test('under a key it is sent anew', async () => {
    const { id, receiver } = await made()
    await ask(id, {}, { idempotencyKey: 'a sample' })
    await ask(id, {}, { idempotencyKey: 'a sample' })
    expect(receiver.received).toHaveLength(2)
  })

  test('to a paused endpoint too', async () => {
    const { id, receiver } = await made()
    await supplier.post(`${pathOf(id)}/pause`)
    expect((await ask(id)).body.delivered).toBe(true)
    expect(receiver.received).toHaveLength(1)
  })

  test('a refusal, a redirect and no answer are told', async () => {
    const { id, receiver } = await made()
    receiver.answer((response) => response.writeHead(500).end('Bad Gateway'))
    expect((await ask(id)).body).toMatchObject({
      delivered: false,
      status: 500,
      error: 'refused',
      answerStart: 'Bad Gateway',
    })
    receiver.answer((response) => response.writeHead(302, { location: '/elsewhere' }).end())
    expect((await ask(id)).body).toMatchObject({ delivered: false, status: 302, error: 'redirect-not-followed' })
    receiver.answer((response) => void response.socket?.destroy())
    expect((await ask(id)).body).toMatchObject({ delivered: false, status: null, error: 'connection-broken' })
  })

  test('the guard is asked again, whatever it said when the endpoint was registered', async () => {
    const { id, receiver } = await made()
    const strict = await testPortal({ outboundAllow: [], on: portal })
    const refused = await strict.as('supplier-nord').post(`${pathOf(id)}/test`)
    expect(refused.body).toMatchObject({ delivered: false, status: null, error: 'address-not-allowed' })
    expect(receiver.received).toEqual([])
  })

  test('no transaction is open while the receiver takes its time', async () => {
    const { id, receiver } = await made()
    const arrived = Promise.withResolvers<() => void>()
    receiver.answer((response) => arrived.resolve(() => void response.writeHead(200).end()))
    const sent = ask(id)
    const answerNow = await arrived.promise
    const open = await portal.sql(
      `select state from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    )
    answerNow()
    expect(open).toEqual([])
    expect((await sent).body.delivered).toBe(true)
  })

  test('five of an organisation are under way at most, whatever the endpoints; the sixth comes when one has ended', async () => {
    const { id, receiver } = await made()
    const waiting: (() => void)[] = []
    receiver.answer((response) => void waiting.push(() => void response.writeHead(200).end()))
    const five = Array.from({ length: 5 }, () => ask(id))
    await until(() => waiting.length === 5)
    const refused = await ask(id)
    expect([refused.status, refused.body.code]).toEqual([429, 'rate-limited'])
    expect(refused.headers['retry-after']).toBe('5')
    // Another organisation has places of its own.
    expect((await portal.as('supplier-syd').post(`${pathOf(id)}/test`)).body.code).toBe('not-found')
    for (const answer of waiting) answer()
    for (const { body } of await Promise.all(five)) expect(body.delivered).toBe(true)
    receiver.answer((response) => void response.writeHead(204).end())
    expect((await ask(id)).body.delivered).toBe(true)
    expect(receiver.received).toHaveLength(6)
  })

  test('when the process ends, its caller is sent to another server at once', async () => {
    const { id, receiver } = await made()
    const arrived = Promise.withResolvers<void>()
    receiver.answer(() => arrived.resolve())
    const outbound = createOutbound({ allow: ['127.0.0.0/8'] })
    let accepting = true
    const ending = await testPortal({ outbound, accepting: () => accepting, on: portal })
    const sent = ending.as('supplier-nord').post(`${pathOf(id)}/test`)
    await arrived.promise
    accepting = false
    await outbound.close()
    for (const answer of [await sent, await ending.as('supplier-nord').post(`${pathOf(id)}/test`)]) {
      expect([answer.status, answer.body.code]).toEqual([503, 'temporarily-unavailable'])
      expect(answer.headers['retry-after']).toBe('2')
    }
    expect(receiver.received).toHaveLength(1)
  })

  test('an unreadable secret is told and nothing is posted', async () => {
    const { id, receiver } = await made()
    await portal.sql(`update webhook_secrets set secret_cipher = '\\x00' where endpoint_id = $1`, [id])
    expect((await ask(id)).body).toMatchObject({ delivered: false, error: 'secret-unreadable', milliseconds: 0 })
    expect(receiver.received).toEqual([])
  })

  test('unknown types and members are refused', async () => {
    const { id, receiver } = await made()
    for (const type of ['*', 'order.exploded', 'toString']) {
      const refused = await ask(id, { type })
      expect([refused.status, refused.body.code]).toEqual([422, 'unknown-event-type'])
      expect(refused.body.errors).toMatchObject([{ pointer: '/type' }])
    }
    for (const [body, pointer] of [
      [{ type: 1 }, '/type'],
      [{ data: {} }, '/data'],
    ] as const) {
      expect((await ask(id, body)).body.errors).toMatchObject([{ pointer }])
    }
    expect(receiver.received).toEqual([])
  })

  test("another's is not there, others have none, and reading is not sending", async () => {
    const { id, receiver } = await made()
    for (const client of ['supplier-syd', 'jobcenter-musvaagevej', 'k-kassen']) {
      expect((await portal.as(client).post(`${pathOf(id)}/test`)).body.code, client).toBe('not-found')
    }
    expect((await portal.as('auditor-koebenhavn').post(`${pathOf(id)}/test`)).body.code).toBe('forbidden')
    expect((await portal.anonymous.post(`${pathOf(id)}/test`)).status).toBe(401)
    expect((await ask(id, {}, { scopes: ['portal.read'] })).body.code).toBe('insufficient-scope')
    await supplier.delete(pathOf(id))
    expect((await ask(id)).body.code).toBe('not-found')
    expect(receiver.received).toEqual([])
  })
})
