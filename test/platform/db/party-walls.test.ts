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
