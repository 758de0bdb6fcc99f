import { type Kysely, sql } from 'kysely'
import {
  asOwner,
  coarseDimensions,
  columnsOf,
  dimensions,
  localDate,
  municipalityOn,
  type Source,
  sources,
} from './facts.ts'
import { countedTables } from './touch.ts'

/** Counts what was touched anew, in bounded steps, by one at a time. */
export const counting = async (db: Kysely<unknown>): Promise<void> => {
  const daysOf = (source: Source): string => `
    delete from compliance_${source} c where c.span = 'day' and c.day = of_day and c.supplier_id = of_supplier;
    insert into compliance_${source} (span, day, supplier_id, ${dimensions}, ${columnsOf(source).join(', ')})
      select 'day', f.day, f.supplier_id, ${dimensions}, ${columnsOf(source)
        .map((column) => `sum(f.${column})`)
        .join(', ')}
        from compliance_${source}_facts f where f.supplier_id = of_supplier and f.day = of_day
        ${source === 'protocols' ? `and f.month = to_char(of_day, 'YYYY-MM')` : ''}
       group by f.day, f.supplier_id, ${dimensions};`
  const sums = (source: Source): string =>
    columnsOf(source)
      .map((column) => `sum(c.${column})`)
      .join(', ')
  const monthsOf = (source: Source): string => `
    delete from compliance_${source} c where c.span in ('month', 'coarse') and c.day = of_day and c.supplier_id = of_supplier;
    insert into compliance_${source} (span, day, supplier_id, ${dimensions}, ${columnsOf(source).join(', ')})
      select 'month', of_day, c.supplier_id, ${dimensions}, ${sums(source)}
        from compliance_${source} c
       where c.span = 'day' and c.supplier_id = of_supplier and c.day between of_day and (of_day + interval '1 month' - interval '1 day')::date
       group by c.supplier_id, ${dimensions};
    insert into compliance_${source} (span, day, supplier_id, ${coarseDimensions}, ${columnsOf(source).join(', ')})
      select 'coarse', of_day, c.supplier_id, ${coarseDimensions}, ${sums(source)}
        from compliance_${source} c where c.span = 'month' and c.supplier_id = of_supplier and c.day = of_day
       group by c.supplier_id, ${coarseDimensions};`
  const each = (statements: (source: Source) => string): string =>
    `case of_source ${sources.map((source) => `when '${source}' then ${statements(source)}`).join('\n')} end case;`
  await sql
    .raw(`
    -- A day of a supplier in both registers: what src/rules/protocol/reconcile.ts says of it, less what may still be recorded.
    create function portal_count_differences(of_supplier uuid, of_day date) returns void ${asOwner} as $$
    declare
      away uuid[];
    begin
      delete from register_differences d where d.supplier_id = of_supplier and d.day = of_day;
      away := array(
        select a.citizen_id from absences a where a.supplier_id = of_supplier and a.date = of_day and a.withdrawn_at is null
        union
        select r.citizen_id from planned_days p join attendance_days r on r.order_id = p.order_id and r.date = p.date
         where p.supplier_id = of_supplier and p.date = of_day and r.unauthorised_minutes > 0);
      if cardinality(away) = 0 then
        return;
      end if;
      insert into register_differences (supplier_id, day, order_id, residence_municipality, because, minutes)
        select of_supplier, of_day, o.id, ${municipalityOn('of_day')},
            case when c.owed > 0 then 'absence-not-registered' else 'registration-not-in-protocol' end,
            greatest(c.owed, c.unfound)
          from portal_both_registers(of_supplier, away, array_fill(of_day, array[cardinality(away)])) r
          cross join lateral (select coalesce(r.absent_minutes, 0) - r.unauthorised_minutes as beyond,
            greatest(least(coalesce(r.absent_minutes, 0), r.own_idle_minutes), coalesce(r.absent_minutes, 0) - r.running_minutes, 0) as idle) b
          cross join lateral (select greatest(0, -b.beyond) as owed,
            greatest(0, b.beyond - (case r.absence_reason when 'non-participation' then r.attended_minutes else 0 end)
              - r.leave_minutes - least(b.idle, r.not_started_minutes)
              - least(b.idle - least(b.idle, r.not_started_minutes), r.ended_minutes) - r.unrecorded_minutes) as unfound) c
          left join absences a on a.supplier_id = of_supplier and a.citizen_id = r.citizen_id and a.date = of_day
            and a.withdrawn_at is null
          cross join lateral (select coalesce(a.order_id, (select t.order_id from attendance_days t
            where t.citizen_id = r.citizen_id and t.supplier_id = of_supplier and t.date = of_day and t.unauthorised_minutes > 0
            order by t.order_id limit 1)) as id) x
          join orders o on o.id = x.id
         where c.owed > 0 or c.unfound > 0;
    end $$;
    create function portal_count_days(of_source text, of_supplier uuid, of_day date) returns void ${asOwner}
      set enable_seqscan = off set jit = off as $$
    begin
      ${each(daysOf)}
    end $$;
    create function portal_count_months(of_source text, of_supplier uuid, of_day date) returns void ${asOwner}
      set enable_seqscan = off set jit = off as $$
    begin
      ${each(monthsOf)}
    end $$;

    -- Counts at most so many touched cells anew, for a few seconds (what is left then is named again), and says how many there
    -- were, and whether those were all; nothing while another one counts. What was touched is committed and so is what it was
    -- about: each statement sees both. A write that commits later names its cells then: so the figures are fresh as of \`at\`
    -- (business time, before this began) or as of before the first write of whoever is still writing, if that is earlier. Who writes
    -- holds a lock on the table until the end, which is looked for before anything is counted.
    create function portal_refresh_compliance(most integer, at timestamptz, lock_number bigint, out cells integer, out drained boolean)
      ${asOwner} as $$
    declare
      began constant timestamptz := clock_timestamp();
      writing text[];
      sources text[];
      suppliers uuid[];
      days date[];
      one record;
    begin
      if not pg_try_advisory_xact_lock(lock_number) then
        return;
      end if;
      writing := array(select distinct l.virtualtransaction from pg_locks l
        where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted and l.pid is distinct from pg_backend_pid()
          and l.database = (select d.oid from pg_database d where d.datname = current_database())
          and l.relation = any (array[${countedTables()
            .map((table) => `'${table}'`)
            .join(', ')}]::regclass[]::oid[]));
      delete from compliance_writers w where w.virtual_transaction <> all (writing);
      insert into compliance_writers (virtual_transaction, since)
        select w, f.looked_at from unnest(writing) w cross join compliance_freshness f on conflict do nothing;
      update compliance_freshness set looked_at = at;
      with redefined as (delete from compliance_redefined returning *)
      insert into compliance_touched (source, supplier_id, day)
        select distinct 'attendance', c.supplier_id, c.day from redefined r
          join compliance_attendance c on c.span = 'day' and c.target_group = r.target_group
        union
        select 'refusals', f.organisation_id, ${localDate('f.arrived_at')} from redefined r
          join refusals f on f.organisation_id = r.organisation_id;
      with known as materialized (select distinct source, supplier_id, day from compliance_touched limit most + 1),
        taken as materialized (select * from known limit most),
        gone as (delete from compliance_touched t using taken k
          where t.source = k.source and t.supplier_id = k.supplier_id and t.day = k.day)
      select coalesce(array_agg(k.source), '{}'), array_agg(k.supplier_id), array_agg(k.day), (select count(*) from known) <= most
        into sources, suppliers, days, drained from taken k;
      cells := cardinality(sources);
      for place in 1 .. cells loop
        if sources[place] in ('absences', 'attendance') then
          perform portal_count_differences(suppliers[place], days[place]);
          perform portal_count_days('differences', suppliers[place], days[place]);
        end if;
        perform portal_count_days(sources[place], suppliers[place], days[place]);
        if place < cells and clock_timestamp() > began + interval '2 seconds' then
          insert into compliance_touched (source, supplier_id, day)
            select * from unnest(sources[place + 1 :], suppliers[place + 1 :], days[place + 1 :]);
          cells := place;
          drained := false;
          exit;
        end if;
      end loop;
      for one in
        select distinct x.source, u.supplier, date_trunc('month', u.day)::date as month
          from unnest(sources[: cells], suppliers[: cells], days[: cells]) as u (source, supplier, day)
          cross join lateral (values (u.source), (case when u.source in ('absences', 'attendance') then 'differences' end)) x (source)
         where x.source is not null
      loop
        perform portal_count_months(one.source, one.supplier, one.month);
      end loop;
      if drained and not exists (select from compliance_writers w where w.since is null) then
        update compliance_freshness set fresh_as_of = least(at, (select min(w.since) from compliance_writers w));
      end if;
    end $$;
    -- How far the figures are behind: up to when they are fresh, and how often cells were named since.
    create function portal_compliance_backlog(out fresh_as_of timestamptz, out touched bigint) ${asOwner} as $$
    begin
      select f.fresh_as_of, (select count(*) from compliance_touched) into fresh_as_of, touched from compliance_freshness f;
    end $$;

    -- For new definitions: names every cell of a supplier in a period as touched.
    create function portal_touch_compliance(of_supplier uuid, from_day date, to_day date) returns void ${asOwner} as $$
    begin
      insert into compliance_touched (source, supplier_id, day)
        select s, of_supplier, d::date
          from unnest(array[${sources
            .filter((source) => source !== 'differences')
            .map((source) => `'${source}'`)
            .join(', ')}]) s, generate_series(from_day, to_day, interval '1 day') d
         where s <> 'protocols' or date_trunc('month', d + interval '1 day') > date_trunc('month', d);
    end $$;
    -- Each supplier with the days between which anything of it can be counted, by the ends of indexes.
    create function portal_compliance_extent() returns table (supplier_id uuid, from_day date, to_day date) ${asOwner} as $$
    begin
      return query
        select s.id, least(
            (select min(o.start_date) from orders o where o.supplier_id = s.id), (select min(b.due_on) from obligations b where b.supplier_id = s.id),
            (select min(p.date) from planned_days p where p.supplier_id = s.id),
            (select min(${localDate('f.arrived_at')}) from refusals f where f.organisation_id = s.id)),
          (date_trunc('month', greatest(
            (select max(o.start_date) from orders o where o.supplier_id = s.id), (select max(b.due_on) from obligations b where b.supplier_id = s.id),
            (select max(p.date) from planned_days p where p.supplier_id = s.id),
            (select max(${localDate('f.arrived_at')}) from refusals f where f.organisation_id = s.id),
            (select max(${localDate('c.created_at')}) from contact_requests c where c.supplier_id = s.id),
            (select max(m.met_on) from first_meeting_outcomes m where m.supplier_id = s.id))) + interval '1 month' - interval '1 day')::date
          -- also of those that are no suppliers any more
          from organisations s;
    end $$;
    revoke all on function portal_count_differences, portal_count_days, portal_count_months, portal_refresh_compliance,
      portal_compliance_backlog, portal_touch_compliance, portal_compliance_extent from public;
    grant execute on function portal_refresh_compliance, portal_compliance_backlog, portal_touch_compliance,
      portal_compliance_extent to portal_worker;
  `)
    .execute(db)
}
