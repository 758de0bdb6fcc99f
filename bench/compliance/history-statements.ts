import type { LocalDate } from '#kernel/local-date.ts'

/** Days from the first order's beginning to today: four years. */
export const historyDays = 1461
/** Planned days of an order, one a week. */
const plannedDays = 12
/** Of the ids of everything that is made here; what world.ts makes begins otherwise. */
const idPrefix = '0189be2c-0001-7000-8000-'
const sqlId = (kind: string, number: string): string =>
  `('${idPrefix}${kind}' || lpad((${number})::text, 11, '0'))::uuid`
/** Something between 0 and below `most` that follows from a number and looks like chance. */
const spread = (number: string, salt: number, most: string | number): string =>
  `(((hashint4extended((${number})::integer, ${salt}) % (${most})) + (${most})) % (${most}))::integer`
const endOf = (day: string): string => `((${day}) + 1)::timestamp at time zone 'Europe/Copenhagen'`

/** The day of an order's planned day `k`; whether an absence was registered on it: three of twelve. */
const day = '(w.start_date + 7 * k)'
const away = '(k % 4 = w.n % 4)'
/** Without a record, and with one that shows presence where an absence was registered. */
const unrecorded = `((w.n * ${plannedDays} + k) % 50 = 0)`
const differs = `((w.n * ${plannedDays} + k) % 97 = 0)`

/** A supplier's courses: where and under which agreement they run. */
export type Courses = {
  readonly supplierId: string
  readonly agreementId: string
  readonly addressId: string
  readonly targetGroups: readonly string[]
}

/** The tables that are filled; their indexes are made afterwards. */
export const loadedTables = [
  'citizens',
  'orders',
  'activities',
  'planned_days',
  'attendance_days',
  'absences',
  'obligations',
  'protocol_months',
  'first_meeting_outcomes',
  're_summons',
  'contact_requests',
  'refusals',
  'milestones',
  'register_differences',
] as const

/** A table with what each order is made of: `bench_history`, one row for each, the earliest first. */
export const historyTable = (given: {
  readonly orders: number
  readonly courses: readonly Courses[]
  readonly jobcenters: readonly string[]
  readonly today: LocalDate
}): string => {
  const { orders, courses, jobcenters, today } = given
  const text = (values: readonly string[], type = 'text'): string =>
    `array[${values.map((value) => `'${value}'`).join(', ')}]::${type}[]`
  return `
    create unlogged table bench_history as
      select n, ${sqlId('c', 'n')} as citizen_id, ${sqlId('d', 'n')} as order_id, ${sqlId('a', 'n')} as activity_id,
          s.supplier_id, s.agreement_id, s.address_id,
          s.target_groups[1 + ${spread('n', 2, 'cardinality(s.target_groups)')}] as target_group,
          (${text(jobcenters, 'uuid')})[1 + ${spread('n', 3, jobcenters.length)}] as jobcenter_id,
          case when ${spread('n', 4, 10)} = 0 then '0155' else '0101' end as municipality,
          (array['company-course', 'clarification', null])[1 + ${spread('n', 5, 3)}] as effort_group,
          d.day + case extract(isodow from d.day) when 6 then 2 when 7 then 1 else 0 end::integer as start_date
        from generate_series(0, ${orders - 1}) n
        cross join lateral (select '${today}'::date - ${historyDays} + (n::bigint * ${historyDays} / ${orders})::integer as day) d
        join lateral (select * from (values ${courses
          .map(
            ({ supplierId, agreementId, addressId, targetGroups }, place) =>
              `(${place}, '${supplierId}'::uuid, '${agreementId}'::uuid, '${addressId}'::uuid, ${text(targetGroups)})`,
          )
          .join(', ')}) as v (place, supplier_id, agreement_id, address_id, target_groups)) s
          on s.place = ${spread('n', 1, courses.length)};
    analyze bench_history`
}

