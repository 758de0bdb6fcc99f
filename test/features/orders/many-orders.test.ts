import { beforeAll, describe, expect, test } from 'vitest'
import { demo } from '#src/dev/demo-world/demo.ts'
import { buffersOf } from '#test/support/buffers-of.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'
import { runningOrder } from '../absences/support.ts'

const many = 100_000
let portal: TestPortal

const few = 60

/** Orders like the demo's of København's citizens, with ids spread evenly, the last few of Dragør's; the citizens are shared, which lists do not mind. */
const fill = async (): Promise<void> => {
  const columns = await portal.sql<{ list: string }>(
    `select string_agg(column_name, ', ') as list from information_schema.columns
      where table_schema = 'public' and table_name = 'orders'
        and column_name not in ('id', 'order_number', 'target_group', 'residence_municipality')`,
  )
  const list = columns[0]?.list ?? ''
  await portal.sql(
    `insert into orders (id, target_group, residence_municipality, ${list})
      select ('01880000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
             (array['cash-benefit-activity-ready', 'sickness-benefit'])[1 + n % 2],
             case when n > $1 - ${few} then '0155' else '0101' end, ${list}
        from orders, generate_series(1, $1::int) n where id = '${demo.orders.activityReady.id}'`,
    [many],
  )
  await portal.sql('analyze orders')
}

beforeAll(async () => {
  portal = await testPortal()
  await fill()
}, 120_000)

const cursorAfter = (id: string): string => Buffer.from(`1:${id}`).toString('base64url')
const deep = cursorAfter(
  `01880000-0000-7000-8000-${Math.round(many * 0.9)
    .toString(16)
    .padStart(12, '0')}`,
)

describe('a list of a hundred thousand orders', () => {
  test.each(['supplier-nord', 'jobcenter-musvaagevej', 'k-kassen'])(
    'costs %s no more far down than at the start',
    async (client) => {
      const ask = (path: string) => buffersOf(portal, { client, path, table: 'orders' })
      const first = await ask('/v1/orders?limit=50')
      const last = await ask(`/v1/orders?limit=50&cursor=${deep}`)
      expect(first).toBeLessThan(1000)
      expect(last).toBeLessThan(1000)
    },
  )

  const options = { headers: { 'x-purpose': 'tilsyn 2026' } }

  // Of 100,000 orders a walk through all takes thousands of buffers.
  test.each([
    ['auditor-koebenhavn', '', 'some'],
    ['auditor-dragoer', '', 'some'],
    ['ydelse-dragoer', '', 'none'],
    ['jobcenter-skelbaekgade', '', 'some'],
    ['jobcenter-musvaagevej', 'status=draft', 'some'],
    ['jobcenter-musvaagevej', 'status=cancelled', 'none'],
    ['jobcenter-musvaagevej', 'courseStatus=never-started', 'none'],
    ['jobcenter-musvaagevej', 'startDateFrom=2027-01-01', 'none'],
    ['jobcenter-musvaagevej', 'startDateTo=2020-01-01', 'none'],
    ['jobcenter-musvaagevej', 'orderNumber=B-999999', 'none'],
    ['auditor-koebenhavn', 'startDateFrom=2027-01-01', 'none'],
    ['supplier-nord', 'status=cancelled', 'none'],
    ['supplier-nord', 'courseStatus=awaiting-first-meeting', 'some'],
    ['supplier-nord', 'startDateFrom=2027-01-01', 'none'],
    ['k-kassen', 'status=ended', 'none'],
    ['k-kassen', 'startDateFrom=2027-01-01', 'none'],
    ['auditor-koebenhavn', 'status=ended', 'none'],
    ['auditor-koebenhavn', 'courseStatus=never-started', 'none'],
    ['auditor-dragoer', 'status=cancelled', 'none'],
    ['ydelse-dragoer', 'status=approved', 'none'],
  ] as const)("costs %s with '%s' no walk through all of them", async (client, filter, items) => {
    const given = { client, path: `/v1/orders?limit=50&${filter}`, table: 'orders', items, options }
    expect(await buffersOf(portal, given)).toBeLessThan(1000)
  })

  test.each(['', `cursor=${deep}`])(
    'costs an auditor whose citizens moved away by the thousand little',
    async (from) => {
      await portal.sql(
        `insert into order_amendments (id, order_id, jobcenter_id, amended_at, reason, before, after, amended_by)
        select uuidv7(), id, jobcenter_id, '2026-03-05', 'r', '{"residenceMunicipality": "0155"}', '{"residenceMunicipality": "0101"}', '{}'
          from orders o where right(id::text, 2) = '00' and residence_municipality = '0101' and not exists (
            select from order_amendments a where a.order_id = o.id)`,
      )
      const [row] = await portal.sql<{ n: number }>('select count(*)::integer as n from order_amendments')
      expect(row?.n).toBeGreaterThan(300)
      const given = { client: 'auditor-dragoer', path: `/v1/orders?limit=50&${from}`, table: 'orders', options }
      expect(await buffersOf(portal, given)).toBeLessThan(1000)
    },
  )

  test('pages neither skip nor repeat what stood throughout, while others write', async () => {
    const before = new Set(
      (
        await portal.sql<{ id: string }>('select id from orders where supplier_id = $1 and approved_at is not null', [
          demo.organisations.supplierNord.id,
        ])
      ).map((row) => row.id),
    )
    let writing = true
    const written: string[] = []
    const writer = (async () => {
      for (let number = 0; writing && number < 12; number++) {
        const order = await runningOrder((client) => portal.as(client), {
          cpr: `61018${String(50_000 + number)}`,
          targetGroup: 'education-benefit',
          plan: { '2026-03-02': 60 },
        })
        written.push(order.id)
      }
    })()
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await portal
        .as('supplier-nord')
        .get(`/v1/orders?limit=500${cursor === null ? '' : `&cursor=${cursor}`}`)
      expect(page.status).toBe(200)
      seen.push(...page.body.items.map((item: { id: string }) => item.id))
      cursor = page.body.next as string | null
    } while (cursor !== null)
    writing = false
    await writer
    const distinct = new Set(seen)
    expect(distinct.size).toBe(seen.length)
    expect([...before].filter((id) => !distinct.has(id))).toEqual([])
    expect(before.size).toBeGreaterThan(many)
    expect(written.length).toBeGreaterThan(0)
  }, 120_000)
})
