import { demo } from '#src/dev/demo-world/demo.ts'
import type { TestDatabase } from '#test/support/test-database.ts'

/**
 * Copies the demo's attending order of supplier-nord for as many citizens, each with 120 minutes planned on every day of
 * March 2026 from Monday to Friday: 22 days.
 */
export const manyOrders = async ({ sql }: Pick<TestDatabase, 'sql'>, count: number): Promise<void> => {
  const { id } = demo.orders.activityReady
  const ids = `('0189be2c-0000-7000-8000-d' || lpad(n::text, 11, '0'))::uuid`
  const numbers = `generate_series(1, ${count}) as n`
  await sql(`insert into citizens (id, cpr_cipher, cpr_key, cpr_lookup)
    select ${ids}, sha256(('many' || n)::bytea), 'k1', sha256(('many' || n)::bytea) from ${numbers}`)
  await sql(
    `insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', ${ids}, 'citizen_id', ${ids},
        'order_number', 'B-' || (500000 + n), 'citizen_name', 'Borger ' || n))).* from orders o, ${numbers} where o.id = $1`,
    [id],
  )
  await sql(
    `insert into activities select (jsonb_populate_record(a, jsonb_build_object('id', ${ids}, 'order_id', ${ids}))).*
       from activities a, ${numbers} where a.order_id = $1`,
    [id],
  )
  await sql(
    `insert into planned_days (order_id, date, activity_id, supplier_id, citizen_id, planned_minutes)
     select ${ids}, p.date, ${ids}, p.supplier_id, ${ids}, p.planned_minutes from planned_days p, ${numbers}
      where p.order_id = $1 and p.date between '2026-03-01' and '2026-03-31'`,
    [id],
  )
}
