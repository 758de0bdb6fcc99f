import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approved, attend, demoOrders, draft, freshCpr, must, plan, refusal } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
const purpose = { headers: { 'x-purpose': 'Stikprøve, sag 2026-17' } }
beforeAll(async () => {
  portal = await testPortal()
})

const everyoneElse = [
  'supplier-nord',
  'supplier-syd',
  'supplier-beskaeftigelsescenter',
  'supplier-akasse',
  'jobcenter-skelbaekgade',
  'k-kassen',
  'ydelse-dragoer',
]
/** Who of these sees the order: alone, and in its list. */
const seenBy = async (id: string): Promise<string[]> => {
  const seen: string[] = []
  for (const client of ['jobcenter-musvaagevej', ...everyoneElse, 'auditor-koebenhavn', 'auditor-dragoer']) {
    const options = client.startsWith('auditor') ? purpose : {}
    const alone = await as(client).get(`/v1/orders/${id}`, options)
    const listed = must(await as(client).get('/v1/orders?limit=500', options)).body.items.some(
      (item: { id: string }) => item.id === id,
    )
    expect(listed, client).toBe(alone.status === 200)
    if (alone.status === 200) seen.push(client)
    else expect(refusal(alone), client).toEqual([404, 'not-found'])
  }
  return seen
}

describe('who sees an order', () => {
  test('a draft: its jobcenter alone, its activities and plan too', async () => {
    const { id } = await draft(as)
    expect(await seenBy(id)).toEqual(['jobcenter-musvaagevej'])
    for (const path of [`/v1/orders/${id}/activities`, `/v1/orders/${id}/plan`]) {
      expect(refusal(await as('supplier-nord').get(path))).toEqual([404, 'not-found'])
      expect((await as('jobcenter-musvaagevej').get(path)).status).toBe(200)
    }
    expect(refusal(await as('k-kassen').get(`/v1/orders/${id}/activities`))).toEqual([404, 'not-found'])
  })

  test("approved: its supplier, the group's recipient and the auditors of its citizen's municipality as well", async () => {
    const { id } = await approved(as)
    expect(await seenBy(id)).toEqual(['jobcenter-musvaagevej', 'supplier-nord', 'k-kassen', 'auditor-koebenhavn'])
    const dragoer = await approved(as, {
      citizen: { cpr: freshCpr(), name: 'Prøve Person', residenceMunicipality: '0155' },
    })
    expect(await seenBy(dragoer.id)).toEqual([
      'jobcenter-musvaagevej',
      'supplier-nord',
      'k-kassen',
      'auditor-koebenhavn',
      'auditor-dragoer',
    ])
  })

  test.each([
    'sickness-benefit',
    'unemployment-allowance',
    'rehabilitation',
    'integration-act',
    'insured-unemployed',
    'other',
  ])('§ 7: K-kassen sees no order of %s', async (targetGroup) => {
    const { id } = await approved(as, { targetGroup })
    expect(refusal(await as('k-kassen').get(`/v1/orders/${id}`))).toEqual([404, 'not-found'])
  })

  test.each(['cash-benefit-activity-ready', 'resource-course', 'cash-benefit-job-ready', 'education-benefit'])(
    '§ 7, § 8: K-kassen sees the approved orders of %s',
    async (targetGroup) => {
      const { id } = await approved(as, { targetGroup })
      expect((await as('k-kassen').get(`/v1/orders/${id}`)).status).toBe(200)
    },
  )

  test('administrators and callers without a token see none', async () => {
    expect(refusal(await as('administrator').get('/v1/orders'))).toEqual([403, 'forbidden'])
    expect(refusal(await portal.anonymous.get(`/v1/orders/${demoOrders.activityReady.id}`))).toEqual([
      401,
      'unauthenticated',
    ])
  })

  test('reading takes the scope for it, writing the other', async () => {
    const read = { scopes: ['portal.read'] as const }
    const written = { scopes: ['portal.write'] as const }
    expect(refusal(await as('jobcenter-musvaagevej').post('/v1/orders', {}, read))).toEqual([403, 'insufficient-scope'])
    expect(refusal(await as('supplier-nord').get('/v1/orders', written))).toEqual([403, 'insufficient-scope'])
  })
})

