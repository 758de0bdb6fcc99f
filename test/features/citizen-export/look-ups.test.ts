import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must } from '#test/features/orders/support.ts'
import { sealAll } from '#test/platform/audit/written-log.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { organisations, orders } = demo
const { citizen, id: orderId } = orders.activityReady
type Listed = { occurredAt: string; organisationId: string; operation: string; orderId?: string; purpose?: string }

const lookupsOf = async (portal: TestPortal, client: string): Promise<Listed[]> => {
  const { body } = must(await portal.as(client).get(`/v1/citizens/${citizen.id}/export`))
  return body.records.lookups.filter(({ operation }: Listed) => operation !== 'exportCitizen')
}

/** Every organisation that may looks at the citizen, one by one and in lists, an auditor on its page's behalf too. */
const watched = async (): Promise<TestPortal> => {
  const portal = await testPortal()
  must(await portal.as('supplier-nord').get(`/v1/orders/${orderId}`))
  must(await portal.as('jobcenter-musvaagevej').get('/v1/orders?limit=500'))
  must(await portal.as('k-kassen').get(`/v1/orders/${orderId}`))
  const headers = { 'x-purpose': 'Tilsyn med leverandøren 2026' }
  must(await portal.as('auditor-koebenhavn').get(`/v1/orders/${orderId}/plan`, { headers }))
  must(await portal.as('supplier-nord').get(`/v1/orders/${orders.dragoer.id}`))
  return portal
}

const all = (own: string) =>
  [
    { organisationId: organisations.supplierNord.id, operation: 'getOrder' },
    { organisationId: organisations.jobcenterMusvaagevej.id, operation: 'listOrders' },
    { organisationId: organisations.kKassen.id, operation: 'getOrder' },
    {
      organisationId: organisations.auditorKoebenhavn.id,
      operation: 'getPlan',
      purpose: 'Tilsyn med leverandøren 2026',
    },
  ].map((one) => ({
    occurredAt: '2026-03-13T10:00:00.000Z',
    ...one,
    ...(one.operation === 'listOrders' ? {} : { orderId: own }),
  }))

describe("the citizen's own look-up list", () => {
  test.each(['supplier-nord', 'jobcenter-musvaagevej'])(
    'holds what every organisation looked up, sealed or not, in the export of %s',
    async (client) => {
      const portal = await watched()
      expect(await lookupsOf(portal, client)).toEqual(all(orderId))
      await sealAll(portal)
      expect(await lookupsOf(portal, client)).toEqual(all(orderId))
    },
  )

  test('names the organisations, and nobody of their staff', async () => {
    const portal = await watched()
    const { body, text } = must(await portal.as('jobcenter-musvaagevej').get(`/v1/citizens/${citizen.id}/export`))
    for (const { id, name } of [organisations.auditorKoebenhavn, organisations.kKassen, organisations.supplierNord]) {
      expect(body.organisations).toContainEqual({ id, name })
    }
    expect(text).not.toContain('auditor-koebenhavn')
    const page = await portal
      .as('jobcenter-musvaagevej')
      .get(`/v1/citizens/${citizen.id}/export`, { headers: { accept: 'text/html' } })
    expect(page.text).toContain(organisations.auditorKoebenhavn.name)
    expect(page.text).toContain('Tilsyn med leverandøren 2026')
    expect(page.text).toContain('timeplanen')
  })

  test('tells of orders to whom they belong alone, and nothing of a CPR number that stands in a purpose', async () => {
    const portal = await watched()
    await portal.sql(
      `insert into lookups (id, occurred_at, client_id, organisation_id, operation, citizen_id, order_id, purpose, request_id)
       values (uuidv7(), now(), 'x/kim', $1, 'getOrder', $2, $3, $4, 'r')`,
      [
        organisations.auditorKoebenhavn.id,
        citizen.id,
        orders.supplierSyd.id,
        `Sag ${orders.dragoer.citizen.cpr}, 2026`,
      ],
    )
    const listed = await lookupsOf(portal, 'supplier-nord')
    expect(listed.at(-1)).toEqual({
      occurredAt: expect.any(String),
      organisationId: organisations.auditorKoebenhavn.id,
      operation: 'getOrder',
      purpose: 'Sag …, 2026',
    })
  })

  test('is opened by no order of one’s own', async () => {
    const portal = await watched()
    const asked = (organisationId: string) =>
      inTransaction(portal.database, organisationId, async (trx) => {
        const { rows } = await sql`select * from portal_lookups_of_citizen(${citizen.id}::uuid)`.execute(trx)
        return rows.length
      })
    const others = ['supplierSyd', 'jobcenterSkelbaekgade', 'kKassen', 'auditorKoebenhavn', 'administrator'] as const
    for (const name of others) expect([name, await asked(organisations[name].id)]).toEqual([name, 0])
    expect(await asked(organisations.supplierNord.id)).toBe(4)
    expect((await portal.as('supplier-syd').get(`/v1/citizens/${citizen.id}/export`)).status).toBe(404)
  })
})
