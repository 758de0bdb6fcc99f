import type { LocalDate } from '#kernel/local-date.ts'
import type { Statement } from '#platform/db/transaction.ts'

/** A citizen's day at a supplier in both registers, its duty to register, and whether its month was submitted. */
export type LoadedRegisters = {
  readonly citizen_id: string
  readonly date: LocalDate
  readonly unauthorised_minutes: number
  readonly sick_minutes: number
  readonly leave_minutes_recorded: number
  readonly not_started_minutes: number
  readonly ended_minutes: number
  readonly unrecorded_minutes: number
  readonly leave_minutes_unshown: number
  readonly absent_minutes: number | null
  readonly absence_leave_minutes: number | null
  readonly non_participation: boolean | null
}

/** `$1` supplier, `$2` citizens, `$3` dates, pairwise. */
export const bothRegisters: Statement = {
  name: 'attendance-both-registers',
  text: `select * from portal_register_days($1, $2::uuid[], $3::date[])`,
}

/** As `LoadedRegisters`, with what is settled by it. */
export type LoadedToSettle = LoadedRegisters & {
  /** The first order whose attendance has unauthorised minutes. */
  readonly owed_on: string | null
  readonly duties: readonly { readonly id: string; readonly orderId: string; readonly open: boolean }[] | null
  readonly submitted: boolean
}

/** The same with the day's duties and its month, as far as the caller sees them. Subqueries stay index look-ups; `exists` did not. */
export const daysToSettle: Statement = {
  name: 'attendance-days-to-settle',
  text: `select d.*,
      (select r.order_id from attendance_days r where r.citizen_id = d.citizen_id and r.supplier_id = $1 and r.date = d.date
        and r.unauthorised_minutes > 0 order by r.order_id limit 1) as owed_on,
      (select jsonb_agg(jsonb_build_object('id', b.id, 'orderId', b.order_id, 'open', b.met_at is null and b.waived_at is null)
          order by b.id)
        from orders o cross join lateral (select b.* from obligations b where b.order_id = o.id
          and b.kind = 'absence-registration' and b.subject = d.date::text offset 0) b
        where o.citizen_id = d.citizen_id and o.supplier_id = $1) as duties,
      coalesce((select true from protocol_months m where m.citizen_id = d.citizen_id and m.supplier_id = $1
        and m.month = to_char(d.date, 'YYYY-MM') limit 1), false) as submitted
    from portal_register_days($1, $2::uuid[], $3::date[]) d`,
}

/** Marks submitted months stale and opens the duty to correct them. `$2` list of {citizenId, dates}. */
export const touchProtocols: Statement = {
  name: 'attendance-touch-protocols',
  text: `select portal_touch_protocols($1, t."citizenId", t.dates, $3::timestamptz, $4, $5::date)
    from jsonb_to_recordset($2::jsonb) as t ("citizenId" uuid, dates date[]) order by t."citizenId"`,
}

/**
 * § 8: who was not there on the day on which they were expected back is asked to call K-kassen on the next one. `$1`
 * supplier, `$2` citizens, `$3` dates, pairwise: days on which nothing was attended.
 */
export const postponeReferrals: Statement = {
  name: 'attendance-postpone-referrals',
  text: `select portal_settle_referrals(t.order_id, $4::timestamptz, 'attendance-recorded')
    from (select distinct on (b.citizen_id) b.order_id
            from unnest($2::uuid[], $3::date[]) as d (citizen_id, date)
            cross join lateral (select x.* from obligations x where x.citizen_id = d.citizen_id and x.kind = 'refer-citizen'
              and x.due_on = d.date offset 0) b
           where b.supplier_id = $1 and coalesce(b.met_at, b.waived_at) is null
           order by b.citizen_id) t`,
}
