import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { drainCompliance } from '#features/compliance/refresh-compliance.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import { randomWorld } from '#test/features/compliance/random-world.ts'
import { type TestPortal, testPortal } from '#test/support/test-portal.ts'

const dragoer = '0155'
type Order = { id: string; now: string; first: string; supplierId: string; moves: { on: string; from: string }[] }

/** Where the citizen of an order lived on a day: what the earliest change of a later day says was so before. */
const livedIn = ({ moves, now }: Order, day: string): string => moves.find(({ on }) => on > day)?.from ?? now
/** Whether they lived in Dragør on any day from one to another. */
const everIn = (order: Order, from: string, to: string): boolean =>
  [from, ...order.moves.map(({ on }) => on).filter((on) => on > from && on <= to)].some(
    (day) => livedIn(order, day) === dragoer,
  )

/** Up to four moves of each order, some on one day, some back again; what the order says now follows from the last. */
const moveAround = (seed: number): string => `
  select setseed(${seed});
  create temp table moves as
    select o.id as order_id, o.jobcenter_id, n, o.start_date + floor(random() * 50)::integer + time '08:00' + n * interval '1 minute' as at,
        (array['0101', '0155', '0185'])[1 + floor(random() * 3)::integer] as goes_to
      from orders o cross join generate_series(1, 4) n where o.citizen_name = 'Verden' and random() < 0.4;
  delete from order_amendments a using orders o where o.id = a.order_id and o.citizen_name = 'Verden';
  insert into order_amendments (id, order_id, jobcenter_id, amended_at, reason, before, after, amended_by)
    select uuidv7(), m.order_id, m.jobcenter_id, at, 'r', jsonb_build_object('residenceMunicipality', lag(goes_to, 1, o.residence_municipality)
          over (partition by m.order_id order by at)), jsonb_build_object('residenceMunicipality', goes_to), '{}'
      from moves m join orders o on o.id = m.order_id order by at;
  update orders o set residence_municipality = l.goes_to
    from (select distinct on (order_id) order_id, goes_to from moves order by order_id, at desc) l where l.order_id = o.id;
  update obligations set residence_municipality = '';
  update absences a set residence_municipality = case when o.approved_at is null then '0101' else portal_municipality_on(o.id, a.date) end
    from orders o where o.id = a.order_id;
  drop table moves`

const worlds = await Promise.all([0.3, 0.7].map(async (seed) => ({ seed, portal: await testPortal() })))

describe.each(worlds)('moves by chance, of seed $seed', ({ seed, portal }: { seed: number; portal: TestPortal }) => {
  let orders: Map<string, Order>

  beforeAll(async () => {
    await randomWorld(portal, seed)
    await portal.sql(`begin; ${moveAround(seed)}; commit`)
    // Amendments come with an update of their order; these did not always.
    await portal.sql(
      `select portal_touch_compliance(id, '2025-11-01', '2026-07-31') from organisations where 'supplier' = any (kinds)`,
    )
    await drainCompliance({ database: portal.workerDatabase, clock: portal.clock })
    const rows = await portal.sql<Order>(
      `select o.id, o.residence_municipality as now, o.supplier_id as "supplierId",
          least(o.start_date, (o.approved_at at time zone 'Europe/Copenhagen')::date)::text as first,
          coalesce((select jsonb_agg(jsonb_build_object('on', (a.amended_at at time zone 'Europe/Copenhagen')::date,
             'from', a.before ->> 'residenceMunicipality') order by a.amended_at, a.id) from order_amendments a
             where a.order_id = o.id), '[]') as moves
         from orders o where o.approved_at is not null`,
    )
    orders = new Map(rows.map((order) => [order.id, order]))
  }, 120_000)

  /** What Dragør's auditor sees of a table, as texts, with the filters of queries taken away. */
  const seen = async (expression: string, from: string): Promise<string[]> =>
    inTransaction(portal.database, demo.organisations.auditorDragoer.id, async (trx) => {
      const { rows } = await sql<{
        value: string
      }>`select ${sql.raw(expression)} as value from ${sql.raw(from)} order by 1`.execute(trx)
      return rows.map(({ value }) => value)
    })
  const inside = (from: string, to: string) => `order_id || ' ' || ${from} || ' ' || ${to}`
  const expected = async (from: string, table: string, to: string): Promise<string[]> => {
    const all = await portal.sql<{ value: string }>(`select ${inside(from, to)} as value from ${table} order by 1`)
    const theirs = all.filter(({ value }) => {
      const [id = '', first = '', last = ''] = value.split(' ')
      const order = orders.get(id)
      return order !== undefined && everIn(order, first, last)
    })
    expect(theirs.length, 'the world has some of either').toBeGreaterThan(0)
    expect(theirs.length).toBeLessThan(all.length)
    return theirs.map(({ value }) => value)
  }
  const monthEnd = "((month || '-01')::date + interval '1 month' - interval '1 day')::date"

  test.each([
    ['planned_days', 'date', 'date'],
    ['attendance_days', 'date', 'date'],
    ['absences', 'date', 'date'],
    ['first_meeting_outcomes', 'met_on', 'met_on'],
    ['re_summons', 'missed_on', 'missed_on'],
    ['activities', 'start_date', 'end_date'],
    ['leave_approvals', 'from_date', 'to_date'],
    ['protocol_months', "(month || '-01')::date", monthEnd],
    [
      'obligations',
      "least(due_on, (coalesce(met_at, waived_at) at time zone 'Europe/Copenhagen')::date)",
      "least(due_on, (coalesce(met_at, waived_at) at time zone 'Europe/Copenhagen')::date)",
    ],
  ])('%s: rows of days on which the citizen was of Dragør, and no others', async (table, from, to) => {
    expect(await seen(inside(from, to), table)).toEqual(await expected(from, table, to))
  })

  test('an order shows when it is theirs or was on a day of it', async () => {
    const theirs = [...orders.values()].filter((order) => everIn(order, order.first, '9999-12-31')).map(({ id }) => id)
    expect(await seen('id::text', 'orders')).toEqual(theirs.toSorted())
  })

  test.each([
    ['attendance', 'days_planned', 'planned_days'],
    ['meetings', 'missed', 'first_meeting_outcomes'],
    ['duties', 'due', 'obligations'],
    ['protocols', 'due', null],
    ['courses', 'begun', null],
    ['contacts', 'asked', null],
    ['refusals', 'refused', 'refusals'],
    ['differences', 'days', null],
  ])('%s: cells count the cases that are told, and those can be read', async (source, measure, table) => {
    const cases = await seen("order_id || ' ' || day", `compliance_${source}_cases where order_id is not null`)
    // The world has months, requests and attempts of drafts, and from before their order's first day.
    const possible = cases
      .map((one) => one.split(' '))
      .filter(([id = '', day = '']) => day >= (orders.get(id)?.first ?? '9999'))
      .map(([id = '']) => id)
    expect(possible.length).toBeGreaterThan(0)
    const open = new Set(await seen('id::text', 'orders'))
    expect(possible.filter((id) => !open.has(id))).toEqual([])
    if (table !== null) {
      const readable = new Set(await seen('order_id::text', table))
      expect(possible.filter((id) => !readable.has(id))).toEqual([])
    }
    const cells = await seen(`sum(${measure})::text`, `compliance_${source} where span = 'day'`)
    expect(cells).toEqual(await seen(`sum(${measure})::text`, `compliance_${source}_cases`))
  })
})
