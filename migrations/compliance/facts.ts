/** What each table of cells counts, by its source: a column for each measure of a case, one or minutes. */
const measures = {
  duties:
    'due met met_late late_1 late_2_5 late_6_10 late_11_20 late_over_20 still_open opened_after_due opened_after_due_open waived',
  absences: 'registered same_day late late_1 late_2_5 late_6_10 late_11_20 late_over_20 minutes',
  attendance:
    'days_planned days_recorded days_recorded_same_day days_recorded_late days_unrecorded days_undocumented minutes_planned minutes_delivered',
  protocols: 'due submitted complete incomplete stale corrected missing',
  courses: 'begun minutes_ordered',
  meetings: 'missed letters_owed letters_in_time letters_late letters_missing new_meetings_in_window new_meetings_late',
  contacts: 'asked answered answered_in_time answered_late unanswered',
  differences: 'days unregistered_days unregistered_minutes unrecorded_days unrecorded_minutes',
  refusals: 'refused',
} as const
export type Source = keyof typeof measures
export const sources = Object.keys(measures) as Source[]
export const columnsOf = (source: Source): string[] => measures[source].split(' ')

export const dimensions = 'jobcenter_id, framework_agreement_id, target_group, residence_municipality, kind'
export const localDate = (instant: string): string => `(${instant} at time zone 'Europe/Copenhagen')::date`
export const lastDayOf = (month: string): string =>
  `((${month} || '-01')::date + interval '1 month' - interval '1 day')::date`
/** The municipality that an order named on a day: what the first change after it says was before, else what stands. */
export const municipalityOn = (
  day: string,
): string => `coalesce((select v.before ->> 'residenceMunicipality' from order_amendments v
    where v.order_id = o.id and v.before ? 'residenceMunicipality' and ${localDate('v.amended_at')} > ${day}
    order by v.amended_at, v.id limit 1), o.residence_municipality)`
/** 1, 2 to 5, 6 to 10, 11 to 20 and more than 20 days, of what `late` holds of. */
const buckets = (late: string, days: string): string =>
  [
    [null, 1, '1'],
    [2, 5, '2_5'],
    [6, 10, '6_10'],
    [11, 20, '11_20'],
    [21, null, 'over_20'],
  ]
    .map(
      ([from, to, name]) =>
        `(${late}${from === null ? '' : ` and ${days} >= ${from}`}${to === null ? '' : ` and ${days} <= ${to}`})::integer as late_${name}`,
    )
    .join(', ')

const ofOrder = (municipality: string, kind = `''`): string =>
  `o.order_number, o.citizen_id, o.jobcenter_id, o.framework_agreement_id, o.target_group, ${municipality} as residence_municipality, ${kind} as kind`
const notLate = 'null::integer as days_late, null::integer as working_days_late'

