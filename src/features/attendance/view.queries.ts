import type { Person } from '#kernel/caller.ts'
import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Statement } from '#platform/db/transaction.ts'
import type { RecordedEntry } from './recorded-entry.ts'

/** A recorded day with what stands beside it, as far as the caller sees it. */
export type DayRow = {
  readonly order_id: string
  readonly date: LocalDate
  readonly supplier_id: string
  readonly citizen_id: string
  readonly version: number
  readonly recorded_at: Instant
  readonly recorded_late: boolean
  readonly planned_minutes: number
  readonly attended_minutes: number
  readonly entries: readonly RecordedEntry[]
  readonly documentation_missing: boolean
  readonly registered_by: Person
  readonly correction_reason: string | null
  /** The plan as it is now; null when nothing is planned, or the course ended before. */
  readonly plan: readonly { readonly activityId: string; readonly plannedMinutes: number }[] | null
  /** What is approved; a whole day counts as more than any day has. Minutes. */
  readonly leave: number
  readonly absence: {
    readonly id: string
    readonly absentMinutes: number
    readonly reason: string
    readonly covered: boolean
  } | null
  /** Of the open duty to register the day's absence. */
  readonly due_on: LocalDate | null
}

/** `$1` orders, `$2` dates, pairwise; once each, by order and date. */
export const daysWithWhatStands: Statement = {
  name: 'attendance-view',
  text: `select t.order_id, t.date, t.supplier_id, t.citizen_id, t.version, t.recorded_at, t.recorded_late, t.planned_minutes,
      t.attended_minutes, t.entries, t.documentation_missing, v.registered_by, v.correction_reason,
      (select jsonb_agg(jsonb_build_object('activityId', p.activity_id, 'plannedMinutes', p.planned_minutes) order by p.activity_id)
        from planned_days p join orders o on o.id = p.order_id
        where p.order_id = t.order_id and p.date = t.date and p.date between o.start_date and coalesce(o.ended_on, o.end_date)) as plan,
      (select coalesce(sum(coalesce(l.minutes, 1000000)), 0)::integer from leave_approvals l
        where l.order_id = t.order_id and l.withdrawn_at is null and l.from_date <= t.date and l.to_date >= t.date) as leave,
      (select jsonb_build_object('id', a.id, 'absentMinutes', a.absent_minutes, 'reason', a.reason,
          'covered', a.covered_by_leave is not null)
        from absences a where a.supplier_id = t.supplier_id and a.citizen_id = t.citizen_id and a.date = t.date
          and a.withdrawn_at is null) as absence,
      (select min(b.due_on) from orders o cross join lateral (select b.due_on from obligations b where b.order_id = o.id
          and b.kind = 'absence-registration' and b.subject = t.date::text and b.met_at is null and b.waived_at is null offset 0) b
        where o.citizen_id = t.citizen_id and o.supplier_id = t.supplier_id) as due_on
    from (select distinct u.order_id, u.date from unnest($1::uuid[], $2::date[]) as u (order_id, date)) k
    join attendance_days t on t.order_id = k.order_id and t.date = k.date
    join attendance_day_versions v on v.order_id = t.order_id and v.date = t.date and v.version = t.version
    order by t.order_id, t.date`,
}

/** An earlier or the present version of a day. */
export type VersionRow = {
  readonly version: number
  readonly recorded_at: Instant
  readonly registered_by: Person
  readonly correction_reason: string | null
  readonly entries: readonly RecordedEntry[]
}

/** `$1` order, `$2` date; the first one first. */
export const versionsOfDay: Statement = {
  name: 'attendance-versions',
  text: `select version, recorded_at, registered_by, correction_reason, entries from attendance_day_versions
    where order_id = $1 and date = $2 order by version`,
}