const obligations = (today: LocalDate): string => `
  insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, residence_municipality, target_group, subject,
      opened_at, opened_because, due_on, due_at, original_due_on, met_at, waived_at, waived_because, days_late, working_days_late,
      due_soon_told_at, overdue_told_at)
    select ${sqlId('e', 'w.n::bigint * 8 + k')}, b.kind, w.order_id, w.supplier_id, w.jobcenter_id, w.citizen_id, w.municipality, w.target_group,
        b.subject, case when f.fate >= 98 then t.due_at + interval '1 day' else t.due_at - interval '14 days' end, 'bench', b.due_on,
        t.due_at, b.due_on,
        case when f.past and f.fate < 80 then t.due_at - interval '6 hours' when f.past and f.fate < 90 then t.due_at + f.late * interval '1 day' end,
        case when f.fate between 95 and 97 then t.due_at end, case when f.fate between 95 and 97 then 'bench' end,
        case when f.past and f.fate < 80 then 0 when f.past and f.fate < 90 then f.late end,
        case when f.past and f.fate < 80 then 0 when f.past and f.fate < 90 then greatest(1, f.late * 5 / 7) end,
        t.due_at, t.due_at
      from bench_history w cross join generate_series(0, 7) k
      cross join lateral (select
        (array['attendance-protocol', 'attendance-protocol', 'attendance-protocol', 'interim-report', 'final-report',
          'handover-report', 'refer-citizen', 'contact-request'])[k + 1] as kind,
        case when k < 3 then to_char(w.start_date + k * interval '1 month', 'YYYY-MM') else 'bench' end as subject,
        case when k < 3 then (date_trunc('month', w.start_date + (k + 1) * interval '1 month') + interval '4 days')::date
          else w.start_date + (array[42, 84, 91, 30, 50])[greatest(1, k - 2)] end as due_on) b
      cross join lateral (select ${endOf('b.due_on')} as due_at) t
      cross join lateral (select ${spread('w.n * 8 + k', 6, 100)} as fate, 1 + ${spread('w.n * 8 + k', 7, 30)} as late,
        b.due_on + 31 < '${today}'::date as past) f`

