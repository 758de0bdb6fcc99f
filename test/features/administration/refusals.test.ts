import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { tamper } from '#test/platform/audit/written-log.ts'
import { everyPage, type Item } from '#test/support/pages.ts'
import { testPortal } from '#test/support/test-portal.ts'

const portal = await testPortal()
const { organisations, orders } = demo
const path = '/v1/refusals'

type Given = { organisationId?: string; rule?: string; arrivedAt?: string; orderId?: string | null }

const refuse = async (given: Given = {}): Promise<string> => {
  const id = newId()
  await portal.sql(
    `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, order_id, request_id)
     values ($1, $2, 'supplier-nord', $3, 'registerAbsence', $4, $5, 'r')`,
    [
      id,
      given.arrivedAt ?? '2026-03-10T08:00:00.000Z',
      given.organisationId ?? organisations.supplierNord.id,
      given.rule ?? 'sick-leave-not-in-portal',
      given.orderId ?? null,
    ],
  )
  return id
}

const ids = (items: readonly Item[]) => items.map(({ id }) => id)
const headers = { 'x-purpose': 'Stikprøve' }
const seen = async (clientId: string, query = '') =>
  ids((await portal.as(clientId).get(path + query, { headers })).body.items)

describe('GET /v1/refusals', () => {
  test('shows what was tried, without a name', async () => {
    const id = await refuse({ orderId: orders.activityReady.id })
    const { body } = await portal.as('supplier-nord').get(path)
    expect(body.items.find((item: Item) => item.id === id)).toEqual({
      id,
      arrivedAt: '2026-03-10T08:00:00.000Z',
      clientId: 'supplier-nord',
      organisationId: organisations.supplierNord.id,
      operation: 'registerAbsence',
      rule: 'sick-leave-not-in-portal',
      orderId: orders.activityReady.id,
    })
  })

  test('shows a supplier its own, an auditor those of the citizens it audits', async () => {
    const nord = await refuse({ orderId: orders.activityReady.id })
    const dragoer = await refuse({ orderId: orders.dragoer.id })
    const syd = await refuse({ organisationId: organisations.supplierSyd.id, orderId: orders.supplierSyd.id })
    const nowhere = await refuse({ orderId: newId() })
    const about = async (clientId: string) =>
      (await seen(clientId, '?limit=500')).filter((id) => [nord, dragoer, syd, nowhere].includes(id))
    expect(await about('supplier-nord')).toEqual([nord, dragoer, nowhere])
    expect(await about('supplier-syd')).toEqual([syd])
    expect(await about('supplier-akasse')).toEqual([])
    expect(await about('auditor-koebenhavn')).toEqual([nord, dragoer, syd, nowhere])
    expect(await about('auditor-dragoer')).toEqual([dragoer])
  })

  test.each(['jobcenter-musvaagevej', 'k-kassen', 'administrator'])('is not for %s', async (clientId) => {
    const { status, body } = await portal.as(clientId).get(path)
    expect([status, body.code]).toEqual([403, 'forbidden'])
  })

  test('can be filtered by rule, order and arrival, ends included', async () => {
    const organisationId = organisations.supplierAkasse.id
    const rule = 'absence-already-registered'
    const first = await refuse({ organisationId, arrivedAt: '2026-03-01T07:00:00.000Z' })
    const second = await refuse({ organisationId, arrivedAt: '2026-03-02T07:00:00.000Z', rule })
    const third = await refuse({
      organisationId,
      arrivedAt: '2026-03-03T07:00:00.000Z',
      rule,
      orderId: orders.dragoer.id,
    })
    expect(await seen('supplier-akasse', `?rule=${rule}`)).toEqual([second, third])
    expect(await seen('supplier-akasse', `?orderId=${orders.dragoer.id}`)).toEqual([third])
    expect(await seen('supplier-akasse', '?arrivedFrom=2026-03-02T07:00:00Z')).toEqual([second, third])
    expect(await seen('supplier-akasse', '?arrivedFrom=2026-03-02T07:00:00.001Z')).toEqual([third])
    expect(await seen('supplier-akasse', '?arrivedTo=2026-03-02T08:00:00%2B01:00')).toEqual([first, second])
    expect(await seen('supplier-akasse', `?arrivedTo=2026-03-02t07:00:00z&rule=${rule}`)).toEqual([second])
    expect(await seen('supplier-akasse', '?rule=nothing')).toEqual([])
  })
})

