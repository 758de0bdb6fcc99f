import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Statement } from '#platform/db/transaction.ts'
import type { Hindrance } from '#rules/compliance/possible-since.ts'
import type { ActivityKind } from '#rules/protocol/documentation-missing.ts'
import type { RecordedEntry } from './recorded-entry.ts'

/**
 * Locks all that the supplier has of the citizens of these orders, by id, as registrations of absence do: so attendance,
 * registrations, plans and the end of a course take turns. `$1` supplier, `$2` orders.
 */
export const lockOrders: Statement = {
  name: 'attendance-lock-orders',
  text: `select o.id from orders o
    where o.supplier_id = $1 and o.approved_at is not null
      and o.citizen_id in (select n.citizen_id from orders n where n.id = any ($2::uuid[]) and n.supplier_id = $1 and n.approved_at is not null)
    order by o.id for no key update of o`,
}

/** What the rules need to know of one day. */
export type LoadedDay = {
  readonly n: number
  /** Null when the order is not the supplier's own. */
  readonly citizen_id: string | null
  readonly target_group: string
  readonly status: 'draft' | 'approved' | 'ended' | 'cancelled'
  readonly course_status: 'awaiting-first-meeting' | 're-summoned' | 'attending' | 'ended' | 'never-started'
  readonly start_date: LocalDate
  readonly end_date: LocalDate
  readonly first_meeting_at: Instant
  readonly first_attended_on: LocalDate | null
  readonly ended_on: LocalDate | null
  readonly activities:
    | readonly {
        readonly id: string
        readonly status: 'proposed' | 'approved' | 'rejected'
        readonly kind: ActivityKind
        readonly documentId: string | null
        readonly plannedMinutes: number
      }[]
    | null
  /** Where it is asked, withdrawn leave that stood in the way of a registration of who attended `leftMinutes`; null: none. */
  readonly hindrances: readonly (Hindrance & { readonly leftMinutes: number })[] | null
  /** What is approved that day; a whole day counts as more than any day has. Minutes. */
  readonly leave: number
  readonly submitted_version: number | null
  readonly recorded: {
    readonly version: number
    readonly sickMinutes: number
    readonly recordedLate: boolean
    readonly firstRecordedAt: string
    readonly recordedAt: string
    readonly entries: readonly RecordedEntry[]
  } | null
}

/**
 * Loads all days at once; run after the locks, so that it reads what stands under them. The look-ups are subqueries by key.
 * `$1` supplier, `$2` positions, `$3` orders, `$4` dates, `$5` of which hindrances are asked.
 */
export const loadDays: Statement = {
  name: 'attendance-load',
  text: `select c.n, o.citizen_id, o.target_group, o.status, o.course_status, o.start_date, o.end_date, o.first_meeting_at,
      o.first_attended_on, o.ended_on,
      (select jsonb_agg(jsonb_build_object('id', a.id, 'status', a.status, 'kind', a.kind, 'documentId', a.document_id,
          'plannedMinutes', coalesce((select p.planned_minutes from planned_days p
             where p.order_id = o.id and p.date = c.date and p.activity_id = a.id), 0)) order by a.id)
        from activities a where a.order_id = o.id) as activities,
      (select coalesce(sum(coalesce(l.minutes, 1000000)), 0)::integer from leave_approvals l
        where l.order_id = o.id and l.withdrawn_at is null and l.from_date <= c.date and l.to_date >= c.date) as leave,
      case when c.hindered then (select jsonb_agg(jsonb_build_object('from', h.from_day, 'to', h.to_day, 'leftMinutes', h.left_minutes))
        from portal_hindrances(o.id, c.date) h where h.because = 'leave') end as hindrances,
      (select m.version from protocol_months m where m.order_id = o.id and m.month = to_char(c.date, 'YYYY-MM')) as submitted_version,
      (select jsonb_build_object('version', t.version, 'sickMinutes', t.sick_minutes, 'recordedLate', t.recorded_late,
          'firstRecordedAt', to_char(t.first_recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'recordedAt', to_char(t.recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'entries', t.entries)
        from attendance_days t where t.order_id = o.id and t.date = c.date) as recorded
    from unnest($2::int[], $3::uuid[], $4::date[], $5::boolean[]) as c (n, order_id, date, hindered)
    left join orders o on o.id = c.order_id and o.supplier_id = $1 and o.approved_at is not null
    order by c.n`,
}

