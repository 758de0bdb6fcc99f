import { beforeAll, describe, expect, test } from 'vitest'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { demoOrders, freshCpr, refusal } from './support.ts'

let portal: TestPortal
const as = (client: string) => portal.as(client)
beforeAll(async () => {
  portal = await testPortal()
})

describe('POST /v1/citizen-searches', () => {
  const search = (client: string, cpr: string) => as(client).post('/v1/citizen-searches', { cpr })
  const { activityReady, supplierSyd, draft: drafted } = demoOrders

  test("finds the caller's own orders of the citizen", async () => {
    for (const client of ['supplier-nord', 'jobcenter-musvaagevej']) {
      const { body } = await search(client, activityReady.citizen.cpr)
      expect([body.citizenId, body.orders.map((order: { id: string }) => order.id)], client).toEqual([
        activityReady.citizen.id,
        [activityReady.id],
      ])
    }
  })

  test("of another's citizen, of a draft, and of nobody, the answer is the same: none", async () => {
    const none = { citizenId: null, orders: [] }
    expect((await search('supplier-nord', supplierSyd.citizen.cpr)).body).toEqual(none)
    expect((await search('jobcenter-skelbaekgade', activityReady.citizen.cpr)).body).toEqual(none)
    expect((await search('supplier-nord', drafted.citizen.cpr)).body).toEqual(none)
    expect((await search('supplier-nord', freshCpr())).body).toEqual(none)
    expect((await search('jobcenter-musvaagevej', drafted.citizen.cpr)).body.orders).toHaveLength(1)
  })

  test('every search is kept, with whom it found though the caller may not see', async () => {
    const before = await portal.sql("select id from lookups where operation = 'searchCitizen'")
    await search('supplier-akasse', supplierSyd.citizen.cpr)
    await search('supplier-akasse', freshCpr())
    const kept = await portal.sql(
      "select client_id, citizen_id from lookups where operation = 'searchCitizen' order by id offset $1",
      [before.length],
    )
    expect(kept).toEqual([
      { client_id: 'supplier-akasse', citizen_id: supplierSyd.citizen.id },
      { client_id: 'supplier-akasse', citizen_id: null },
    ])
  })

  test('citizen-number-invalid; and only suppliers and jobcenters search', async () => {
    expect(refusal(await search('supplier-nord', '3102901234'))).toEqual([422, 'citizen-number-invalid'])
    expect(refusal(await search('supplier-nord', '310290'))).toEqual([400, 'invalid-request'])
    for (const client of ['k-kassen', 'auditor-koebenhavn', 'administrator']) {
      expect(refusal(await search(client, activityReady.citizen.cpr)), client).toEqual([403, 'forbidden'])
    }
  })
})