/** The statements that write everything, in their order. Past means before today; some of the last weeks are still ahead. */
export const historyStatements = (today: LocalDate): readonly string[] => [
  `insert into citizens (id, cpr_cipher, cpr_key, cpr_lookup)
     select citizen_id, sha256(n::text::bytea) || '\\x000102030405'::bytea, 'k1', sha256(('history' || n)::bytea) from bench_history`,
  `insert into orders (id, jobcenter_id, supplier_id, framework_agreement_id, offer, target_group, effort_group, citizen_id,
       citizen_name, residence_municipality, start_date, end_date, ordered_minutes, first_meeting_at, delivery_address_id, caseworker,
       status, course_status, drafted_by, approved_by, approved_at, committed_oere, first_attended_on, planned_minutes, plan_complete, plan_version, ended_on)
     select order_id, jobcenter_id, supplier_id, agreement_id, 'clarification', target_group, effort_group, citizen_id, 'Borger ' || n,
         municipality, start_date, start_date + 83, 1440, start_date + time '08:00', address_id,
         '{"name":"Sanne Sagsbehandler","email":"sanne@jobcenter.example"}',
         case when start_date + 83 < '${today}'::date then 'ended' else 'approved' end,
         case when start_date + 83 < '${today}'::date then 'ended' else 'attending' end,
         '{"name":"Dorte Udkast","email":"dorte@jobcenter.example"}',
         '{"name":"Gorm Godkender","email":"gorm@jobcenter.example","role":"team-manager"}', start_date - 10 + time '09:00', 1080000,
         case when start_date < '${today}'::date then start_date end, 1440, true, 1,
         case when start_date + 83 < '${today}'::date then start_date + 83 end
       from bench_history`,
  `insert into activities (id, order_id, supplier_id, kind, title, place, status, start_date, end_date)
     select activity_id, order_id, supplier_id, 'on-site', 'Forløb', '{"kind":"supplier-address"}', 'approved', start_date, start_date + 83
       from bench_history`,
  `insert into planned_days (order_id, date, activity_id, supplier_id, citizen_id, planned_minutes)
     select w.order_id, ${day}, w.activity_id, w.supplier_id, w.citizen_id, 120
       from bench_history w cross join generate_series(0, ${plannedDays - 1}) k`,
  `insert into attendance_days (order_id, date, supplier_id, citizen_id, planned_minutes, attended_minutes, unauthorised_minutes,
       entries, recorded_late, first_recorded_at, recorded_at)
     select w.order_id, ${day}, w.supplier_id, w.citizen_id, 120, 120 - m.away, m.away,
         jsonb_build_array(jsonb_build_object('activityId', w.activity_id, 'plannedMinutes', 120, 'attendedMinutes', 120 - m.away,
           'absent', case m.away when 0 then '[]'::jsonb else '[{"code": "unauthorised", "minutes": 120}]'::jsonb end)),
         ${spread(`w.n * ${plannedDays} + k`, 8, 10)} = 0, ${day} + time '15:00', ${day} + time '15:00'
       from bench_history w cross join generate_series(0, ${plannedDays - 1}) k
       cross join lateral (select case when ${away} and not ${differs} then 120 else 0 end as away) m
      where ${day} < '${today}'::date and not ${unrecorded}`,
  `insert into absences (id, supplier_id, citizen_id, order_id, activity_id, date, whole_day, absent_minutes, planned_minutes,
       held_against, reason, residence_municipality, registered_at, due_on, days_late, first_arrived_at, registered_by, client_id,
       request_id, routed_to)
     select ${sqlId('f', `w.n::bigint * ${plannedDays} + k`)}, w.supplier_id, w.citizen_id, w.order_id, w.activity_id, ${day}, true, 120, 120,
         array[w.order_id], 'no-notice', w.municipality, ${day} + l.late + time '12:00', ${day}, l.late, ${day} + l.late + time '12:00',
         '{"name":"Nora Nordstrup","email":"nora@leverandoer-nord.example"}', 'supplier-nord', 'bench', '[]'
       from bench_history w cross join generate_series(0, ${plannedDays - 1}) k
       cross join lateral (select case when ${spread(`w.n * ${plannedDays} + k`, 9, 5)} = 0
         then least(1 + ${spread(`w.n * ${plannedDays} + k`, 10, 30)}, '${today}'::date - ${day}) else 0 end as late) l
      where ${day} < '${today}'::date and ${away}`,
  obligations(today),
  `insert into protocol_months (order_id, month, supplier_id, citizen_id, jobcenter_id, version, incomplete, submitted_at, stale_since)
     select w.order_id, to_char(w.start_date + k * interval '1 month', 'YYYY-MM'), w.supplier_id, w.citizen_id, w.jobcenter_id,
         1 + ((w.n + k) % 11 = 0)::integer, (w.n + k) % 9 = 0, w.start_date + k * interval '1 month',
         case when (w.n + k) % 13 = 0 then '${today}'::date - interval '1 day' end
       from bench_history w cross join generate_series(0, 2) k
      where date_trunc('month', w.start_date + (k + 1) * interval '1 month') < '${today}'::date and (w.n + k) % 10 <> 0`,
  `insert into first_meeting_outcomes (id, order_id, supplier_id, citizen_id, outcome, met_on, times_missed, registered_by, registered_at)
     select ${sqlId('1', 'n')}, order_id, supplier_id, citizen_id, 'missed', start_date, 1, '{}', start_date + time '10:00'
       from bench_history where ${spread('n', 11, 10)} = 0 and start_date < '${today}'::date`,
  `insert into re_summons (id, order_id, supplier_id, citizen_id, missed_on, letter_sent_on, letter_method, letter_due_on, letter_late,
       new_meeting_at, registered_by, registered_at)
     select ${sqlId('2', 'w.n')}, w.order_id, w.supplier_id, w.citizen_id, m.met_on, m.met_on + w.n % 4, 'quick-letter', m.met_on + 1,
         w.n % 4 > 1, m.met_on + 3 + w.n % 20 + time '08:00', '{}', m.met_on + time '11:00'
       from first_meeting_outcomes m join bench_history w on w.order_id = m.order_id where w.n % 5 <> 0`,
  `insert into contact_requests (id, order_id, benefits_office_id, supplier_id, jobcenter_id, text_cipher, text_key, registered_by,
       created_at, due_on, response, responded_at)
     select ${sqlId('3', 'n')}, order_id, '01890000-0000-7000-8000-00000000c001', supplier_id, jobcenter_id, '', 'k1', '{}',
         start_date + 20 + time '09:30', start_date + 20, case when n % 9 <> 0 then '{}'::jsonb end,
         case when n % 9 <> 0 then start_date + 20 + n % 3 + time '14:00' end
       from bench_history where ${spread('n', 12, 7)} = 0 and start_date + 23 < '${today}'::date`,
  `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, order_id, request_id)
     select ${sqlId('4', 'n')}, start_date + 10 + time '10:00', 'bench', supplier_id, 'registerAbsence',
         (array['sick-leave-not-in-portal', 'nothing-planned-that-day', 'already-registered'])[1 + n % 3], order_id, 'bench'
       from bench_history where ${spread('n', 13, 10)} = 0 and start_date + 10 < '${today}'::date`,
  `insert into milestones (id, order_id, supplier_id, citizen_id, milestone, reached_on, registered_by, registered_at)
     select ${sqlId('5', 'w.n::bigint * 2 + k')}, w.order_id, w.supplier_id, w.citizen_id, (array['cv', 'realistic-goal'])[k + 1],
         w.start_date + r.days, '{}', w.start_date + r.days
       from bench_history w cross join generate_series(0, 1) k
       cross join lateral (select ${spread('w.n * 2 + k', 14, 300)} as days) r
      where (w.n + k) % 3 <> 0 and w.start_date + r.days < '${today}'::date`,
  // What the registers of above differ by; a recount of one supplier's month shows that it is what the portal finds.
  `insert into register_differences (supplier_id, day, order_id, residence_municipality, because, minutes)
     select w.supplier_id, ${day}, w.order_id, w.municipality, 'registration-not-in-protocol', 120
       from bench_history w cross join generate_series(0, ${plannedDays - 1}) k
      where ${day} < '${today}'::date and ${away} and ${differs} and not ${unrecorded}`,
]
