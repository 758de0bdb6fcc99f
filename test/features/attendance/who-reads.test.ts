import { describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { must, refusal } from '#test/features/orders/support.ts'
import { testPortal } from '#test/support/test-portal.ts'
import { day, put, unauthorised } from './support.ts'

const { activityReady, dragoer } = demo.orders
const portal = await testPortal()
const supplier = portal.as('supplier-nord')
const paths = (orderId: string) => [`/v1/orders/${orderId}/attendance`, `/v1/orders/${orderId}/attendance/2026-03-12`]
const purpose = { headers: { 'x-purpose': 'Uanmeldt tilsyn' } }

must(await put(supplier, '2026-03-12', day([{ code: 'sick-reported', minutes: 60 }, ...unauthorised(30)])))
must(
  await put(
    supplier,
    '2026-03-12',
    { ...day(), entries: [{ activityId: dragoer.activityId, attendedMinutes: 120 }] },
    {},
    dragoer.id,
  ),
)

describe('who reads attendance', () => {
  test.each([
    ['supplier-nord', [200, undefined], [200, undefined]],
    ['supplier-syd', [404, 'not-found'], [404, 'not-found']],
    ['jobcenter-musvaagevej', [200, undefined], [200, undefined]],
    ['jobcenter-skelbaekgade', [404, 'not-found'], [404, 'not-found']],
    // Sickness stands in it (§ 9).
    ['k-kassen', [403, 'forbidden'], [403, 'forbidden']],
    ['ydelse-dragoer', [403, 'forbidden'], [403, 'forbidden']],
    ['auditor-koebenhavn', [200, undefined], [200, undefined]],
    ['auditor-dragoer', [404, 'not-found'], [200, undefined]],
    ['administrator', [403, 'forbidden'], [403, 'forbidden']],
  ])('%s', async (client, ofCopenhagen, ofDragoer) => {
    for (const [orderId, expected] of [
      [activityReady.id, ofCopenhagen],
      [dragoer.id, ofDragoer],
    ] as const) {
      for (const path of paths(orderId)) {
        expect([path, refusal(await portal.as(client).get(path, purpose))]).toEqual([path, expected])
      }
    }
  })

  test('an auditor says why, and the look-up is kept', async () => {
    const auditor = portal.as('auditor-koebenhavn')
    for (const path of paths(activityReady.id)) {
      expect(refusal(await auditor.get(path))).toEqual([400, 'purpose-required'])
    }
    const rows = await portal.sql<{ operation: string }>(
      `select distinct operation from lookups where operation in ('getAttendance', 'listAttendance') and purpose = 'Uanmeldt tilsyn' order by 1`,
    )
    expect(rows).toEqual([{ operation: 'getAttendance' }, { operation: 'listAttendance' }])
  })

  test('a benefits office that is a jobcenter too reads its own orders alone', async () => {
    await portal.sql(`update organisations set kinds = '{benefits-office,jobcenter}' where id = $1`, [
      demo.organisations.kKassen.id,
    ])
    const fresh = await testPortal({ on: portal })
    for (const path of paths(activityReady.id)) {
      expect(refusal(await fresh.as('k-kassen').get(path))).toEqual([404, 'not-found'])
    }
    await portal.sql(`update organisations set kinds = '{benefits-office}' where id = $1`, [
      demo.organisations.kKassen.id,
    ])
  })

  test('the database shows a benefits office none of it either', async () => {
    const { id } = demo.organisations.kKassen
    await portal.database.kysely.transaction().execute(async (trx) => {
      const { sql } = await import('kysely')
      await sql`select set_config('portal.organisation', ${id}, true)`.execute(trx)
      expect((await trx.selectFrom('orders').select('id').execute()).length).toBeGreaterThan(0)
      for (const table of ['attendanceDays', 'attendanceDayVersions', 'protocolMonths', 'protocolVersions'] as const) {
        expect(await trx.selectFrom(table).select('orderId').execute()).toEqual([])
      }
      const { rows } = await sql`select * from portal_register_days(${demo.organisations.supplierNord.id}::uuid,
        array[${activityReady.citizen.id}]::uuid[], array['2026-03-12']::date[])`.execute(trx)
      expect(rows).toEqual([])
    })
  })

  test('the duty says the date and nothing of why', async () => {
    const { body } = await portal.as('k-kassen').get('/v1/obligations?kind=absence-registration')
    expect(body.items.map((duty: { subject: string }) => duty.subject)).toEqual(['2026-03-12'])
    expect(body.items[0]).toMatchObject({ openedBecause: 'attendance-recorded', dueOn: '2026-03-12' })
    expect(JSON.stringify(body)).not.toMatch(/sick|minutes/i)
  })
})
