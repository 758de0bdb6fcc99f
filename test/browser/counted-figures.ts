import { demo } from '#src/dev/demo-world/demo.ts'
import { preparedDuty } from '#test/support/prepared-duty.ts'
import type { TestDatabase } from '#test/support/test-database.ts'

/** Counts everything that was written, as the worker does, until nothing is left to count. */
export const countEverything = async (database: Pick<TestDatabase, 'sql'>, at: string): Promise<void> => {
  for (;;) {
    const [row] = await database.sql<{ drained: boolean | null }>(
      `select (portal_refresh_compliance(10000, $1::timestamptz, 7)).drained`,
      [at],
    )
    if (row?.drained) return
  }
}

const { activityReady, dragoer, supplierSyd } = demo.orders

/** Duties of three suppliers' orders: met, met late by so many working days, and overdue on 13 March 2026. */
const duties: readonly (readonly [
  order: typeof activityReady | typeof dragoer | typeof supplierSyd,
  dueOn: string,
  metAt?: string,
  workingDaysLate?: number,
])[] = [
  [activityReady, '2026-01-15', '2026-01-14T10:00:00Z', 0],
  [activityReady, '2026-01-20', '2026-01-21T10:00:00Z', 1],
  [activityReady, '2026-02-10', '2026-02-09T10:00:00Z', 0],
  [activityReady, '2026-02-12', '2026-02-18T10:00:00Z', 4],
  [activityReady, '2026-03-04', '2026-03-03T10:00:00Z', 0],
  [activityReady, '2026-03-06'],
  [supplierSyd, '2026-01-22', '2026-02-03T10:00:00Z', 8],
  [supplierSyd, '2026-02-20', '2026-02-20T10:00:00Z', 0],
  [supplierSyd, '2026-03-09'],
  [dragoer, '2026-02-17', '2026-02-16T10:00:00Z', 0],
  [dragoer, '2026-03-05'],
]

/** Puts the duties on record instead of the demo world's own, and counts them. */
export const prepareFigures = async (portal: Pick<TestDatabase, 'sql'>): Promise<void> => {
  await portal.sql('delete from obligations')
  for (const [order, dueOn, metAt, workingDaysLate] of duties) {
    const id = await preparedDuty(portal, { order, dueOn, ...(metAt === undefined ? {} : { metAt }) })
    await portal.sql(
      `update obligations set opened_at = due_on - interval '30 days', working_days_late = $2, days_late = $2 where id = $1`,
      [id, workingDaysLate ?? null],
    )
  }
  await countEverything(portal, '2026-03-13T09:59:30.000Z')
}