/** One row for each case with its measures; a case is found by supplier and day. */
export const facts: Record<Source, string> = {
  duties: `
    select b.supplier_id, b.due_on as day, b.id, b.order_id, ${ofOrder('b.residence_municipality', 'b.kind')},
        b.days_late, b.working_days_late, (s.live and not s.after)::integer as due,
        (s.live and not s.after and coalesce(b.met_at < b.due_at, false))::integer as met, s.late::integer as met_late,
        ${buckets('s.late', 'coalesce(b.working_days_late, 1)')},
        (s.live and not s.after and b.met_at is null)::integer as still_open, (s.live and s.after)::integer as opened_after_due,
        (s.live and s.after and b.met_at is null)::integer as opened_after_due_open, (not s.live)::integer as waived
      from obligations b join orders o on o.id = b.order_id
      cross join lateral (select b.waived_at is null as live, b.opened_at >= b.due_at as after,
        b.waived_at is null and b.opened_at < b.due_at and coalesce(b.met_at >= b.due_at, false) as late) s`,
  absences: `
    select a.supplier_id, a.date as day, a.id, a.order_id, ${ofOrder('a.residence_municipality')}, a.days_late,
        null::integer as working_days_late, 1 as registered, (a.days_late = 0)::integer as same_day,
        (a.days_late > 0)::integer as late, ${buckets('a.days_late > 0', 'a.days_late')}, a.absent_minutes as minutes
      from absences a join orders o on o.id = a.order_id where a.withdrawn_at is null`,
  attendance: `
    select p.supplier_id, p.date as day, p.order_id as id, p.order_id, ${ofOrder(municipalityOn('p.date'))}, ${notLate},
        1 as days_planned, (r.order_id is not null)::integer as days_recorded,
        coalesce(not r.recorded_late, false)::integer as days_recorded_same_day,
        coalesce(r.recorded_late, false)::integer as days_recorded_late,
        (r.order_id is null and not (o.course_status = 'never-started' or ((o.first_attended_on is null or p.date < o.first_attended_on)
          and not exists (select from code_values v where v.set_name = 'target-groups' and v.code = o.target_group
            and v.valid_from <= o.start_date and (v.valid_to is null or v.valid_to >= o.start_date)
            and v.attributes -> 'firstMeetingProcedure' = 'false'::jsonb))))::integer as days_unrecorded,
        coalesce(r.documentation_missing, false)::integer as days_undocumented,
        p.minutes as minutes_planned, coalesce(r.attended_minutes, 0) as minutes_delivered
      from (select n.supplier_id, n.date, n.order_id, sum(n.planned_minutes)::integer as minutes
              from planned_days n group by n.supplier_id, n.date, n.order_id) p
      join orders o on o.id = p.order_id and o.status in ('approved', 'ended')
        and p.date between o.start_date and coalesce(o.ended_on, o.end_date)
      left join attendance_days r on r.order_id = p.order_id and r.date = p.date`,
  protocols: `
    select m.supplier_id, ${lastDayOf('m.month')} as day, m.month, m.order_id as id,
        m.order_id, ${ofOrder(municipalityOn(`((m.month || '-01')::date + interval '1 month' - interval '1 day')::date`))}, ${notLate},
        m.due, m.submitted, (m.submitted - m.incomplete) as complete, m.incomplete, m.stale, m.corrected,
        greatest(0, m.due - m.submitted) as missing
      from (select u.supplier_id, u.order_id, u.month, max(u.due) as due, max(u.submitted) as submitted,
              max(u.incomplete) as incomplete, max(u.stale) as stale, max(u.corrected) as corrected
            from (select b.supplier_id, b.order_id, b.subject as month, (b.waived_at is null)::integer as due, 0 as submitted,
                    0 as incomplete, 0 as stale, 0 as corrected
                  from obligations b where b.kind = 'attendance-protocol' and b.subject ~ '^\\d{4}-(0[1-9]|1[0-2])$'
                  union all
                  select n.supplier_id, n.order_id, n.month, 0, 1, n.incomplete::integer, (n.stale_since is not null)::integer,
                    (n.version > 1)::integer from protocol_months n) u
            group by u.supplier_id, u.order_id, u.month) m
      join orders o on o.id = m.order_id`,
  courses: `
    select o.supplier_id, o.start_date as day, o.id, o.id as order_id, ${ofOrder(municipalityOn('o.start_date'))}, ${notLate},
        1 as begun, o.ordered_minutes as minutes_ordered
      from orders o where o.approved_at is not null and o.status <> 'cancelled'`,
  meetings: `
    select m.supplier_id, m.met_on as day, m.id, m.order_id, ${ofOrder(municipalityOn('m.met_on'))},
        case when r.id is not null then greatest(0, r.letter_sent_on - r.letter_due_on) end as days_late,
        null::integer as working_days_late, 1 as missed, (r.id is not null or b.id is not null)::integer as letters_owed,
        coalesce(not r.letter_late, false)::integer as letters_in_time, coalesce(r.letter_late, false)::integer as letters_late,
        (r.id is null and b.id is not null)::integer as letters_missing,
        coalesce(${localDate('r.new_meeting_at')} <= m.met_on + 14, false)::integer as new_meetings_in_window,
        coalesce(${localDate('r.new_meeting_at')} > m.met_on + 14, false)::integer as new_meetings_late
      from first_meeting_outcomes m join orders o on o.id = m.order_id
      left join re_summons r on r.order_id = m.order_id and r.missed_on = m.met_on
      left join obligations b on b.order_id = m.order_id and b.kind = 're-summons-letter' and b.subject = m.met_on::text
        and b.waived_at is null
     where m.outcome = 'missed' and m.withdrawn_at is null`,
  contacts: `
    select c.supplier_id, ${localDate('c.created_at')} as day, c.id, c.order_id,
        ${ofOrder(municipalityOn(localDate('c.created_at')))},
        greatest(0, ${localDate('c.responded_at')} - c.due_on) as days_late, null::integer as working_days_late, 1 as asked,
        (c.responded_at is not null)::integer as answered,
        coalesce(${localDate('c.responded_at')} <= c.due_on, false)::integer as answered_in_time,
        coalesce(${localDate('c.responded_at')} > c.due_on, false)::integer as answered_late,
        (c.responded_at is null)::integer as unanswered
      from contact_requests c join orders o on o.id = c.order_id`,
  differences: `
    select d.supplier_id, d.day, d.order_id as id, d.order_id, ${ofOrder('d.residence_municipality')}, ${notLate}, 1 as days,
        (d.because = 'absence-not-registered')::integer as unregistered_days,
        case d.because when 'absence-not-registered' then d.minutes else 0 end as unregistered_minutes,
        (d.because = 'registration-not-in-protocol')::integer as unrecorded_days,
        case d.because when 'registration-not-in-protocol' then d.minutes else 0 end as unrecorded_minutes
      from register_differences d join orders o on o.id = d.order_id`,
  refusals: `
    select f.organisation_id as supplier_id, ${localDate('f.arrived_at')} as day, f.id, o.id as order_id,
        ${ofOrder(municipalityOn(localDate('f.arrived_at')), 'f.rule')}, ${notLate}, 1 as refused
      from refusals f join organisations s on s.id = f.organisation_id and 'supplier' = any (s.kinds)
      left join orders o on o.id = f.order_id and o.supplier_id = f.organisation_id`,
}

/** What the functions that act for the owner are made with. */
export const asOwner = 'language plpgsql security definer set search_path = pg_catalog, public, pg_temp'
