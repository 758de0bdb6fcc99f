import { describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { world } from './support.ts'

const orderId = demo.orders.activityReady.id

/** Two endpoints, events of several types with and without an order, and deliveries in every status. */
const filled = async () => {
  const told = await world()
  const { supplier, endpoint, tell, settle, rows } = told
  const [one, two] = [await endpoint(), await endpoint({ eventTypes: ['order.amended'] })]
  const events = await tell(
    { orderId },
    { orderId, type: 'order.amended' },
    { type: 'order.amended' },
    { orderId: demo.orders.sicknessBenefit.id },
    {},
  )
  await settle(one, 'delivered', [events[0] ?? ''])
  await settle(one, 'failed', [events[2] ?? ''])
  await settle(one, 'retry', [events[3] ?? ''])
  const all = [...(await rows(one)), ...(await rows(two))]
  const list = async (query: Record<string, string | number> = {}) => {
    const answer = await supplier.get('/v1/webhook-deliveries', { query })
    expect(answer.status, answer.text).toBe(200)
    return answer.body as { items: Record<string, unknown>[]; next: string | null }
  }
  const ids = async (query: Record<string, string | number>) => (await list(query)).items.map((item) => item['id'])
  return { ...told, one, two, events, all, list, ids }
}

describe('the list of deliveries', () => {
  test('is narrowed by endpoint, event, type, order and status, in any combination', async () => {
    const { list, all, one, two, events } = await filled()
    const { items } = await list()
    expect(items.map((item) => item['id']).sort()).toEqual(all.map((row) => row.id).sort())
    const eventId = `evt_${events[1]}`
    const queries: Record<string, string>[] = [
      { endpointId: one },
      { endpointId: two },
      { eventId },
      { eventType: 'order.amended' },
      { eventType: 'report.returned' },
      { orderId },
      { status: 'pending' },
      { status: 'delivered' },
      { status: 'failed' },
      { status: 'pending', eventType: 'order.amended', endpointId: two },
      { orderId, status: 'delivered', endpointId: one },
      { orderId, eventType: 'order.placed', eventId },
      { endpointId: newId() },
    ]
    for (const query of queries) {
      const expected = items.filter((item) => Object.entries(query).every(([name, value]) => item[name] === value))
      expect((await list(query)).items, JSON.stringify(query)).toEqual(expected)
      const capitals = Object.fromEntries(
        Object.entries(query).map(([name, value]) => [
          name,
          name.endsWith('Id') ? value.toUpperCase().replace('EVT_', 'evt_') : value,
        ]),
      )
      expect((await list(capitals)).items, JSON.stringify(capitals)).toEqual(expected)
    }
    expect(items.filter((item) => item['orderId'] === orderId)).toHaveLength(3)
  })

  test('shows when each is due, and that others wait', async () => {
    const { list, events, one } = await filled()
    const { items } = await list({ endpointId: one })
    const dueAt = (place: number) => items.find((item) => item['eventId'] === `evt_${events[place]}`)?.['dueAt']
    expect(dueAt(0)).toBeNull()
    expect(dueAt(1)).toEqual(expect.any(String))
    expect(dueAt(2)).toBeNull()
    const [retried, first] = [dueAt(3), dueAt(4)] as [string, string]
    expect(retried > first).toBe(true)
  })

  test('is read in pages that follow each other', async () => {
    const { list } = await filled()
    const seen: unknown[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list({ limit: 2, ...(cursor === '' ? {} : { cursor }) })
      seen.push(...page.items)
      cursor = page.next
    }
    expect(seen).toEqual((await list()).items)
  })

  test('has nothing of others, and takes only what it knows', async () => {
    const { portal, supplier, two } = await filled()
    const other = await portal.as('supplier-syd').get('/v1/webhook-deliveries', { query: { endpointId: two } })
    expect(other.body).toEqual({ items: [], next: null })
    for (const query of [{ eventType: 'order.eaten' }, { status: 'open' }, { orderId: '7' }, { eventId: newId() }]) {
      const answer = await supplier.get('/v1/webhook-deliveries', { query: query as Record<string, string> })
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request'])
      expect(answer.body.errors[0].pointer).toBe(Object.keys(query)[0])
    }
    const wrong = await supplier.get('/v1/webhook-deliveries', { query: { cursor: 'x' } })
    expect(wrong.body.code).toBe('invalid-cursor')
  })
})

describe('a delivery', () => {
  test('shows each of its attempts, and an ETag that changes with them', async () => {
    const { supplier, settle, rows, one, events } = await filled()
    const id = (await rows(one)).find((row) => row.event_id === events[4])?.id
    const read = () => supplier.get(`/v1/webhook-deliveries/${id}`)
    const untried = await read()
    expect(untried.body).toMatchObject({ attempts: 0, attemptLog: [], status: 'pending' })
    await settle(one, 'retry', [events[4] ?? ''])
    const once = await read()
    await settle(one, 'delivered', [events[4] ?? ''])
    const twice = await read()
    const attempt = { at: '2026-03-13T10:00:00.000Z', milliseconds: 12 }
    expect(twice.body.attemptLog).toEqual([
      { number: 1, ...attempt, status: 500, error: 'refused', answerStart: 'out of order' },
      { number: 2, ...attempt, status: 204, error: null, answerStart: null },
    ])
    expect(once.body.attemptLog).toEqual(twice.body.attemptLog.slice(0, 1))
    expect(new Set([untried, once, twice].map((answer) => answer.headers['etag'])).size).toBe(3)
    const same = await supplier.get(`/v1/webhook-deliveries/${id}`, {
      headers: { 'if-none-match': twice.headers['etag'] ?? '' },
    })
    expect([same.status, same.text]).toEqual([304, ''])
  })

  test('of others is not found, nor one that is not there', async () => {
    const { portal, supplier, all } = await filled()
    const id = all[0]?.id
    expect((await portal.as('supplier-syd').get(`/v1/webhook-deliveries/${id}`)).body.code).toBe('not-found')
    expect((await supplier.get(`/v1/webhook-deliveries/${newId()}`)).body.code).toBe('not-found')
    expect((await supplier.get(`/v1/webhook-deliveries/${id?.toUpperCase()}`)).body.id).toBe(id)
  })
})
