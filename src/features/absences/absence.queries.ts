import type { Instant } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Statement } from '#platform/db/transaction.ts'
import type { Hindrance } from '#rules/compliance/possible-since.ts'

/**
 * Locks the orders that the claims concern: all of each citizen's with this supplier, in the order of their ids, so that
 * neither a plan nor the course's end changes under a registration; whoever changes an order locks it `for update`.
 * Registrations of one citizen take turns, since what § 8 attaches to them counts those before (consequences.ts).
 */
export const lockOrders: Statement = {
  name: 'absences-lock-orders',
  text: `select o.id from orders o
    where o.supplier_id = $1 and o.citizen_id in (select n.citizen_id from orders n where n.id = any ($2::uuid[]) and n.supplier_id = $1)
    order by o.id for no key update of o`,
}

/** Locks the registrations that claims replace, in the order of their ids. */
export const lockReplaced: Statement = {
  name: 'absences-lock-replaced',
  text: 'select id from absences where supplier_id = $1 and id = any ($2::uuid[]) order by id for update',
}

/** What the rules need to know of one claim. */
export type LoadedClaim = {
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
  /** Of the order as of the claim's day. */
  readonly residence_municipality: string
  readonly jobcenter_id: string
  readonly activity_status: 'proposed' | 'approved' | 'rejected' | null
  readonly live_id: string | null
  /** The citizen's other live registrations: how many lie within 29 days, leave not covering them; whether any lies before or after. */
  readonly live_near: number
  readonly live_before: boolean | null
  readonly live_after: boolean | null
  /**
   * The next day, from the first attended one on, on which any order of the citizen here plans something and does not have them
   * excused, and one such order, whatever its status.
   */
  readonly next_date: LocalDate | null
  readonly next_order_id: string | null
  /** Whether attendance of the citizen's day is recorded here, or its month was submitted; null for no. */
  readonly in_protocol: boolean | null
  /** Of a day before today, the leave that stood in the way of a registration and was withdrawn; null: none. */
  readonly hindrances: readonly Hindrance[] | null
  /** The last day that counts as told to the order's jobcenter with repeated absence. */
  readonly repeated_absence_told_to: LocalDate | null
  /** The open duties to refer the citizen that are due that day. */
  readonly due_that_day: readonly string[] | null
  readonly replaced: {
    readonly id: string
    readonly citizenId: string
    readonly date: LocalDate
    readonly withdrawn: boolean
    readonly firstArrivedAt: string
    readonly routedTo: readonly { readonly organisationId: string }[]
    readonly orderId: string
  } | null
  /** The supplier's orders of the citizen with something planned that day. Minutes. */
  readonly held:
    | readonly {
        orderId: string
        jobcenterId: string
        jobcenterName: string
        targetGroup: string
        plannedMinutes: number
        /** Of those, the ones that the jobcenter approved leave for. */
        leaveMinutes: number
      }[]
    | null
}

/**
 * Loads all claims at once; run after the locks, so that it reads what stands under them. What stands on the day is asked
 * by subqueries, which stay index look-ups in a plan that is kept; as joins the planner filtered all the supplier's
 * absences for each claim. `$7`: today.
 */
