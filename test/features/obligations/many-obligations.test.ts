import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { buffersOf } from '#test/support/buffers-of.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const many = 100_000
const few = 60
let portal: TestPortal

/** Duties and ended orders of København's citizens, ids spread evenly; the last few are of Dragør's. */
const fill = async (): Promise<void> => {
  const copies = async (table: string, id: string, but: string, own: string): Promise<void> => {
    const skipped = ['id', 'residence_municipality', ...but.split(', ')]
    const columns = await portal.sql<{ list: string }>(
      `select string_agg(column_name, ', ') as list from information_schema.columns
        where table_schema = 'public' and table_name = $1 and column_name <> all ($2)`,
      [table, skipped],
    )
    const list = columns[0]?.list ?? ''
    await portal.sql(
      `insert into ${table} (id, residence_municipality, ${but}, ${list})
        select ('01880000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
               case when n > ${many - few} then '0155' else '0101' end, ${own}, ${list}
          from ${table}, generate_series(1, ${many}) n where id = '${id}'`,
    )
    await portal.sql(`analyze ${table}`)
  }
  await copies('obligations', await preparedDuty(portal), 'subject', 'n::text')
  await portal.sql(
    `update orders set status = 'ended', course_status = 'ended', ended_on = '2026-03-12', ended_at = now(),
       termination = '{"cause":"moved","endedBy":"supplier","by":{"name":"Liv"}}' where id = $1`,
    [demo.orders.activityReady.id],
  )
  await copies('orders', demo.orders.activityReady.id, 'order_number', `'M-' || n`)
}

beforeAll(async () => {
  portal = await testPortal()
  await fill()
}, 120_000)

const options = { headers: { 'x-purpose': 'tilsyn 2026' } }

describe('a list of a hundred thousand', () => {
  // Of 100,000 rows a walk through all takes thousands of buffers.
  test.each([
    ['supplier-nord', 'obligations', 'some'],
    ['jobcenter-musvaagevej', 'obligations', 'some'],
    ['k-kassen', 'obligations', 'some'],
    ['ydelse-dragoer', 'obligations', 'none'],
    ['auditor-koebenhavn', 'obligations', 'some'],
    ['auditor-dragoer', 'obligations', 'some'],
    ['supplier-nord', 'terminations', 'some'],
    ['jobcenter-musvaagevej', 'terminations', 'some'],
    ['k-kassen', 'terminations', 'some'],
    ['ydelse-dragoer', 'terminations', 'some'],
    ['auditor-koebenhavn', 'terminations', 'some'],
    ['auditor-dragoer', 'terminations', 'some'],
    ['supplier-nord', 'obligations', 'none', 'dueOnFrom=2027-01-01'],
    ['jobcenter-musvaagevej', 'obligations', 'none', 'dueOnFrom=2027-01-01'],
    ['jobcenter-musvaagevej', 'obligations', 'none', 'dueOnTo=2020-01-01'],
    ['auditor-koebenhavn', 'obligations', 'none', 'dueOnFrom=2027-01-01'],
    ['k-kassen', 'obligations', 'none', 'dueOnFrom=2027-01-01'],
  ] as const)(
    "costs %s a page of %s, and no walk through everybody's",
    async (client, table, items, ...[filter = '']: readonly string[]) => {
      const given = { client, path: `/v1/${table}?limit=50&${filter}`, table, items, options }
      expect(await buffersOf(portal, given)).toBeLessThan(1000)
    },
  )
})
