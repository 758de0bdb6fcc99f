import { describe, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { type TestAnswer, type TestPortal, testPortal } from '#test/support/test-portal.ts'

const { activityReady } = demo.orders
const registeredBy = { name: 'Tilde Tilsyn' }

const draw = (portal: TestPortal, client: string, headers: Record<string, string> = {}): Promise<TestAnswer> =>
  portal
    .as(client)
    .post('/v1/inspections', { supplierId: activityReady.supplierId, drawnBy: registeredBy }, { headers })

const lookupsOf = (portal: TestPortal, requestId: string) =>
  portal.sql<{ operation: string; purpose: string | null; citizens: string[] }>(
    `select operation, purpose, array_remove(citizen_ids || citizen_id, null) as citizens from lookups where request_id = $1`,
    [requestId],
  )

describe('what the registers propose at control points is a reading', () => {
  const writes = [
    ['recordFinding', 'put', (id: string) => `/v1/inspections/${id}/findings/${activityReady.id}/plan-complete`],
    ['confirmProposals', 'post', (id: string) => `/v1/inspections/${id}/courses/${activityReady.id}/confirmation`],
  ] as const

  test.each(writes)(
    '%s: with a purpose, kept, and not done when it cannot be kept',
    async (operation, method, pathOf) => {
      const portal = await testPortal()
      const auditor = portal.as('auditor-koebenhavn')
      const path = pathOf((await draw(portal, 'auditor-koebenhavn')).body.id)
      const body = method === 'put' ? { outcome: 'in-order', registeredBy } : { registeredBy }
      const findings = async () => (await portal.sql('select from inspection_findings')).length
      const send = (headers: Record<string, string>) => auditor[method](path, body, { headers })

      expect((await send({})).body.code).toBe('purpose-required')
      await portal.sql('revoke insert on lookups from portal_application')
      const refused = await send({ 'x-purpose': 'Tilsyn' })
      expect([refused.status, refused.body.code, refused.text.includes('proposed')]).toEqual([
        503,
        'audit-log-unavailable',
        false,
      ])
      await portal.sql('grant insert on lookups to portal_application')
      expect(await findings()).toBe(0)
      const requestId = newId()
      const answer = await send({ 'x-purpose': 'Tilsyn', 'x-request-id': requestId })
      expect(answer.status).toBeLessThan(300)
      expect(answer.text).toContain('"proposed"')
      expect(await lookupsOf(portal, requestId)).toEqual([
        { operation, purpose: 'Tilsyn', citizens: [activityReady.citizen.id] },
      ])
    },
  )
})

describe('a sample tells of its courses, so its readings are kept', () => {
  test.each([
    ['auditor-koebenhavn', (id: string) => `Tilsyn ${id}`],
    ['administrator', () => null],
  ])('in one row, of all citizens, also where %s sees no orders', async (client, implied) => {
    const portal = await testPortal()
    const [drawing, reading] = [newId(), newId()]
    const { body } = await draw(portal, client, { 'x-request-id': drawing })
    await portal.as(client).get(`/v1/inspections/${body.id}`, { headers: { 'x-request-id': reading } })
    const ids = body.courses.map(({ orderId }: { orderId: string }) => orderId)
    const rows = await portal.sql<{ id: string }>(
      'select distinct citizen_id as id from orders where id = any ($1) order by 1',
      [ids],
    )
    const citizens = rows.map(({ id }) => id)
    expect(citizens.length).toBeGreaterThan(1)
    for (const [requestId, operation] of [
      [drawing, 'drawInspection'],
      [reading, 'getInspection'],
    ] as const) {
      const [kept, ...more] = await lookupsOf(portal, requestId)
      expect({ ...kept, citizens: kept?.citizens.toSorted() }).toEqual({
        operation,
        purpose: implied(body.id),
        citizens,
      })
      expect(more).toEqual([])
    }
  })

  test('under the purpose that is stated, if one is', async () => {
    const portal = await testPortal()
    const requestId = newId()
    await draw(portal, 'auditor-koebenhavn', { 'x-request-id': requestId, 'x-purpose': 'Årligt tilsyn' })
    expect((await lookupsOf(portal, requestId)).map(({ purpose }) => purpose)).toEqual([
      expect.stringContaining('tilsyn'),
    ])
  })

  test('for the administration alone are citizens found past its walls', async () => {
    const portal = await testPortal()
    for (const client of Object.values(demo.organisations)) {
      const [found] = await portal.sql<{ count: number }>(
        `with acting as materialized (select set_config('portal.organisation', $1, true))
         select (select count(*)::int from portal_citizens_for_administration(array[$2::uuid])) as count from acting`,
        [client.id, activityReady.id],
      )
      expect([client.clientId, found?.count]).toEqual([client.clientId, client.clientId === 'administrator' ? 1 : 0])
    }
  })
})