export const loadClaims: Statement = {
  name: 'absences-load',
  text: `select c.n, o.citizen_id, o.target_group, o.status, o.course_status, o.start_date, o.end_date, o.first_meeting_at,
      o.first_attended_on, o.ended_on, portal_municipality_on(o.id, c.date) as residence_municipality, o.jobcenter_id, a.status as activity_status,
      live.id as live_id, live.near as live_near, live.before as live_before, live.after as live_after,
      next.date as next_date, next.order_id as next_order_id, o.repeated_absence_told_to,
      coalesce((select true from attendance_days t where t.citizen_id = o.citizen_id and t.supplier_id = $1 and t.date = c.date limit 1),
        (select true from protocol_months m where m.citizen_id = o.citizen_id and m.supplier_id = $1
          and m.month = to_char(c.date, 'YYYY-MM') limit 1)) as in_protocol,
      case when c.date < $7::date then (select jsonb_agg(jsonb_build_object('from', h.from_day, 'to', h.to_day))
        from portal_hindrances(o.id, c.date) h where h.because = 'leave' and h.left_minutes <= coalesce((select t.attended_minutes from attendance_days t
          where t.order_id = o.id and t.date = c.date), 0)) end as hindrances,
      case when live.before then (select array_agg(b.id) from obligations b
        where b.kind = 'refer-citizen' and b.citizen_id = o.citizen_id and b.due_on = c.date
          and b.supplier_id is not distinct from $1 and coalesce(b.met_at, b.waived_at) is null) end as due_that_day,
      (select jsonb_build_object('id', r.id, 'citizenId', r.citizen_id, 'date', r.date, 'withdrawn', r.withdrawn_at is not null,
          'firstArrivedAt', to_char(r.first_arrived_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'routedTo', r.routed_to, 'orderId', r.order_id)
        from absences r where r.id = c.replaces and r.supplier_id = $1) as replaced, held.value as held
    from unnest($2::int[], $3::uuid[], $4::uuid[], $5::date[], $6::uuid[]) as c (n, order_id, activity_id, date, replaces)
    left join orders o on o.id = c.order_id and o.supplier_id = $1 and o.approved_at is not null
    left join activities a on a.id = c.activity_id and a.order_id = o.id
    left join lateral (
      select (array_agg(l.id) filter (where l.date = c.date))[1] as id, bool_or(l.date < c.date) as before, bool_or(l.date > c.date) as after,
          (count(*) filter (where l.date <> c.date and l.covered_by_leave is null and l.date between c.date - 29 and c.date + 29))::int as near
        from absences l
       where l.supplier_id = $1 and l.citizen_id = o.citizen_id and l.withdrawn_at is null) live on true
    left join lateral (
      select p.date, p.order_id from planned_days p
       where p.citizen_id = o.citizen_id and p.supplier_id = $1 and p.date > c.date and p.date >= coalesce(o.first_attended_on, p.date)
         and (select e.date from excused_days e where e.order_id = p.order_id and e.date = p.date and e.withdrawn_at is null) is null
       order by p.date limit 1) next on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('orderId', d.order_id, 'jobcenterId', d.jobcenter_id, 'jobcenterName', d.name,
          'targetGroup', d.target_group, 'plannedMinutes', d.minutes, 'leaveMinutes', least(d.minutes, (
              select coalesce(sum(coalesce(l.minutes, d.minutes)), 0) from leave_approvals l
               where l.citizen_id = o.citizen_id and l.supplier_id = $1 and l.order_id = d.order_id
                 and l.withdrawn_at is null and l.from_date <= c.date and l.to_date >= c.date))) order by d.order_id) as value
        from (select p.order_id, po.jobcenter_id, j.name, po.target_group, sum(p.planned_minutes) as minutes
                from planned_days p join orders po on po.id = p.order_id join organisations j on j.id = po.jobcenter_id
               where p.citizen_id = o.citizen_id and p.date = c.date and p.supplier_id = $1
                 and po.status in ('approved', 'ended') and (po.ended_on is null or c.date <= po.ended_on)
               group by p.order_id, po.jobcenter_id, j.name, po.target_group) d) held on true
    order by c.n`,
}

/** Withdraws what is replaced, naming what supersedes it; the rows are locked already. `$1`: list of {id, by, registeredBy}. */
export const supersede: Statement = {
  name: 'absences-supersede',
  text: `update absences a set withdrawn_at = $2, superseded_by = s.by, version = version + 1,
      withdrawal = jsonb_build_object('reason', 'replaced', 'by', s."registeredBy")
    from jsonb_to_recordset($1::jsonb) as s (id uuid, by uuid, "registeredBy" jsonb)
    where a.id = s.id and a.withdrawn_at is null`,
}

/**
 * Writes the accepted absences with their readers and events, and the answer under the caller's key, in one statement. What
 * another transaction registered first is left out (`on conflict`), and everything that hangs on it too; the key is kept only
 * when all were written, since the answer says so. Sorted, so that batches that overlap wait for each other in one order.
 * Returns the ids that were written.
 */
