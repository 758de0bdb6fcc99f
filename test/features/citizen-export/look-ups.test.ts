import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { operationWords } from '#features/citizen-export/operation-words.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { drawn, tilde } from '#test/features/inspections/support.ts'
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

const all = (own: string, client: string) =>
  [
    { organisationId: organisations.supplierNord.id, operation: 'getOrder' },
    { organisationId: organisations.jobcenterMusvaagevej.id, operation: 'listOrders' },
    { organisationId: organisations.kKassen.id, operation: 'getOrder' },
    {
      organisationId: organisations.auditorKoebenhavn.id,
      operation: 'getPlan',
      purpose: client === 'supplier-nord' ? 'tilsyn' : 'Tilsyn med leverandøren 2026',
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
      expect(await lookupsOf(portal, client)).toEqual(all(orderId, client))
      await sealAll(portal)
      expect(await lookupsOf(portal, client)).toEqual(all(orderId, client))
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
    const listed = await lookupsOf(portal, 'jobcenter-musvaagevej')
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

describe('a supplier that is inspected', () => {
  const inspected = ['drawInspection', 'getInspectionCourse', 'getOrder', 'getInspection']
  /** An inspection under which its auditor, and one of another municipality, look at the citizen. */
  const underInspection = async () => {
    const portal = await testPortal()
    const headers = { 'x-purpose': 'Uanmeldt besøg hos Nord på mandag' }
    must(await portal.as('auditor-koebenhavn').get(`/v1/orders/${orderId}`, { headers }))
    portal.clock.set('2026-03-13T10:05:00.000Z')
    const inspection = await drawn(portal, { ended: 0 })
    const path = `/v1/inspections/${inspection.id}`
    must(await portal.as('auditor-koebenhavn').get(`${path}/courses/${orderId}`, { headers }))
    must(await portal.as('auditor-koebenhavn').get(`/v1/orders/${orderId}`, { headers }))
    must(await portal.as('administrator').get(path))
    return { portal, inspection }
  }
  const operations = (listed: readonly Listed[]) => listed.map(({ operation }) => operation)

  test.each(['unsealed', 'sealed'])('is not told before it has ended; the jobcenter is (%s)', async (how) => {
    const { portal, inspection } = await underInspection()
    if (how === 'sealed') await sealAll(portal)
    const before = await lookupsOf(portal, 'supplier-nord')
    expect(before).toEqual([expect.objectContaining({ operation: 'getOrder', purpose: 'tilsyn' })])
    const ofJobcenter = await lookupsOf(portal, 'jobcenter-musvaagevej')
    expect(operations(ofJobcenter)).toEqual(['getOrder', ...inspected])
    expect(ofJobcenter[2]?.purpose).toBe('Uanmeldt besøg hos Nord på mandag')

    const reason = 'Forkert leverandør'
    const end = { reason, registeredBy: tilde }
    must(await portal.as('auditor-koebenhavn').post(`/v1/inspections/${inspection.id}/discard`, end))
    const after = await lookupsOf(portal, 'supplier-nord')
    expect(operations(after)).toEqual(['getOrder', ...inspected, 'discardInspection'])
    expect(new Set(after.map(({ purpose }) => purpose))).toEqual(new Set(['tilsyn', undefined]))
    expect(JSON.stringify(after)).not.toContain('mandag')
  })

  test('whatever operation of an inspection it is', async () => {
    const portal = await testPortal()
    const [row] = await portal.sql<{ source: string }>(
      `select prosrc as source from pg_proc where proname = 'portal_lookups_of_citizen'`,
    )
    const ofInspections = Object.keys(operationWords).filter((name) =>
      / i et tilsyn\b/.test(operationWords[name] ?? ''),
    )
    expect(ofInspections).toContain('drawInspection')
    expect(ofInspections.filter((name) => !row?.source.includes(`'${name}'`))).toEqual([])
  })

  test('is told in general that such look-ups come later', async () => {
    const portal = await testPortal()
    const page = async (client: string) => {
      const headers = { accept: 'text/html' }
      return (await portal.as(client).get(`/v1/citizens/${citizen.id}/export`, { headers })).text
    }
    expect(await page('supplier-nord')).toContain('når tilsynet er afsluttet')
    expect(await page('jobcenter-musvaagevej')).not.toContain('når tilsynet er afsluttet')
  })
})

test('a draft that was never approved opens a jobcenter its own look-ups alone', async () => {
  const portal = await watched()
  const organisationId = organisations.jobcenterSkelbaekgade.id
  await portal.sql(
    `create temp table draft as select * from orders where id = '${orderId}'; update draft set id = uuidv7(), order_number = 'KLADDE-1', jobcenter_id = '${organisationId}', status = 'draft', approved_at = null, approved_by = null;
       insert into orders select * from draft; drop table draft`,
  )
  const asked = (id: string) =>
    inTransaction(portal.database, id, async (trx) => {
      const { rows } = await sql<{
        organisationId: string
      }>`select * from portal_lookups_of_citizen(${citizen.id}::uuid)`.execute(trx)
      return rows.map((row) => row.organisationId)
    })
  expect(await asked(organisationId)).toEqual([])
  must(await portal.as('jobcenter-skelbaekgade').get(`/v1/citizens/${citizen.id}/export`))
  expect(await asked(organisationId)).toEqual([organisationId])
  expect((await asked(organisations.jobcenterMusvaagevej.id)).length).toBe(5)
})
