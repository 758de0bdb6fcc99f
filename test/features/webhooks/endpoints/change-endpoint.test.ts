import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { dispatchWorld, orders } from '#test/features/webhooks/dispatch/dispatch-world.ts'
import { musvaagevej } from '#test/platform/outbox/written-event.ts'

const world = await dispatchWorld()
const { supplier, portal } = world
const [one, two] = orders
const pathOf = (id: string): string => `/v1/webhook-endpoints/${id}`
const change = (id: string, body: unknown, ifMatch = '*') => supplier.patch(pathOf(id), body, { ifMatch })
const made = async (members: Record<string, unknown> = {}): Promise<string> => {
  await portal.sql('update webhook_endpoints set deleted_at = now() where deleted_at is null')
  const body = { url: 'https://8.8.8.8/hooks', eventTypes: ['*'], ...members }
  return (await supplier.post('/v1/webhook-endpoints', body)).body.id
}
const sentTo = async (id: string): Promise<unknown[]> => (await world.deliveries(id)).map((item) => item['eventId'])

describe('changing an endpoint', () => {
  test('changes what is named and nothing else; null takes away', async () => {
    const id = await made({ filters: { orderIds: [one] }, description: 'Case system' })
    const before = (await supplier.get(pathOf(id))).body
    const changed = await change(id, { url: 'https://8.8.4.4/', eventTypes: ['order.placed'] }, '"1"')
    expect(changed.status).toBe(200)
    expect(changed.body).toEqual({ ...before, url: 'https://8.8.4.4/', eventTypes: ['order.placed'] })
    expect(changed.headers['etag']).toBe('"2"')
    const bare = await change(id, { filters: null, description: null, inOrder: false }, '"2"')
    expect(bare.body).not.toHaveProperty('filters')
    expect(bare.body).not.toHaveProperty('description')
    expect(bare.body.inOrder).toBe(false)
    expect((await supplier.get(pathOf(id))).body).toEqual(bare.body)
    const filters = { jobcenterIds: [musvaagevej] }
    expect((await change(id.toUpperCase(), { filters, description: 'New' }, '"3"')).body).toMatchObject({
      filters,
      description: 'New',
    })
    const history = await portal.sql('select action, changes from change_log where entity_id = $1 order by position', [
      id,
    ])
    expect(history.slice(1)).toEqual([
      {
        action: 'webhook-endpoint.changed',
        changes: { members: ['url', 'eventTypes'], eventTypes: ['order.placed'] },
      },
      {
        action: 'webhook-endpoint.changed',
        changes: {
          members: expect.arrayContaining(['orderIds', 'inOrder', 'description']),
          orderIds: null,
          inOrder: false,
        },
      },
      {
        action: 'webhook-endpoint.changed',
        changes: { members: expect.arrayContaining(['jobcenterIds', 'description']), jobcenterIds: [musvaagevej] },
      },
    ])
    expect(JSON.stringify(history)).not.toMatch(/8\.8\.4\.4|New/)
  })

  test('what says nothing new makes no version', async () => {
    const id = await made({ description: 'Same' })
    for (const body of [{}, { description: 'Same' }, { filters: null, inOrder: true }]) {
      const same = await change(id, body, '"1"')
      expect([same.status, same.headers['etag']]).toEqual([200, '"1"'])
    }
  })

  test('needs If-Match, and the present version', async () => {
    const id = await made()
    expect((await supplier.patch(pathOf(id), { inOrder: false })).body.code).toBe('if-match-required')
    const stale = await change(id, { inOrder: false }, '"7"')
    expect([stale.body.code, stale.headers['etag']]).toEqual(['precondition-failed', '"1"'])
    expect((await supplier.get(pathOf(id))).body.inOrder).toBe(true)
  })

  test('of ten changes of one version one is made', async () => {
    const id = await made()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => change(id, { description: `by ${n}` }, '"1"')),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.body.code === 'precondition-failed')).toHaveLength(9)
    expect((await supplier.get(pathOf(id))).headers['etag']).toBe('"2"')
  })

  test.each([
    [{ url: 'https://10.0.0.1/' }, 422, 'webhook-url-not-allowed'],
    [{ url: 'nowhere' }, 400, 'invalid-request'],
    [{ eventTypes: ['order.exploded'] }, 422, 'unknown-event-type'],
    [{ filters: { targetGroups: ['nobody'] } }, 422, 'unknown-webhook-filter'],
    [{ filters: { orderIds: [demo.organisations.supplierNord.id] } }, 422, 'unknown-webhook-filter'],
    [{ url: null }, 400, 'invalid-request'],
    [{ inOrder: 'yes' }, 400, 'invalid-request'],
    [{ status: 'paused' }, 400, 'invalid-request'],
  ])('%j is refused', async (body, status, code) => {
    const id = await made()
    const refused = await change(id, body)
    expect([refused.status, refused.body.code]).toEqual([status, code])
    expect((await supplier.get(pathOf(id))).headers['etag']).toBe('"1"')
  })

  test('a wrong member of the filters is pointed at', async () => {
    const refused = await change(await made(), { filters: { orderIds: ['B-1'] } })
    expect(refused.body.errors).toMatchObject([{ pointer: '/filters/orderIds/0', code: 'wrong-format' }])
  })

  test("another's is not there, others have none, and reading is not changing", async () => {
    const id = await made()
    for (const client of ['supplier-syd', 'jobcenter-musvaagevej', 'k-kassen']) {
      const refused = await portal.as(client).patch(pathOf(id), { inOrder: false }, { ifMatch: '*' })
      expect(refused.body.code, client).toBe('not-found')
    }
    expect((await portal.as('administrator').patch(pathOf(id), {}, { ifMatch: '*' })).body.code).toBe('forbidden')
    expect((await portal.anonymous.patch(pathOf(id), {}, { ifMatch: '*' })).status).toBe(401)
    const reading = await supplier.patch(pathOf(id), {}, { ifMatch: '*', scopes: ['portal.read'] })
    expect(reading.body.code).toBe('insufficient-scope')
    await supplier.delete(pathOf(id))
    expect((await change(id, { inOrder: false })).body.code).toBe('not-found')
  })
})