export const writeAbsences: Statement = {
  name: 'absences-write',
  text: `with item as (
      select * from jsonb_to_recordset($1::jsonb) as i (id uuid, "orderId" uuid, "activityId" uuid, "citizenId" uuid, date date,
        "wholeDay" boolean, "absentMinutes" integer, "plannedMinutes" integer, "heldAgainst" uuid[], reason text, "reasonText" text,
        elaboration text, "priorWarning" boolean, confirmations text[], "decisionReceivedOn" date, "documentIds" uuid[], "residenceMunicipality" text,
        "dueOn" date, "daysLate" integer, "firstArrivedAt" timestamptz, "registeredBy" jsonb, "routedTo" jsonb, replaces uuid,
        readers uuid[], recipients uuid[])
    ), written as (
      insert into absences (id, supplier_id, citizen_id, order_id, activity_id, date, whole_day, absent_minutes, planned_minutes,
          held_against, reason, reason_text, elaboration, prior_warning, confirmations, decision_received_on, document_ids, residence_municipality,
          registered_at, due_on, days_late, first_arrived_at, registered_by, client_id, request_id, routed_to, replaces)
        select id, $2::uuid, "citizenId", "orderId", "activityId", date, "wholeDay", "absentMinutes", "plannedMinutes", "heldAgainst",
          reason, "reasonText", elaboration, "priorWarning", confirmations, "decisionReceivedOn", coalesce("documentIds", '{}'), "residenceMunicipality",
          $3::timestamptz, "dueOn", "daysLate", "firstArrivedAt", "registeredBy", $4, $5, "routedTo", replaces
        from item order by "citizenId", date
        on conflict (supplier_id, citizen_id, date) where withdrawn_at is null do nothing
        returning id
    ), fresh as (
      select item.* from item join written using (id)
    ), read_by as (
      insert into absence_readers (organisation_id, absence_id, supplier_id, received)
        select r.organisation_id, f.id, $2::uuid, r.organisation_id = any (f.recipients)
        from fresh f cross join unnest(f.readers) as r (organisation_id)
    ), told as (
      insert into events (id, type, occurred_at, producer_id, recipients, order_id, data, path)
        select e.id, e.type, $3::timestamptz, $2::uuid, e.recipients, e."orderId", e.data, e.path
        from jsonb_to_recordset($6::jsonb) as e (id uuid, type text, "absenceId" uuid, recipients uuid[], "orderId" uuid, data jsonb, path text, "because" uuid)
        join written w on w.id = e."because"
        order by e.type desc
    ), kept as (
      insert into idempotency_keys (client_id, key_digest, organisation_id, fingerprint, status, headers, body)
        select $4, $7, $2::uuid, $8::bytea, $9::integer, $10::jsonb, $11
        where $7::text is not null and (select count(*) from written) = (select count(*) from item)
    )
    select id from written`,
}

/**
 * The history of what `writeAbsences` wrote; a statement of its own, so that a log that cannot be written shows as that however
 * it fails. `$1` history, `$2` supplier, `$3` when, `$4` client, `$5` request.
 */
export const noteAbsences: Statement = {
  name: 'absences-note',
  text: `insert into change_log (id, occurred_at, client_id, organisation_id, registered_by, action, entity, entity_id, order_id, request_id, changes)
    select h.id, $3::timestamptz, $4, $2::uuid, h."registeredBy", h.action, 'absence', h."entityId", h."orderId", $5, h.changes
      from jsonb_to_recordset($1::jsonb) as h (id uuid, action text, "entityId" uuid, "orderId" uuid, "registeredBy" jsonb, changes jsonb, "because" uuid)
      join absences w on w.id = h."because" and w.supplier_id = $2::uuid`,
}

/** Keeps the answer of a batch in which something was registered by another first. */
export const keepBatchAnswer: Statement = {
  name: 'absences-keep-answer',
  text: `insert into idempotency_keys (client_id, key_digest, organisation_id, fingerprint, status, headers, body) values ($1, $2, $3, $4, $5, $6::jsonb, $7)`,
}

/** The live registrations of citizens on days. */
export const liveOnDays: Statement = {
  name: 'absences-live',
  text: `select a.id, a.citizen_id, a.date from absences a
    join unnest($2::uuid[], $3::date[]) as d (citizen_id, date) on a.citizen_id = d.citizen_id and a.date = d.date
    where a.supplier_id = $1 and a.withdrawn_at is null`,
}

/** Records the refused items of a batch, with the batch. */
export const recordRefusedItems: Statement = {
  name: 'absences-refused',
  text: `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, order_id, request_id)
    select r.id, $2::timestamptz, $3, $4::uuid, $5, r.rule, r."orderId", $6
      from jsonb_to_recordset($1::jsonb) as r (id uuid, rule text, "orderId" uuid)`,
}
