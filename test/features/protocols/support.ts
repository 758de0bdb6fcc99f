import { demo } from '#src/dev/demo-world/demo.ts'
import { runningOrder } from '#test/features/absences/support.ts'
import { freshCpr, liv } from '#test/features/orders/support.ts'
import type { TestAnswer, TestPortal } from '#test/support/test-portal.ts'

export type CourseOrder = { readonly id: string; readonly activityId: string; readonly citizenId: string }

type Absent = { code: string; minutes: number; messageOn?: string; periodTo?: string }
export type Recorded = {
  readonly attended: number
  readonly absent?: readonly Absent[]
  readonly activityId?: string
  readonly offSite?: { place: string; content: string; documentId?: string }
  /** When it was recorded; the day itself at noon unless told. */
  readonly at?: string
}

/** A course at supplier-nord that the citizen came to on its first day. Minutes by date. */
export const course = (
  portal: TestPortal,
  plan: Record<string, number>,
  changes: Partial<Parameters<typeof runningOrder>[1]> = {},
): Promise<CourseOrder> =>
  runningOrder((client) => portal.as(client), {
    cpr: freshCpr(),
    targetGroup: 'cash-benefit-activity-ready',
    plan,
    ...changes,
  })

const under = (absent: readonly Absent[], ...codes: string[]): number =>
  absent.filter(({ code }) => codes.includes(code)).reduce((sum, { minutes }) => sum + minutes, 0)

/** A day's attendance as it stands in the register, of one activity. Minutes. */
export const recordedDay = async (
  portal: TestPortal,
  order: CourseOrder,
  date: string,
  given: Recorded,
): Promise<void> => {
  const { attended, absent = [], activityId = order.activityId, at = `${date}T12:00:00.000Z`, offSite } = given
  const plannedMinutes = attended + absent.reduce((sum, { minutes }) => sum + minutes, 0)
  const entry = { activityId, plannedMinutes, attendedMinutes: attended, absent, ...(offSite ? { offSite } : {}) }
  await portal.sql(
    `insert into attendance_days (order_id, date, supplier_id, citizen_id, planned_minutes, attended_minutes, unauthorised_minutes,
       sick_minutes, leave_minutes, entries, recorded_late, first_recorded_at, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
     on conflict (order_id, date) do update set planned_minutes = excluded.planned_minutes, attended_minutes = excluded.attended_minutes,
       unauthorised_minutes = excluded.unauthorised_minutes, sick_minutes = excluded.sick_minutes, leave_minutes = excluded.leave_minutes,
       entries = excluded.entries, recorded_at = excluded.recorded_at, version = attendance_days.version + 1`,
    [
      order.id,
      date,
      demo.organisations.supplierNord.id,
      order.citizenId,
      plannedMinutes,
      attended,
      under(absent, 'unauthorised'),
      under(absent, 'sick-reported', 'sick-accepted'),
      under(absent, 'approved-leave'),
      JSON.stringify([entry]),
      at.slice(0, 10) > date,
      at,
    ],
  )
  await portal.sql(
    `insert into attendance_day_versions (order_id, date, version, supplier_id, entries, recorded_at, registered_by, client_id, request_id)
       select order_id, date, version, supplier_id, entries, recorded_at, $3::jsonb, 'c', 'r' from attendance_days
        where order_id = $1 and date = $2`,
    [order.id, date, JSON.stringify(liv)],
  )
}

/** Registers an absence at supplier-nord: all of the day, or minutes of it. */
export const absent = (
  portal: TestPortal,
  order: CourseOrder,
  date: string,
  changes: Record<string, unknown> = {},
): Promise<TestAnswer> =>
  portal.as('supplier-nord').post('/v1/absences', {
    orderId: order.id,
    activityId: order.activityId,
    date,
    ...(changes['absentMinutes'] === undefined ? { wholeDay: true } : {}),
    reason: 'no-notice',
    registeredBy: liv,
    ...changes,
  })

export const monthOf = (portal: TestPortal, order: { id: string }, month: string, client = 'supplier-nord') =>
  portal.as(client).get(`/v1/orders/${order.id}/protocols/${month}`)

export const submit = (
  portal: TestPortal,
  order: { id: string },
  month: string,
  changes: Record<string, unknown> = {},
  options: { idempotencyKey?: string } = {},
): Promise<TestAnswer> =>
  portal
    .as('supplier-nord')
    .post(`/v1/orders/${order.id}/protocols/${month}/submission`, { registeredBy: liv, ...changes }, options)