describe('the CPR number of an order', () => {
  const { activityReady } = demoOrders
  const lookupsOf = (orderId: string) =>
    portal.sql<{ client_id: string; operation: string; citizen_id: string; purpose: string | null }>(
      'select client_id, operation, citizen_id, purpose from lookups where order_id = $1 order by id',
      [orderId],
    )

  test.each(['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen'])(
    '%s reads it in the single order, and the look-up is kept',
    async (client) => {
      const order = await approved(as)
      const answer = await as(client).get(`/v1/orders/${order.id}`)
      expect(answer.body.citizen.cpr).toMatch(/^[67-9]\d{9}$/)
      expect(await lookupsOf(order.id)).toEqual([
        { client_id: client, operation: 'getOrder', citizen_id: order.citizen.id, purpose: null },
      ])
      expect(answer.headers['cache-control']).toContain('no-store')
    },
  )

  test('a look-up that is answered 404 is none', async () => {
    const order = await approved(as)
    await as('supplier-syd').get(`/v1/orders/${order.id}`)
    expect(await lookupsOf(order.id)).toEqual([])
  })

  test('auditors never read it, and say what they read the rest for', async () => {
    const order = await approved(as)
    for (const path of [
      `/v1/orders/${order.id}`,
      '/v1/orders',
      `/v1/orders/${order.id}/plan`,
      `/v1/orders/${order.id}/activities`,
    ]) {
      expect(refusal(await as('auditor-koebenhavn').get(path)), path).toEqual([400, 'purpose-required'])
      expect(refusal(await as('auditor-koebenhavn').get(path, { headers: { 'x-purpose': '  ' } })), path).toEqual([
        400,
        'purpose-required',
      ])
    }
    const answer = await as('auditor-koebenhavn').get(`/v1/orders/${order.id}`, purpose)
    expect(answer.body.citizen).toEqual({ id: order.citizen.id, name: 'Prøve Person', residenceMunicipality: '0101' })
    expect(await lookupsOf(order.id)).toEqual([
      {
        client_id: 'auditor-koebenhavn',
        operation: 'getOrder',
        citizen_id: order.citizen.id,
        purpose: purpose.headers['x-purpose'],
      },
    ])
    await as('auditor-koebenhavn').get(`/v1/orders?citizenId=${order.citizen.id}`, purpose)
    must(await as('auditor-koebenhavn').get(`/v1/orders/${order.id}/plan`, purpose))
    must(await as('auditor-koebenhavn').get(`/v1/orders/${order.id}/activities`, purpose))
    expect((await lookupsOf(order.id)).map((lookup) => lookup.operation)).toEqual([
      'getOrder',
      'getPlan',
      'listActivities',
    ])
    const listed = await portal.sql("select purpose from lookups where operation = 'listOrders' and citizen_id = $1", [
      order.citizen.id,
    ])
    expect(listed).toEqual([{ purpose: purpose.headers['x-purpose'] }])
  })

  test('no list, no answer to a write and no log line has it', async () => {
    const cpr = freshCpr()
    const order = await approved(as, { citizen: { cpr, name: 'Prøve Person', residenceMunicipality: '0101' } })
    const answers = [
      await plan(as('supplier-nord'), order, { '2026-03-02': 60 }),
      await attend(as('supplier-nord'), order.id, '2026-03-02'),
      await as('supplier-nord').get(`/v1/orders?citizenId=${order.citizen.id}`),
      await as('jobcenter-musvaagevej').get(`/v1/orders?citizenId=${order.citizen.id}`),
      await as('k-kassen').get(`/v1/orders?citizenId=${order.citizen.id}`),
      await as('supplier-nord').post('/v1/citizen-searches', { cpr }),
    ]
    for (const answer of answers) expect(must(answer).text).not.toContain(cpr)
    expect(answers[2]?.body.items).toHaveLength(1)
    expect(portal.logLines.join('\n')).not.toContain(cpr)
  })

  test('ETag and If-None-Match: 304 while nothing changed, 200 after it did', async () => {
    const order = await approved(as)
    const first = await as('supplier-nord').get(`/v1/orders/${order.id}`)
    const same = await as('supplier-nord').get(`/v1/orders/${order.id}`, {
      headers: { 'if-none-match': first.headers['etag'] ?? '' },
    })
    expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', first.headers['etag']])
    must(await plan(as('supplier-nord'), order, { '2026-03-02': 60 }))
    const changed = await as('supplier-nord').get(`/v1/orders/${order.id}`, {
      headers: { 'if-none-match': first.headers['etag'] ?? '' },
    })
    expect([changed.status, changed.body.plannedMinutes]).toEqual([200, 60])
  })

  test('the demo citizen has the number that the demo gave', async () => {
    expect((await as('supplier-nord').get(`/v1/orders/${activityReady.id}`)).body.citizen.cpr).toBe(
      activityReady.citizen.cpr,
    )
  })
})