/** The code sets that attendance is held against, with their validity. */
export const loadCodes: Statement = {
  name: 'attendance-codes',
  text: `select set_name, code, attributes, valid_from, valid_to from code_values
    where set_name in ('attendance-codes', 'target-groups')`,
}

/** A value of a code set. */
export type LoadedCode = {
  readonly set_name: string
  readonly code: string
  readonly attributes: { readonly firstMeetingProcedure?: boolean }
  readonly valid_from: LocalDate
  readonly valid_to: LocalDate | null
}

/**
 * Writes days as they now stand and their new versions, in one statement; no version is older than the one before. `$1` days,
 * `$2` versions, `$3` supplier, `$4` when, `$5` client, `$6` request.
 */
export const writeDays: Statement = {
  name: 'attendance-write',
  text: `with day as (
      insert into attendance_days (order_id, date, supplier_id, citizen_id, planned_minutes, attended_minutes, unauthorised_minutes,
          sick_minutes, leave_minutes, entries, documentation_missing, recorded_late, first_recorded_at, recorded_at, version)
        select "orderId", date, $3::uuid, "citizenId", "plannedMinutes", "attendedMinutes", "unauthorisedMinutes", "sickMinutes",
          "leaveMinutes", entries, "documentationMissing", "recordedLate", "firstRecordedAt", $4::timestamptz, version
        from jsonb_to_recordset($1::jsonb) as d ("orderId" uuid, date date, "citizenId" uuid, "plannedMinutes" integer,
          "attendedMinutes" integer, "unauthorisedMinutes" integer, "sickMinutes" integer, "leaveMinutes" integer, entries jsonb,
          "documentationMissing" boolean, "recordedLate" boolean, "firstRecordedAt" timestamptz, version integer)
        order by "orderId", date
        on conflict (order_id, date) do update set planned_minutes = excluded.planned_minutes,
          attended_minutes = excluded.attended_minutes, unauthorised_minutes = excluded.unauthorised_minutes,
          sick_minutes = excluded.sick_minutes, leave_minutes = excluded.leave_minutes, entries = excluded.entries,
          documentation_missing = excluded.documentation_missing, 
          recorded_at = greatest(attendance_days.recorded_at, excluded.recorded_at), version = excluded.version
    ), made as (
      select * from jsonb_to_recordset($2::jsonb) as v (id uuid, "orderId" uuid, date date, version integer, entries jsonb,
        "registeredBy" jsonb, "correctionReason" text)
    )
    insert into attendance_day_versions (order_id, date, version, supplier_id, entries, recorded_at, registered_by,
        correction_reason, client_id, request_id)
      select m."orderId", m.date, m.version, $3::uuid, m.entries,
        greatest($4::timestamptz, (select s.recorded_at from attendance_days s where s.order_id = m."orderId" and s.date = m.date)),
        m."registeredBy", m."correctionReason", $5, $6 from made m`,
}

/**
 * A line of history for each version; a statement of its own, so that a log that cannot be written shows as that however it
 * fails. `$1` versions, `$2` supplier, `$3` when, `$4` client, `$5` request.
 */
export const noteDays: Statement = {
  name: 'attendance-note',
  text: `insert into change_log (id, occurred_at, client_id, organisation_id, registered_by, action, entity, entity_id, order_id,
        request_id, changes)
      select id, $3::timestamptz, $4, $2::uuid, "registeredBy", action, 'attendance-day', "orderId", "orderId", $5, changes
      from jsonb_to_recordset($1::jsonb) as v (id uuid, "orderId" uuid, "registeredBy" jsonb, action text, changes jsonb) order by id`,
}