describe('pages', () => {
  test('of any size give every row once, in order', async () => {
    const organisationId = organisations.supplierSyd.id
    for (let made = 0; made < 23; made++) await refuse({ organisationId })
    const all = await seen('supplier-syd', '?limit=500')
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        expect(ids(await everyPage(portal.as('supplier-syd'), `${path}?limit=${limit}`))).toEqual(all)
      }),
      { numRuns: 12 },
    )
  })

  test('neither skip nor repeat a row that stood throughout, whatever is written and removed meanwhile', async () => {
    const rule = 'steady'
    const organisationId = organisations.supplierBeskaeftigelsescenter.id
    const steady: string[] = []
    const fleeting: string[] = []
    for (let made = 0; made < 40; made++) {
      steady.push(await refuse({ organisationId, rule }))
      fleeting.push(await refuse({ organisationId, rule: 'fleeting' }))
    }
    const client = portal.as('supplier-beskaeftigelsescenter')
    const items = await everyPage(client, `${path}?limit=7`, async (page) => {
      await refuse({ organisationId, rule: 'new' })
      // Also before the place that the reader has come to, and the very rows that a cursor may stand on.
      const gone = fleeting.slice((page - 1) * 3, page * 3).map((id) => `'${id}'`)
      if (gone.length > 0) await tamper(portal, `delete from refusals where id in (${gone.join()})`)
      await portal
        .sql(
          `insert into refusals select $1, arrived_at, client_id, organisation_id, operation, 'new', order_id, request_id
           from refusals where id = $2`,
          ['01890000-0000-7000-8000-0000ff00000'.concat(String(page % 10)), steady[page]],
        )
        .catch(() => undefined)
    })
    expect(new Set(ids(items)).size).toBe(items.length)
    expect(ids(items.filter((item) => item['rule'] === rule))).toEqual(steady)
  })

  test('have a limit from 1 to 500, 50 when none is named', async () => {
    const organisationId = organisations.supplierNord.id
    for (let made = 0; made < 55; made++) await refuse({ organisationId })
    expect(await seen('supplier-nord')).toHaveLength(50)
    expect((await seen('supplier-nord', '?limit=500')).length).toBeGreaterThan(50)
    for (const limit of ['0', '501', '-1', '1.5', 'all']) {
      const { status, body } = await portal.as('supplier-nord').get(`${path}?limit=${limit}`)
      expect([limit, status, body.code]).toEqual([limit, 400, 'invalid-request'])
    }
  })

  test.each([
    'x',
    '',
    'MTox',
    Buffer.from('2:01890000-0000-7000-8000-000000010001').toString('base64url'),
    'a'.repeat(200),
    '%00',
  ])('do not continue from a cursor that is none: "%s"', async (cursor) => {
    const { status, body } = await portal.as('supplier-nord').get(`${path}?cursor=${cursor}`)
    expect([status, ['invalid-cursor', 'invalid-request'].includes(body.code)]).toEqual([400, true])
  })

  test('of the directory and of code sets join up too', async () => {
    const nord = portal.as('supplier-nord')
    const organisationsAtOnce = (await nord.get('/v1/organisations')).body.items
    expect(await everyPage(nord, '/v1/organisations?limit=3')).toEqual(organisationsAtOnce)
    const suppliers = (await nord.get('/v1/organisations?kind=supplier')).body.items
    expect(await everyPage(nord, '/v1/organisations?limit=1&kind=supplier')).toEqual(suppliers)
    const sets = (await nord.get('/v1/code-sets')).body.items
    expect(await everyPage(nord, '/v1/code-sets?limit=1')).toEqual(sets)
    const jobcenter = portal.as('jobcenter-musvaagevej')
    const agreements = (await jobcenter.get('/v1/framework-agreements')).body.items
    expect(await everyPage(jobcenter, '/v1/framework-agreements?limit=3')).toEqual(agreements)
  })
})