describe('what an endpoint asks for', () => {
  test('holds for events from then on', async () => {
    const id = await made({ filters: { orderIds: [one] } })
    const [first] = await world.events([one, two])
    expect(await sentTo(id)).toEqual([first])
    await change(id, { filters: { orderIds: [two] } })
    const [, second] = await world.events([one, two])
    expect(await sentTo(id)).toEqual([first, second])
    await change(id, { eventTypes: ['report.returned'] })
    await world.events([one, two])
    expect(await sentTo(id)).toEqual([first, second])
    await change(id, { eventTypes: ['order.placed'], filters: null })
    const all = await world.events([one, two, null])
    expect(await sentTo(id)).toEqual([first, second, ...all])
  })

  test('jobcenter and target group are those of the order; an event without an order fits no filter', async () => {
    const { jobcenterId, targetGroup } = (await supplier.get(`/v1/orders/${one}`)).body as Record<string, string>
    const others = Object.values(demo.organisations).find(
      ({ id, kinds }) => (kinds as readonly string[]).includes('jobcenter') && id !== jobcenterId,
    )
    for (const [filters, fits] of [
      [{ jobcenterIds: [jobcenterId] }, true],
      [{ targetGroups: [targetGroup] }, true],
      [{ jobcenterIds: [jobcenterId], targetGroups: [targetGroup], orderIds: [one] }, true],
      [{ jobcenterIds: [others?.id] }, false],
      [{ jobcenterIds: [others?.id], orderIds: [one] }, false],
    ] as const) {
      const id = await made({ filters })
      const [event] = await world.events([one, null])
      expect(await sentTo(id), JSON.stringify(filters)).toEqual(fits ? [event] : [])
    }
  })

  test('in order, the second event of an order waits for the first; without order none waits', async () => {
    const id = await made()
    await world.events([one, one, two])
    expect(await world.due(id)).toMatchObject({ due: { length: 2 } })
    await change(id, { inOrder: false })
    await world.events([one, one])
    expect(await world.due(id)).toMatchObject({ due: { length: 4 } })
  })
})
