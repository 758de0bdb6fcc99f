import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { musvaagevej, nord } from '#test/platform/outbox/written-event.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const supplier = portal.as('supplier-nord')
const nobody = '01890000-0000-7000-8000-00000000dead'
const body = (given: Record<string, unknown> = {}) => ({
  url: 'https://8.8.8.8/hooks',
  eventTypes: ['order.placed'],
  ...given,
})

const removeAll = async (): Promise<void> => {
  await portal.sql('update webhook_endpoints set deleted_at = now() where deleted_at is null')
}

describe('registering an endpoint', () => {
  test('answers with the endpoint and its secret, which is never shown again', async () => {
    const created = await supplier.post('/v1/webhook-endpoints', body({ description: 'Case system' }))
    expect(created.status).toBe(201)
    const { id, secret, ...rest } = created.body
    expect(rest).toEqual({
      url: 'https://8.8.8.8/hooks',
      eventTypes: ['order.placed'],
      inOrder: true,
      description: 'Case system',
      status: 'active',
      createdAt: '2026-03-13T10:00:00.000Z',
    })
    expect(secret).toMatch(/^whsec_/)
    expect(created.headers['location']).toBe(`http://portal.test/v1/webhook-endpoints/${id}`)

    const one = await supplier.get(`/v1/webhook-endpoints/${id}`)
    expect(one.body).toEqual({ id, ...rest })
    expect(one.headers['etag']).toBe('"1"')
    const list = await supplier.get('/v1/webhook-endpoints')
    expect(list.body.items).toContainEqual({ id, ...rest })
    expect(list.text).not.toContain('whsec_')

    const [stored] = await portal.sql(
      `select secret_cipher, to_jsonb(s)::text as row from webhook_secrets s where endpoint_id = $1`,
      [id],
    )
    expect(Buffer.from(stored?.['secret_cipher']).includes(secret)).toBe(false)
    expect(await portal.sql('select action, client_id, changes from change_log where entity_id = $1', [id])).toEqual([
      {
        action: 'webhook-endpoint.created',
        client_id: 'supplier-nord',
        changes: { eventTypes: ['order.placed'], inOrder: true },
      },
    ])
    expect(portal.logLines.join()).not.toContain('whsec_')
  })

  test('repeated under its key it gives the same endpoint, without the secret', async () => {
    const options = { idempotencyKey: 'once' }
    const first = await supplier.post('/v1/webhook-endpoints', body(), options)
    const again = await supplier.post('/v1/webhook-endpoints', body(), options)
    expect(again.status).toBe(201)
    expect(again.headers['idempotency-replayed']).toBe('true')
    const { secret, ...endpoint } = first.body
    expect(secret).toMatch(/^whsec_/)
    expect(again.body).toEqual(endpoint)
    const kept = await portal.sql(`select body from idempotency_keys order by created_at desc limit 1`)
    expect(JSON.stringify(kept)).not.toContain('whsec_')
  })

  test.each([
    ['http://8.8.8.8/', 'scheme'],
    ['ftp://8.8.8.8/', 'scheme'],
    ['https://me:secret@8.8.8.8/', 'credentials'],
    ['https://8.8.8.8/#part', 'fragment'],
    ['https://10.0.0.1/', 'address'],
    ['https://169.254.169.254/latest', 'address'],
    ['https://[fe80::1]/', 'address'],
  ])('%s is refused (%s)', async (url, because) => {
    const refused = await supplier.post('/v1/webhook-endpoints', body({ url }))
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ code: 'webhook-url-not-allowed', because })
  })

  test('private addresses and plain HTTP are for the allowed networks', async () => {
    expect((await supplier.post('/v1/webhook-endpoints', body({ url: 'http://127.0.0.1:1/' }))).status).toBe(201)
    const strict = await testPortal({ outboundAllow: [], on: portal })
    for (const url of [
      'http://127.0.0.1:1/',
      'https://127.0.0.1/',
      'https://[::ffff:127.0.0.1]/',
      'https://localhost/',
    ]) {
      const refused = await strict.as('supplier-nord').post('/v1/webhook-endpoints', body({ url }))
      expect(refused.body.code, url).toBe('webhook-url-not-allowed')
    }
  })

  test('unknown event types are named', async () => {
    const refused = await supplier.post('/v1/webhook-endpoints', body({ eventTypes: ['*', 'order.exploded'] }))
    expect(refused.status).toBe(422)
    expect(refused.body).toMatchObject({ code: 'unknown-event-type', errors: [{ pointer: '/eventTypes/1' }] })
  })

  test.each([
    [{ url: 'no url' }, '/url'],
    [{ eventTypes: [] }, '/eventTypes'],
    [{ eventTypes: ['*', '*'] }, '/eventTypes'],
    [{ secret: 'whsec_mine' }, '/secret'],
  ])('%j has not the right form', async (given, pointer) => {
    const refused = await supplier.post('/v1/webhook-endpoints', body(given))
    expect(refused.status).toBe(400)
    expect(refused.body.errors[0].pointer).toBe(pointer)
  })

  test('filters are kept in small letters, without what is said twice', async () => {
    const order = demo.orders.activityReady.id
    const jobcenter = '01890000-0000-7000-8000-00000000abcd'
    await portal.sql(`insert into organisations (id, name, kinds) values ($1, 'Jobcenter', '{jobcenter}')`, [jobcenter])
    const filters = {
      jobcenterIds: [jobcenter.toUpperCase(), jobcenter],
      targetGroups: ['cash-benefit-activity-ready'],
      orderIds: [order],
    }
    const created = await supplier.post('/v1/webhook-endpoints', body({ filters, inOrder: false }))
    expect(created.status).toBe(201)
    const kept = { ...filters, jobcenterIds: [jobcenter] }
    expect(created.body).toMatchObject({ filters: kept, inOrder: false })
    const path = `/v1/webhook-endpoints/${created.body.id}`
    expect((await supplier.get(path)).body).toMatchObject({ filters: kept, inOrder: false })
    expect(
      (await supplier.get(path.toUpperCase().replace('/V1/WEBHOOK-ENDPOINTS', '/v1/webhook-endpoints'))).status,
    ).toBe(200)
    const none = await supplier.post('/v1/webhook-endpoints', body({ filters: {} }))
    expect(none.status).toBe(201)
    expect(none.body).not.toHaveProperty('filters')
  })

  test.each([
    ['targetGroups', 'lottery-winners'],
    ['jobcenterIds', nord],
    ['jobcenterIds', nobody],
    ['orderIds', nobody],
  ])('%s %s is unknown', async (member, value) => {
    const known = {
      targetGroups: 'cash-benefit-activity-ready',
      jobcenterIds: musvaagevej,
      orderIds: demo.orders.activityReady.id,
    }[member]
    const refused = await supplier.post('/v1/webhook-endpoints', body({ filters: { [member]: [known, value] } }))
    expect(refused.status).toBe(422)
    expect(refused.body.code).toBe('unknown-webhook-filter')
    expect(refused.body.rule).toMatchObject({ source: 'Udbudsportal' })
    expect(refused.body.errors).toMatchObject([{ pointer: `/filters/${member}/1`, code: 'unknown' }])
    expect(refused.text).not.toContain(value)
  })

  test("another's order is as unknown as one that there is not", async () => {
    const asked = (id: string) =>
      portal.as('supplier-syd').post('/v1/webhook-endpoints', body({ filters: { orderIds: [id] } }))
    const [others, none] = [await asked(demo.orders.activityReady.id), await asked(nobody)]
    expect(others.status).toBe(422)
    expect({ ...others.body, instance: '' }).toEqual({ ...none.body, instance: '' })
    const filters = { orderIds: [demo.orders.activityReady.id] }
    for (const client of ['jobcenter-musvaagevej', 'k-kassen']) {
      expect((await portal.as(client).post('/v1/webhook-endpoints', body({ filters }))).status, client).toBe(201)
    }
  })

  test.each([
    [{ jobcenterIds: [] }, '/filters/jobcenterIds'],
    [{ orderIds: ['B-000001'] }, '/filters/orderIds/0'],
    [{ targetGroups: ['a', 'a'] }, '/filters/targetGroups'],
    [
      { orderIds: Array.from({ length: 101 }, (_, n) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`) },
      '/filters/orderIds',
    ],
    [{ suppliers: [] }, '/filters/suppliers'],
    [null, '/filters'],
  ])('the filters %# have not the right form', async (filters, pointer) => {
    const refused = await supplier.post('/v1/webhook-endpoints', body({ filters }))
    expect(refused.status).toBe(400)
    expect(refused.body.errors[0].pointer).toBe(pointer)
  })

  test('auditors and administrators have none, and reading is not writing', async () => {
    for (const client of ['auditor-koebenhavn', 'administrator']) {
      expect((await portal.as(client).get('/v1/webhook-endpoints')).body.code).toBe('forbidden')
    }
    const reader = { scopes: ['portal.read'] as const }
    expect((await supplier.post('/v1/webhook-endpoints', body(), reader)).body.code).toBe('insufficient-scope')
    expect((await supplier.get('/v1/webhook-endpoints', reader)).status).toBe(200)
  })
})

test('of thirty simultaneous creations twenty succeed', async () => {
  await removeAll()
  const answers = await Promise.all(Array.from({ length: 30 }, () => supplier.post('/v1/webhook-endpoints', body())))
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(20)
  for (const refused of answers.filter((answer) => answer.status !== 201)) {
    expect(refused.body).toMatchObject({ status: 409, code: 'too-many-endpoints' })
  }
  expect((await portal.as('supplier-syd').post('/v1/webhook-endpoints', body())).status).toBe(201)
  const [{ id }] = (await supplier.get('/v1/webhook-endpoints', { query: { limit: 1 } })).body.items
  expect((await supplier.delete(`/v1/webhook-endpoints/${id}`)).status).toBe(204)
  expect((await supplier.post('/v1/webhook-endpoints', body())).status).toBe(201)
})

test('the list is read in pages', async () => {
  await removeAll()
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push((await supplier.post('/v1/webhook-endpoints', body())).body.id)
  const read: string[] = []
  let path: string | undefined = '/v1/webhook-endpoints?limit=2'
  while (path !== undefined) {
    const page = await supplier.get(path)
    read.push(...page.body.items.map((item: { id: string }) => item.id))
    path = /<http:\/\/portal\.test([^>]+)>; rel="next"/.exec(page.headers['link'] ?? '')?.[1]
    expect(path === undefined).toBe(page.body.next === null)
  }
  expect(read).toEqual(ids)
})

describe("another organisation's endpoint", () => {
  test('is not there', async () => {
    await removeAll()
    const { id } = (await supplier.post('/v1/webhook-endpoints', body())).body
    for (const client of ['supplier-syd', 'jobcenter-musvaagevej', 'k-kassen']) {
      const other = portal.as(client)
      expect((await other.get(`/v1/webhook-endpoints/${id}`)).body.code).toBe('not-found')
      expect((await other.delete(`/v1/webhook-endpoints/${id}`)).body.code).toBe('not-found')
      expect((await other.get('/v1/webhook-endpoints')).text).not.toContain(id)
    }
    expect((await supplier.get(`/v1/webhook-endpoints/${id}`)).status).toBe(200)
  })
})
