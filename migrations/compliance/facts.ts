import { openedByTheEnd, openers } from '../../src/rules/compliance/opened-late.ts'
import { localDate, municipalityOn } from '../municipality/on-the-day.ts'

export { localDate, municipalityOn }

/** What each table of cells counts, by its source: a column for each measure of a case, one or minutes. */
const measures = {
  duties:
    'due met met_late late_1 late_2_5 late_6_10 late_11_20 late_over_20 still_open opened_after_due opened_after_due_open waived',
  absences: 'registered same_day late late_1 late_2_5 late_6_10 late_11_20 late_over_20 minutes',
  attendance:
    'days_planned days_recorded days_recorded_same_day days_recorded_late days_unrecorded days_opened_late days_undocumented minutes_planned minutes_delivered',
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

/** `open_until`: the last day on which what is open is in time, where that is not the case's own day. */
export const dimensions = 'jobcenter_id, framework_agreement_id, target_group, residence_municipality, kind, open_until'
/** Those that a coarse month keeps. */
export const coarseDimensions = 'framework_agreement_id, residence_municipality, kind, open_until'
export const lastDayOf = (month: string): string =>
  `((${month} || '-01')::date + interval '1 month' - interval '1 day')::date`
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

const ofOrder = (municipality: string, kind = `''`, openUntil = 'null::date'): string =>
  `o.order_number, o.citizen_id, o.jobcenter_id, o.framework_agreement_id, o.target_group, ${municipality} as residence_municipality,
        ${kind} as kind, ${openUntil} as open_until`
const notLate = 'null::integer as days_late, null::integer as working_days_late'

const listed = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ')
/**
 * That a duty `b` of the order `o` was opened when its date was over, and by the authority's doing: `openedLateBy` in SQL. Since
 * when it was possible: the approval; for what is of a day or a month, the amendment that brought that into the course; for a
 * month, what was kept when its duty was opened (possible-since.ts); for a referral, the day by which its absence had to be
 * registered.
 */
const openedLate = `(b.opened_at >= b.due_at and (
        b.kind in (${listed(Object.entries(openers).flatMap(([kind, { by }]) => (by === 'authority' ? [kind] : [])))})
        or (b.kind, b.opened_because) in (${Object.entries(openers)
          .flatMap(([kind, { otherwise }]) => otherwise.map((because) => `('${kind}', '${because}')`))
          .join(', ')})
        or (b.kind = '${openedByTheEnd}' and o.termination ->> 'endedBy' is distinct from 'supplier')
        or coalesce(o.approved_at >= b.due_at, false)
        or exists (select from order_amendments v where v.order_id = b.order_id and v.amended_at between b.due_at and b.opened_at
          and b.kind in ('attendance-protocol', 'absence-registration') and b.subject ~ '^\\d{4}-\\d{2}'
          and (left(v.before ->> 'startDate', length(b.subject)) > b.subject or left(v.before ->> 'endDate', length(b.subject)) < b.subject))
        or coalesce(b.possible_from >= b.due_at, false)
        or case when b.kind = 'absence-registration' and b.subject ~ '^\\d{4}-\\d{2}-\\d{2}$'
          then portal_possible_on(b.order_id, b.subject::date, b.due_on) > b.due_on else false end
        or exists (select from absences a where portal_possible_on(a.order_id, a.date, a.due_on) > b.due_on
          and a.id = case when b.kind = 'refer-citizen' and b.subject ~ '^[0-9a-f-]{36}$' then b.subject::uuid end)))`
/** The same of a duty that there may be none of. */
const excused = `coalesce(b.id is not null and ${openedLate}, false)`

/** Whether target group `o` meets its citizens first (§ 7); unknown groups do. */
const firstMeetingProcedure = `not exists (select from code_values v where v.set_name = 'target-groups' and v.code = o.target_group
              and v.valid_from <= o.start_date and (v.valid_to is null or v.valid_to >= o.start_date)
              and v.attributes -> 'firstMeetingProcedure' = 'false'::jsonb)`
/**
 * That the planned day `p` of the order `o` should have attendance. Of days before the citizen first came, those on which it was
 * not told by the end of the day that they had not begun: while the outcome of a meeting was owed. The jobcenter's leave for the
 * whole day says so too, also where it was withdrawn after that day; the return accounts for the days before it.
 */
const attendanceOwed = `(o.course_status <> 'never-started' or p.date < coalesce(${localDate('o.ended_at')}, 'infinity'))
          and case when p.date >= o.first_attended_on then true
            when ${firstMeetingProcedure} then o.first_attended_on is null
              and not exists (select from leave_approvals l where l.order_id = o.id and p.date between l.from_date and l.to_date
                and (l.withdrawn_at is null or (${localDate('l.created_at')} <= p.date and ${localDate('l.withdrawn_at')} > p.date))
                and coalesce(l.minutes >= p.minutes, true))
              and coalesce((select bool_or(p.date >= case when ${localDate('q.opened_at')} > q.due_on
                    and q.opened_because in (${listed(openers['first-meeting-outcome'].otherwise)}) then ${localDate('q.opened_at')} else q.due_on end
                  and p.date < coalesce(${localDate('q.met_at')}, 'infinity'))
                from obligations q where q.order_id = o.id and q.kind = 'first-meeting-outcome' and q.waived_at is null),
                p.date >= ${localDate('o.first_meeting_at')})
            else true end`
/**
 * Since when the planned day `p` of the order `o` could be recorded: `possibleOn` of the day. Asked of days that lack attendance or
 * have it late, of orders that something of the kind may be about.
 */
const recordableOn = `case when r.order_id is not null and not r.recorded_late then p.date
            when ${localDate('o.approved_at')} > p.date
              or exists (select from order_amendments v where v.order_id = o.id and (v.before ? 'startDate' or v.before ? 'endDate'))
              or exists (select from planned_days n join activities a on a.id = n.activity_id where n.order_id = o.id and n.date = p.date
                and ${localDate('coalesce(a.decided_at, a.created_at)')} > p.date and (a.decided_at is not null or a.kind <> 'on-site'))
              then portal_possible_on(o.id, p.date, p.date) else p.date end`

/** One row for each case with its measures; a case is found by supplier and day. */
export const facts: Record<Source, string> = {
  duties: `
    select b.supplier_id, b.due_on as day, b.id, b.order_id, ${ofOrder('b.residence_municipality', 'b.kind')},
        b.days_late, b.working_days_late, (s.live and not s.excused)::integer as due,
        (s.live and not s.excused and coalesce(b.met_at < b.due_at, false))::integer as met, s.late::integer as met_late,
        ${buckets('s.late', 'coalesce(b.working_days_late, 1)')},
        (s.live and not s.excused and b.met_at is null)::integer as still_open, (s.live and s.excused)::integer as opened_after_due,
        (s.live and s.excused and b.met_at is null)::integer as opened_after_due_open, (not s.live)::integer as waived
      from obligations b join orders o on o.id = b.order_id
      cross join lateral (select b.waived_at is null as live, ${openedLate} as excused offset 0) e
      cross join lateral (select e.live, e.excused, e.live and not e.excused and coalesce(b.met_at >= b.due_at, false) as late) s`,
  absences: `
    select a.supplier_id, a.date as day, a.id, a.order_id, ${ofOrder('a.residence_municipality')}, l.days_late,
        null::integer as working_days_late, 1 as registered, (l.days_late = 0)::integer as same_day,
        (l.days_late > 0)::integer as late, ${buckets('l.days_late > 0', 'l.days_late')}, a.absent_minutes as minutes
      from absences a join orders o on o.id = a.order_id
      -- the registration says how late it came after its day; here it counts from when it was possible
      cross join lateral (select case when a.days_late = 0 then 0
        else greatest(0, a.due_on + a.days_late - portal_possible_on(a.order_id, a.date, a.due_on)) end as days_late offset 0) l
     where a.withdrawn_at is null`,
  attendance: `
    select p.supplier_id, p.date as day, p.order_id as id, p.order_id, ${ofOrder(municipalityOn('p.date'))}, ${notLate},
        1 as days_planned, (r.order_id is not null)::integer as days_recorded,
        coalesce(not r.recorded_late or (w.on > p.date and ${localDate('r.first_recorded_at')} <= w.on), false)::integer as days_recorded_same_day,
        coalesce(r.recorded_late and w.on = p.date, false)::integer as days_recorded_late,
        (r.order_id is null and w.on = p.date and e.owed)::integer as days_unrecorded,
        (w.on > p.date and (r.order_id is not null or e.owed))::integer as days_opened_late,
        coalesce(r.documentation_missing, false)::integer as days_undocumented,
        p.minutes as minutes_planned, coalesce(r.attended_minutes, 0) as minutes_delivered
      from (select n.supplier_id, n.date, n.order_id, sum(n.planned_minutes)::integer as minutes
              from planned_days n group by n.supplier_id, n.date, n.order_id) p
      join orders o on o.id = p.order_id and o.status in ('approved', 'ended')
        and p.date between o.start_date and coalesce(o.ended_on, o.end_date)
      left join attendance_days r on r.order_id = p.order_id and r.date = p.date
      cross join lateral (select ${recordableOn} as on offset 0) w
      cross join lateral (select ${attendanceOwed} as owed) e`,
  protocols: `
    select m.supplier_id, ${lastDayOf('m.month')} as day, m.month, m.order_id as id,
        m.order_id, ${ofOrder(municipalityOn(lastDayOf('m.month')), `''`, 'case when m.due > m.submitted then m.due_on end')}, ${notLate},
        m.due, m.submitted, (m.submitted - m.incomplete) as complete, m.incomplete, m.stale, m.corrected,
        greatest(0, m.due - m.submitted) as missing
      from (select u.supplier_id, u.order_id, u.month, max(u.due) as due, max(u.submitted) as submitted,
              max(u.incomplete) as incomplete, max(u.stale) as stale, max(u.corrected) as corrected, max(u.due_on) as due_on
            from (select b.supplier_id, b.order_id, b.subject as month, (b.waived_at is null and not ${openedLate})::integer as due,
                    0 as submitted, 0 as incomplete, 0 as stale, 0 as corrected, b.due_on
                  from obligations b join orders o on o.id = b.order_id where b.kind = 'attendance-protocol' and b.subject ~ '^\\d{4}-(0[1-9]|1[0-2])$'
                  union all
                  select n.supplier_id, n.order_id, n.month, 0, 1, n.incomplete::integer, (n.stale_since is not null)::integer,
                    (n.version > 1)::integer, null::date from protocol_months n) u
            group by u.supplier_id, u.order_id, u.month) m
      join orders o on o.id = m.order_id`,
  courses: `
    select o.supplier_id, o.start_date as day, o.id, o.id as order_id, ${ofOrder(municipalityOn('o.start_date'))}, ${notLate},
        1 as begun, o.ordered_minutes as minutes_ordered
      from orders o where o.approved_at is not null and o.status <> 'cancelled'`,
  meetings: `
    select m.supplier_id, m.met_on as day, m.id, m.order_id,
        ${ofOrder(municipalityOn('m.met_on'), `''`, 'case when r.id is null and not e.excused then b.due_on end')},
        case when r.id is not null and not e.excused then greatest(0, r.letter_sent_on - e.due_on) end as days_late,
        null::integer as working_days_late, 1 as missed, (not e.excused and (r.id is not null or b.id is not null))::integer as letters_owed,
        coalesce(not e.excused and r.letter_sent_on <= e.due_on, false)::integer as letters_in_time,
        coalesce(not e.excused and r.letter_sent_on > e.due_on, false)::integer as letters_late,
        (r.id is null and b.id is not null and not e.excused)::integer as letters_missing,
        coalesce(${localDate('r.new_meeting_at')} <= m.met_on + 14, false)::integer as new_meetings_in_window,
        coalesce(not e.excused and ${localDate('r.new_meeting_at')} > m.met_on + 14, false)::integer as new_meetings_late
      from first_meeting_outcomes m join orders o on o.id = m.order_id
      left join re_summons r on r.order_id = m.order_id and r.missed_on = m.met_on
      left join obligations b on b.order_id = m.order_id and b.kind = 're-summons-letter' and b.subject = m.met_on::text
        and b.waived_at is null
      -- an agreed extension counts, as it does for the duty
      cross join lateral (select ${excused} as excused, coalesce(b.due_on, r.letter_due_on) as due_on offset 0) e
     where m.outcome = 'missed' and m.withdrawn_at is null`,
  contacts: `
    select c.supplier_id, ${localDate('c.created_at')} as day, c.id, c.order_id,
        ${ofOrder(municipalityOn(localDate('c.created_at')), `''`, 'case when c.responded_at is null then e.due_on end')},
        greatest(0, ${localDate('c.responded_at')} - e.due_on) as days_late, null::integer as working_days_late, 1 as asked,
        (c.responded_at is not null)::integer as answered,
        coalesce(${localDate('c.responded_at')} <= e.due_on, false)::integer as answered_in_time,
        coalesce(${localDate('c.responded_at')} > e.due_on, false)::integer as answered_late,
        (c.responded_at is null)::integer as unanswered
      from contact_requests c join orders o on o.id = c.order_id
      left join obligations b on b.order_id = c.order_id and b.kind = 'contact-request' and b.subject = c.id::text and b.waived_at is null
      cross join lateral (select coalesce(b.due_on, c.due_on) as due_on) e`,
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
      from refusals f join organisations s on s.id = f.organisation_id
        -- one that was a supplier stays one for what it tried then
        and ('supplier' = any (s.kinds) or exists (select from orders x where x.supplier_id = s.id))
      left join orders o on o.id = f.order_id and o.supplier_id = f.organisation_id`,
}

/** What the functions that act for the owner are made with. */
export const asOwner = 'language plpgsql security definer set search_path = pg_catalog, public, pg_temp'
