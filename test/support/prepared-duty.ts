import { endOfLocalDay } from '#kernel/instant.ts'
import { type LocalDate, localDate } from '#kernel/local-date.ts'
import { newId } from '#platform/ids.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import type { TestDatabase } from './test-database.ts'
import { type TestPortal, testPortal } from './test-portal.ts'

export type PreparedDuty = {
  readonly order?: (typeof demo.orders)[keyof typeof demo.orders]
  readonly kind?: string
  readonly subject?: string
  readonly dueOn?: string
  readonly metAt?: string
  readonly waivedAt?: string
}

/** Puts a duty on a demo order, an interim report due on 16 March 2026 unless told otherwise. @returns its id */
export const preparedDuty = async (portal: Pick<TestDatabase, 'sql'>, given: PreparedDuty = {}): Promise<string> => {
  const { order = demo.orders.activityReady, kind = 'interim-report', dueOn = '2026-03-16' } = given
  const id = newId()
  await portal.sql(
    `insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, residence_municipality,
       target_group, subject, opened_at, opened_because, due_on, due_at, original_due_on, met_at, met_by, waived_at, waived_because)
     select $1, $2, id, supplier_id, jobcenter_id, citizen_id, residence_municipality, target_group, $3,
            '2026-03-02T08:00:00Z', 'order-approved', $4::date, $5, $4::date, $6::timestamptz,
            case when $6::timestamptz is null then null else 'report' end, $7::timestamptz,
            case when $7::timestamptz is null then null else 'order-cancelled' end
       from orders where id = $8`,
    [
      id,
      kind,
      given.subject ?? id,
      dueOn,
      endOfLocalDay(localDate(dueOn) as LocalDate),
      given.metAt ?? null,
      given.waivedAt ?? null,
      order.id,
    ],
  )
  return id
}

/** The portal on the demo world without its own duties, for tests that count them. */
export const portalWithoutDuties = async (): Promise<TestPortal> => {
  const portal = await testPortal()
  await portal.sql('delete from obligations')
  return portal
}
