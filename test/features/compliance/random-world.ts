import { openers } from '#rules/compliance/opened-late.ts'
import { obligationKinds } from '#rules/obligation/obligation-state.ts'
import { demo } from '#src/dev/demo-world/demo.ts'
import type { TestDatabase } from '#test/support/test-database.ts'

const { supplierNord, supplierSyd, jobcenterMusvaagevej, jobcenterSkelbaekgade } = demo.organisations

/** What stands for one of several values, by chance. */
const oneOf = (...values: readonly string[]): string =>
  `(array[${values.join(', ')}])[1 + floor(random() * ${values.length})::integer]`
const chance = (share: number): string => `(random() < ${share})`
const text = (value: string): string => `'${value}'`

/** Kinds of duties whose subject says nothing here, and why duties open. */
const kinds = obligationKinds.filter((kind) => kind !== 'attendance-protocol' && kind !== 're-summons-letter')
const reasons = ['because', ...new Set(Object.values(openers).flatMap(({ otherwise }) => otherwise))]

/** The rows of a varied world of two suppliers around March 2026, in the order in which they are written. */
const statements = (orders: number): readonly string[] => [
  `insert into framework_agreements (id, supplier_id, title, target_groups, valid_from, valid_to, unit_price_oere)
     values (uuidv7(), '${supplierNord.id}', 'Endnu en aftale', '{}', '2020-01-01', '2030-12-31', 100)`,
  `insert into citizens (id, cpr_cipher, cpr_key, cpr_lookup)
     select uuidv7(), '', 'k', decode(md5('world ' || n), 'hex') from generate_series(1, ${orders} / 2) n`,
  `create temp table world as
     select uuidv7() as order_id, uuidv7() as activity_id, a.supplier_id, a.id as agreement_id, c.id as citizen_id,
         ${oneOf(text(jobcenterMusvaagevej.id), text(jobcenterSkelbaekgade.id))}::uuid as jobcenter_id,
         ${oneOf(...['cash-benefit-activity-ready', 'sickness-benefit', 'insured-unemployed', 'resource-course'].map(text))} as target_group,
         ${oneOf(...['0101', '0101', '0101', '0155', '0185'].map(text))} as municipality,
         date '2025-11-15' + floor(random() * 150)::integer as start_date, random() as luck
       from generate_series(1, ${orders}) n
       cross join lateral (select * from citizens where n > 0 and cpr_key = 'k' order by random() limit 1) c
       cross join lateral (select * from framework_agreements f where n > 0
         and f.supplier_id in ('${supplierNord.id}', '${supplierSyd.id}') order by random() limit 1) a`,
  `insert into orders (id, jobcenter_id, supplier_id, framework_agreement_id, offer, target_group, citizen_id, citizen_name,
       residence_municipality, start_date, end_date, ordered_minutes, first_meeting_at, delivery_address_id, caseworker, status,
       course_status, drafted_by, approved_by, approved_at, first_attended_on, ended_on, ended_at, termination)
     select order_id, jobcenter_id, supplier_id, agreement_id, 'clarification', target_group, citizen_id, 'Verden', municipality,
         start_date, start_date + 60, 600 + floor(luck * 6000)::integer, start_date, d.id, '{}',
         case when luck < 0.05 then 'draft' when luck < 0.1 then 'cancelled' when luck < 0.3 then 'ended' else 'approved' end,
         case when luck < 0.1 then 'awaiting-first-meeting' when luck < 0.15 then 'never-started' when luck < 0.3 then 'ended'
           when luck < 0.4 then 're-summoned' else 'attending' end,
         '{}', case when luck >= 0.05 then '{}'::jsonb end, -- some were entered late, when duties were over already
         case when luck between 0.5 and 0.6 then start_date + 45 + time '09:00' when luck >= 0.05 then timestamptz '2025-11-01' end,
         case when luck between 0.15 and 0.3 or luck > 0.4 then start_date + floor(random() * 6)::integer end,
         case when luck between 0.1 and 0.3 then start_date + 20 + floor(random() * 30)::integer end,
         case when luck between 0.1 and 0.3 then start_date + 52 + time '12:00' end,
         case when luck between 0.1 and 0.3 then jsonb_build_object('endedBy', ${oneOf(...['supplier', 'jobcenter', 'portal'].map(text))}) end
       from world w cross join lateral (select id from delivery_addresses where w.luck >= 0 order by id limit 1) d`,
  `insert into activities (id, order_id, supplier_id, kind, title, place, status, start_date, end_date)
     select activity_id, order_id, supplier_id, 'on-site', 'A', '{}', 'approved', start_date, start_date + 60 from world`,
  // One more activity, so that a day can be planned in two parts.
  `insert into activities (id, order_id, supplier_id, kind, title, place, status, start_date, end_date)
     select uuidv7(), order_id, supplier_id, 'off-site', 'B', '{}', 'approved', start_date, start_date + 60 from world where luck > 0.7`,
  `insert into planned_days (order_id, date, activity_id, supplier_id, citizen_id, planned_minutes)
     select w.order_id, w.start_date + n, a.id, w.supplier_id, w.citizen_id, 60 + 30 * floor(random() * 5)::integer
       from world w join activities a on a.order_id = w.order_id cross join generate_series(0, 55) n where ${chance(0.4)}`,
  `insert into attendance_days (order_id, date, supplier_id, citizen_id, planned_minutes, attended_minutes, unauthorised_minutes,
       sick_minutes, leave_minutes, entries, documentation_missing, recorded_late, first_recorded_at, recorded_at)
     select order_id, date, supplier_id, citizen_id, minutes, minutes - away - sick - turned, away, sick, turned, '[]', ${chance(0.1)}, ${chance(0.2)},
         date + time '15:00', date + time '15:00'
       from (select p.order_id, p.date, p.supplier_id, p.citizen_id, sum(p.planned_minutes)::integer as minutes,
               case when ${chance(0.25)} then 30 else 0 end as away, case when ${chance(0.1)} then 15 else 0 end as sick,
               case when ${chance(0.1)} then 15 else 0 end as turned
             from planned_days p join orders o on o.id = p.order_id and o.citizen_name = 'Verden' where p.date < '2026-03-12'
             group by 1, 2, 3, 4) d where ${chance(0.85)}`,
  `insert into absences (id, supplier_id, citizen_id, order_id, activity_id, date, whole_day, absent_minutes, planned_minutes,
       held_against, reason, residence_municipality, registered_at, due_on, days_late, first_arrived_at, registered_by, client_id,
       request_id, routed_to, withdrawn_at, withdrawal)
     select uuidv7(), p.supplier_id, p.citizen_id, p.order_id, p.activity_id, p.date, false,
         least(p.planned_minutes, ${oneOf('30', '30', '45', '60')}), p.planned_minutes, array[p.order_id],
         ${oneOf(text('no-notice'), text('non-participation'), text('late-arrival'))}, ${oneOf(...['0101', '0155'].map(text))},
         p.date + time '10:00', p.date, late, p.date + time '10:00', '{}', 'c', 'r', '[]', case when gone then now() end,
         case when gone then '{}'::jsonb end
       from (select distinct on (q.supplier_id, q.citizen_id, q.date) q.*,
               case when ${chance(0.4)} then floor(power(random(), 2) * 40)::integer else 0 end as late, ${chance(0.1)} as gone
             from planned_days q join orders o on o.id = q.order_id and o.citizen_name = 'Verden' where q.date < '2026-03-14'
             order by q.supplier_id, q.citizen_id, q.date, q.order_id) p where ${chance(0.3)}`,
  `insert into leave_approvals (id, order_id, jobcenter_id, supplier_id, citizen_id, from_date, to_date, minutes, reason, approved_by,
       created_at, given_after)
     select uuidv7(), a.order_id, o.jobcenter_id, a.supplier_id, a.citizen_id, a.date, a.date + 1, ${oneOf('null', '15', '30')}, 'r', '{}', now(),
         case when ${chance(0.5)} then array[a.id] else '{}' end from absences a join orders o on o.id = a.order_id where ${chance(0.3)}`,
  `insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, residence_municipality, target_group, subject,
       opened_at, opened_because, due_on, due_at, original_due_on, met_at, waived_at, days_late, working_days_late)
     select uuidv7(), kind, order_id, supplier_id, jobcenter_id, citizen_id, ${oneOf(...['0101', '0155'].map(text))}, target_group, subject,
         case when fate > 0.9 then due_at + interval '1 day' else due_at - interval '10 days' end, ${oneOf(...reasons.map(text))}, due_on, due_at, due_on,
         case when fate < 0.4 then due_at - interval '1 minute' when fate < 0.65 then due_at + late * interval '1 day' - interval '1 hour'
           when fate > 0.97 then due_at + interval '2 days' end,
         case when fate between 0.65 and 0.72 then due_at end, case when fate between 0.4 and 0.65 then late else 0 end,
         case when fate between 0.4 and 0.65 then greatest(1, late * 5 / 7) else 0 end
       from (select w.*, k.kind, coalesce(k.subject, 'subject ' || k.n) as subject, k.due_on,
               (k.due_on + 1)::timestamp at time zone 'Europe/Copenhagen' as due_at, random() as fate, 1 + floor(random() * 40)::integer as late
             from world w cross join lateral (
               select n, (array[${kinds.map(text).join(', ')}])[n] as kind,
                   null as subject, w.start_date + floor(random() * 90)::integer as due_on from generate_series(1, ${kinds.length}) n
                where ${chance(0.6)}
               union all
               select n, 'attendance-protocol', to_char(w.start_date + n * interval '1 month', 'YYYY-MM'),
                   (date_trunc('month', w.start_date) + (n + 1) * interval '1 month')::date from generate_series(0, 2) n) k
            where w.luck >= 0.05) b`,
  `insert into protocol_months (order_id, month, supplier_id, citizen_id, jobcenter_id, version, incomplete, submitted_at, stale_since)
     select w.order_id, to_char(w.start_date + n * interval '1 month', 'YYYY-MM'), w.supplier_id, w.citizen_id, w.jobcenter_id,
         1 + floor(random() * 2)::integer, ${chance(0.2)}, now(), case when ${chance(0.2)} then now() end
       from world w cross join generate_series(-1, 1) n where ${chance(0.5)}`,
  `insert into first_meeting_outcomes (id, order_id, supplier_id, citizen_id, outcome, met_on, registered_by, registered_at, withdrawn_at, withdrawal)
     select uuidv7(), order_id, supplier_id, citizen_id, 'missed', start_date, '{}', now(), case when gone then now() end,
         case when gone then '{}'::jsonb end
       from (select *, ${chance(0.1)} as gone from world) w where ${chance(0.5)}`,
  `insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id, residence_municipality, target_group, subject,
       opened_at, opened_because, due_on, due_at, original_due_on)
     select uuidv7(), 're-summons-letter', w.order_id, w.supplier_id, w.jobcenter_id, w.citizen_id, w.municipality, w.target_group,
         m.met_on::text, m.met_on, 'b', m.met_on + 1, m.met_on + 2, m.met_on + 1
       from first_meeting_outcomes m join world w on w.order_id = m.order_id where ${chance(0.7)}`,
  `insert into re_summons (id, order_id, supplier_id, citizen_id, missed_on, letter_sent_on, letter_method, letter_due_on, letter_late,
       new_meeting_at, registered_by, registered_at)
     select uuidv7(), order_id, supplier_id, citizen_id, met_on, met_on + late, 'quick-letter', met_on + 1, late > 1,
         met_on + 3 + floor(random() * 20)::integer + time '08:00', '{}', now()
       from (select *, floor(random() * 4)::integer as late from first_meeting_outcomes) m where ${chance(0.7)}`,
  `insert into contact_requests (id, order_id, benefits_office_id, supplier_id, jobcenter_id, text_cipher, text_key, registered_by,
       created_at, due_on, response, responded_at)
     select uuidv7(), order_id, '${demo.organisations.kKassen.id}', supplier_id, jobcenter_id, '', 'k', '{}', at, at::date,
         case when answered then '{}'::jsonb end, case when answered then at + floor(random() * 5) * interval '1 day' end
       from (select w.*, ${chance(0.8)} as answered, (start_date + floor(random() * 40)::integer) + time '09:30' as at from world w) w where ${chance(0.5)}`,
  `insert into refusals (id, arrived_at, client_id, organisation_id, operation, rule, order_id, request_id)
     select uuidv7(), w.start_date + floor(random() * 40)::integer + time '23:30', 'c', ${oneOf(text(supplierNord.id), text(supplierSyd.id))}::uuid,
         'registerAbsence', ${oneOf(...['sick-leave-not-in-portal', 'nothing-planned-that-day'].map(text))},
         case when ${chance(0.8)} then w.order_id when ${chance(0.5)} then uuidv7() end, 'r'
       from world w cross join generate_series(1, 2)`,
  // Some moved to another municipality within their course.
  `insert into order_amendments (id, order_id, jobcenter_id, amended_at, reason, before, after, amended_by)
     select uuidv7(), order_id, jobcenter_id, (start_date + 20) + time '10:00', 'r', jsonb_build_object('residenceMunicipality', municipality),
         '{"residenceMunicipality": "0155"}', '{}' from world where luck > 0.8`,
  `update orders o set residence_municipality = '0155' from world w where w.order_id = o.id and w.luck > 0.8`,
  // What is undone again has to be gone from the cells too.
  `delete from planned_days p using world w where w.order_id = p.order_id and p.date > '2026-03-20' and ${chance(0.2)}`,
  `update orders o set target_group = 'rehabilitation' from world w where w.order_id = o.id and w.luck between 0.6 and 0.65`,
]

/**
 * Writes orders by chance, with all that compliance counts of them, past the rules and through the tables' triggers alone. The
 * same seed makes the same world but for its ids.
 */
export const randomWorld = async (database: Pick<TestDatabase, 'sql'>, seed: number, orders = 60): Promise<void> => {
  await database.sql(`select setseed(${seed})`)
  // One statement of many, so that all of it runs on one connection.
  await database.sql(`begin; select setseed(${seed}); ${statements(orders).join(';\n')}; drop table world; commit`)
}
