import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { testDatabase } from '#test/support/test-database.ts'
import { fillEveryTable } from './fill-every-table.ts'

const { database, sql: admin } = await testDatabase()
const { organisations, orders } = demo
beforeAll(() => fillEveryTable(admin))

const names = new Map<string, string>(Object.entries(orders).map(([name, { id }]) => [id, name]))
/** The orders of a table's rows that an organisation sees, by their names in the demo. */
const seen = (organisationId: string, table: string): Promise<string[]> =>
  inTransaction(database, organisationId, async (trx) => {
    const { rows } = await sql<{ orderId: string }>`select order_id from ${sql.table(table)}`.execute(trx)
    return rows.map((row) => names.get(row.orderId) ?? '?').sort()
  })

describe('what supplier and K-kassen tell each other is seen by the parties to it alone', () => {
  test.each([
    ['supplierNord', { notices: ['activityReady', 'dragoer'], contact_requests: ['activityReady', 'dragoer'] }],
    ['supplierSyd', { notices: ['supplierSyd'], contact_requests: ['supplierSyd'] }],
    ['jobcenterMusvaagevej', { notices: ['activityReady', 'dragoer'], contact_requests: ['activityReady', 'dragoer'] }],
    ['jobcenterSkelbaekgade', { notices: ['supplierSyd'], contact_requests: ['supplierSyd'] }],
    [
      'kKassen',
      {
        notices: ['activityReady', 'dragoer', 'supplierSyd'],
        contact_requests: ['activityReady', 'dragoer', 'supplierSyd'],
      },
    ],
    ['ydelseDragoer', { notices: ['dragoer'], contact_requests: [] }],
    ['auditorKoebenhavn', { notices: [], contact_requests: [] }],
    ['administrator', { notices: [], contact_requests: [] }],
  ] as const)('%s', async (organisation, expected) => {
    const { id } = organisations[organisation]
    expect({ notices: await seen(id, 'notices'), contact_requests: await seen(id, 'contact_requests') }).toEqual(
      expected,
    )
  })

  test('a notice is written by the supplier of its order alone, and changed by nobody', async () => {
    const change = `update notices set kind = 'other'`
    await expect(
      inTransaction(database, organisations.supplierNord.id, (trx) => sql.raw(change).execute(trx)),
    ).rejects.toThrow(/permission denied/)
  })
})

describe('the case around a first meeting is seen with its order, and why somebody was excused by fewer (§ 7, § 9)', () => {
  const nords = ['activityReady', 'dragoer']
  const decided = [...nords, 'supplierSyd']
  const all = (seenOrders: string[]) => ({ outcomes: seenOrders, reSummons: seenOrders, excused: seenOrders })
  test.each([
    ['supplierNord', all(nords)],
    ['supplierSyd', all(['supplierSyd'])],
    ['jobcenterMusvaagevej', all(nords)],
    ['jobcenterSkelbaekgade', all(['supplierSyd'])],
    ['kKassen', { outcomes: decided, reSummons: decided, excused: [] }],
    ['ydelseDragoer', { outcomes: [], reSummons: ['dragoer'], excused: [] }],
    ['auditorKoebenhavn', all(decided)],
    ['auditorDragoer', all(['dragoer'])],
    ['administrator', all([])],
  ] as const)('%s', async (organisation, expected) => {
    const { id } = organisations[organisation]
    expect({
      outcomes: await seen(id, 'first_meeting_outcomes'),
      reSummons: await seen(id, 're_summons'),
      excused: await seen(id, 'excused_days'),
    }).toEqual(expected)
  })

  test('a reminder is seen with its re-summons, and added by the supplier of it alone', async () => {
    const count = (id: string) =>
      inTransaction(database, id, async (trx) => {
        const { rows } = await sql<{ count: number }>`select count(*)::int as count from re_summons_reminders`.execute(
          trx,
        )
        return rows[0]?.count
      })
    expect(await Promise.all([organisations.kKassen.id, organisations.ydelseDragoer.id].map(count))).toEqual([3, 1])
    const [foreign] = await admin<{ id: string }>(`select id from re_summons where supplier_id = $1`, [
      organisations.supplierNord.id,
    ])
    const { id } = organisations.supplierSyd
    await expect(
      inTransaction(database, id, (trx) =>
        sql`insert into re_summons_reminders (id, re_summons_id, supplier_id, channel, at, registered_by, registered_at)
          values (${foreign?.id}, ${foreign?.id}, ${id}, 'sms', now(), '{}', now())`.execute(trx),
      ),
    ).rejects.toThrow(/row-level security/)
  })
})
