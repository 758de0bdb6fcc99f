import { beforeAll, describe, expect, test } from 'vitest'
import { everyPage } from '#test/support/pages.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { approved, atTheFund, attend, demoOrders, draft, must, organisations, refusal } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
beforeAll(async () => {
  portal = await testPortal()
})

const ids = (items: readonly { id: string }[]): string[] => items.map((item) => item.id)
const list = async (client: string, query = '', headers: Record<string, string> = {}) =>
  ids(must(await as(client).get(`/v1/orders?limit=500${query}`, { headers })).body.items)

describe('GET /v1/orders', () => {
  test('by id, which is the order of their making', async () => {
    const one = await draft(as)
    const two = await draft(as)
    const seen = await list('jobcenter-musvaagevej')
    expect(seen).toEqual([...seen].sort())
    expect(seen.slice(-2)).toEqual([one.id, two.id])
  })

  test('filters, each alone and together', async () => {
    const order = await approved(as, {
      startDate: '2026-04-06',
      firstMeetingAt: '2026-04-06T08:00:00Z',
      targetGroup: 'rehabilitation',
    })
    const own = await draft(as, { startDate: '2026-04-07', firstMeetingAt: '2026-04-07T08:00:00Z' })
    const fund = await approved(as, atTheFund)
    const mine = (query: string) => list('jobcenter-musvaagevej', query)
    expect(await mine('&targetGroup=rehabilitation')).toEqual([order.id])
    expect(await mine(`&orderNumber=${order.orderNumber}`)).toEqual([order.id])
    expect(await mine(`&citizenId=${order.citizen.id}`)).toEqual([order.id])
    expect(await mine('&startDateFrom=2026-04-06&startDateTo=2026-04-07')).toEqual([order.id, own.id])
    expect(await mine('&startDateFrom=2026-04-06&startDateTo=2026-04-07&status=draft')).toEqual([own.id])
    expect(await mine('&startDateFrom=2026-04-07')).toEqual([own.id])
    expect(await mine('&startDateTo=2000-01-01')).toEqual([])
    expect(await mine(`&supplierId=${organisations.supplierAkasse.id}`)).toEqual([fund.id])
    expect(await mine(`&jobcenterId=${organisations.jobcenterSkelbaekgade.id}`)).toEqual([])
    expect(await mine('&courseStatus=attending')).toContain(demoOrders.activityReady.id)
    expect(await mine('&courseStatus=ended')).toEqual([])
    expect(await list('supplier-nord', '&status=draft')).toEqual([])
  })

  test('pages neither skip nor repeat what stood throughout, while others are made and changed between them', async () => {
    const before = await list('supplier-nord')
    expect(before.length).toBeGreaterThan(5)
    const made: string[] = []
    const items = await everyPage(as('supplier-nord'), '/v1/orders?limit=2', async (page) => {
      if (page > 4) return
      const order = await approved(as)
      made.push(order.id)
      must(await attend(as('supplier-nord'), order.id, '2026-03-02'))
      await approved(as, atTheFund)
    })
    const seen = ids(items)
    expect(seen.filter((id) => before.includes(id))).toEqual(before)
    expect(new Set(seen).size).toBe(seen.length)
    // Those made meanwhile come behind the cursor.
    expect(seen).toEqual([...before, ...made])
  })

  test('a filter stays with its pages', async () => {
    const items = await everyPage(as('jobcenter-musvaagevej'), '/v1/orders?limit=1&status=draft')
    expect(ids(items)).toEqual(await list('jobcenter-musvaagevej', '&status=draft'))
  })

  test('the page has 50 orders, or as many as limit says, from 1 to 500', async () => {
    for (let missing = 51 - (await list('jobcenter-musvaagevej')).length; missing > 0; missing--) await draft(as)
    expect((await as('jobcenter-musvaagevej').get('/v1/orders')).body.items).toHaveLength(50)
    expect((await as('jobcenter-musvaagevej').get('/v1/orders?limit=1')).body.items).toHaveLength(1)
    expect((await as('jobcenter-musvaagevej').get('/v1/orders?limit=500')).status).toBe(200)
    for (const limit of ['0', '501', '-1', '1.5', 'ten', '']) {
      const answer = await as('jobcenter-musvaagevej').get(`/v1/orders?limit=${limit}`)
      expect([refusal(answer), answer.body.errors[0].pointer], limit).toEqual([[400, 'invalid-request'], 'limit'])
    }
  })

  test.each(['abc', 'MTphYmM', Buffer.from('2:01890000-0000-7000-8000-000000060001').toString('base64url'), '%20'])(
    'invalid-cursor: %s',
    async (cursor) => {
      expect(refusal(await as('supplier-nord').get(`/v1/orders?cursor=${cursor}`))).toEqual([400, 'invalid-cursor'])
    },
  )

  test('filters that are none, or not of their form, are refused', async () => {
    for (const query of ['colour=red', 'status=lost', 'supplierId=7', 'startDateFrom=2026-02-30', 'cpr=6203851231']) {
      expect(refusal(await as('supplier-nord').get(`/v1/orders?${query}`)), query).toEqual([400, 'invalid-request'])
    }
  })
})
