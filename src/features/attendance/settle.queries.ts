import type { LocalDate } from '#kernel/local-date.ts'
import type { Statement } from '#platform/db/transaction.ts'

/** A citizen's day at a supplier in both registers, its duty to register, and whether its month was submitted. */
export type LoadedRegisters = {
  readonly citizen_id: string
  readonly date: LocalDate
  readonly unauthorised_minutes: number
  readonly unrecorded_minutes: number
  readonly leave_minutes_unshown: number
  readonly absent_minutes: number | null
  readonly absence_reason: string | null
  readonly attended_minutes: number
  readonly leave_minutes: number
  readonly not_started_minutes: number
  readonly ended_minutes: number
  readonly own_idle_minutes: number
  readonly running_minutes: number
}

/** `$1` supplier, `$2` citizens, `$3` dates, pairwise. */
export const bothRegisters: Statement = {
  name: 'attendance-both-registers',
  text: `select * from portal_register_days($1, $2::uuid[], $3::date[])`,
}

/** As `LoadedRegisters`, with what is settled by it. */
export type LoadedToSettle = LoadedRegisters & {
  /** The orders whose attendance shows unauthorised minutes in their course, those that leave covers left out. */
  readonly owing: readonly string[] | null
  readonly duties: readonly { readonly id: string; readonly orderId: string; readonly open: boolean }[] | null
  readonly submitted: boolean
}

/** The same with the day's duties and its month, as far as the caller sees them. Subqueries stay index look-ups; `exists` did not. */
export const daysToSettle: Statement = {
  name: 'attendance-days-to-settle',
  text: `select d.*,
      case when d.unauthorised_minutes > 0 then (select jsonb_agg(r.order_id order by r.order_id)
        from attendance_days r join orders o on o.id = r.order_id and r.date between o.start_date and coalesce(o.ended_on, o.end_date)
          cross join lateral (select coalesce(sum(coalesce(l.minutes, r.planned_minutes)), 0) as minutes from leave_approvals l
            where l.order_id = r.order_id and l.withdrawn_at is null and l.from_date <= r.date and l.to_date >= r.date) v
        where r.citizen_id = d.citizen_id and r.supplier_id = $1 and r.date = d.date
          and r.unauthorised_minutes > greatest(0, least(r.planned_minutes, v.minutes) - r.leave_minutes)) end as owing,
      (select jsonb_agg(jsonb_build_object('id', b.id, 'orderId', b.order_id, 'open', b.met_at is null and b.waived_at is null)
          order by b.id)
        from orders o cross join lateral (select b.* from obligations b where b.order_id = o.id
          and b.kind = 'absence-registration' and b.subject = d.date::text offset 0) b
        where o.citizen_id = d.citizen_id and o.supplier_id = $1) as duties,
      coalesce((select true from protocol_months m where m.citizen_id = d.citizen_id and m.supplier_id = $1
        and m.month = to_char(d.date, 'YYYY-MM') limit 1), false) as submitted
    from portal_register_days($1, $2::uuid[], $3::date[]) d`,
}

/**
 * Marks submitted months stale and opens the duty to correct them. `$2` list of {citizenId, dates, stands, writtenOrders,
 * writtenDates}: the dates with how they stand now, pairwise, and what was written on which of them, pairwise.
 */
export const touchProtocols: Statement = {
  name: 'attendance-touch-protocols',
  text: `select portal_touch_protocols($1, t."citizenId", t.dates, t.stands, t."writtenOrders", t."writtenDates", $3::timestamptz, $4,
      $5::date)
    from jsonb_to_recordset($2::jsonb) as t ("citizenId" uuid, dates date[], stands text[], "writtenOrders" uuid[], "writtenDates" date[])
    order by t."citizenId"`,
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

/**
 * § 8: who turns out to have been there after all was back on that day: duties to refer them that had gone on to a later
 * day, or had none left, are due on it again. Ours: nobody is late with what was not asked in time, and a later date that
 * was agreed stays. `$1` supplier, `$2` citizens, `$3` dates, pairwise: days that had nothing attended so far. `$4` when.
 */
export const recallReferrals: Statement = {
  name: 'attendance-recall-referrals',
  text: `update obligations b set due_on = d.date, due_at = (d.date + 1)::timestamp at time zone 'Europe/Copenhagen',
      original_due_on = d.date, waived_at = null, waived_because = null, due_soon_told_at = null, overdue_told_at = null,
      version = b.version + 1
    from (select citizen_id, min(date) as date from unnest($2::uuid[], $3::date[]) as u (citizen_id, date) group by 1) d
    join absences a on a.citizen_id = d.citizen_id and a.supplier_id = $1 and a.withdrawn_at is null and a.covered_by_leave is null
      and a.date < d.date
    where b.order_id = a.order_id and b.kind = 'refer-citizen' and b.subject = a.id::text and b.met_at is null
      and (b.opened_at at time zone 'Europe/Copenhagen')::date <= d.date and b.opened_at <= $4::timestamptz
      and ((b.waived_at is null and b.due_on > d.date and b.original_due_on = b.due_on) or b.waived_because = 'no-planned-day-left')
      and not exists (select from absences x where x.supplier_id = $1 and x.citizen_id = d.citizen_id and x.date = d.date
        and x.withdrawn_at is null and x.whole_day and x.reason <> 'non-participation')`,
}
