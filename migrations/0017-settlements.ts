import { type Kysely, sql } from 'kysely'
import { municipalityOn } from './municipality/on-the-day.ts'

/** The monthly settlement between municipalities (000), as it was told, and what results are counted from (004). */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    -- Whom a municipality's settlement is for: the administration, who audits its citizens, and its own benefits office.
    create function portal_settles(of_municipality text) returns boolean language sql stable parallel safe
      as $$ select portal_is('administrator') or portal_audits_everyone()
                or coalesce(of_municipality = any (portal_audited_municipalities()), false)
                or exists (select 1 from organisations where id = portal_organisation() and 'benefits-office' = any (kinds)
                             and copies_for_municipality = of_municipality) $$;

    -- A settlement as it was first told under its instant. Told again it is read from here: a record that had arrived by
    -- then and was committed later (an import runs for minutes) would else change it.
    create table settlements (
      id uuid primary key,
      municipality text not null check (municipality ~ '^\\d{4}$'),
      month text not null check (month ~ '^\\d{4}-\\d{2}$'),
      as_of timestamptz(3) not null,
      -- of the lines; equal ones are kept once, under the settlement that had them first
      sha256 bytea not null,
      lines_of uuid not null references settlements,
      organisation_id uuid not null references organisations,
      client_id text not null,
      request_id text not null,
      counted_at timestamptz(3) not null,
      unique (municipality, month, as_of)
    );
    create index settlements_of_month on settlements (municipality, month, sha256) where lines_of = id;
    create index on settlements (lines_of);

    -- Names and prices as they stood when it was counted. No name and no CPR number of the citizen.
    create table settlement_lines (
      settlement_id uuid not null references settlements,
      position integer not null,
      citizen_id uuid not null,
      order_id uuid not null,
      order_number text not null,
      supplier_id uuid not null,
      supplier_name text not null,
      supplier_kind text not null,
      jobcenter_id uuid not null,
      framework_agreement_id uuid not null,
      agreement_title text not null,
      unit_price_oere bigint not null,
      first_day date not null,
      last_day date not null,
      days integer not null,
      delivered_minutes integer not null,
      after_end_minutes integer not null,
      amount_oere bigint not null,
      protocol_version integer,
      protocol_submitted_at timestamptz(3),
      protocol_incomplete boolean,
      protocol_outdated boolean,
      primary key (settlement_id, position)
    );
    create index on settlement_lines (citizen_id);

    alter table settlements enable row level security;
    alter table settlements force row level security;
    create policy readers on settlements for select to portal_application using (portal_settles(municipality));
    create policy first_told on settlements for insert to portal_application
      with check (portal_settles(municipality) and organisation_id = portal_organisation());
    create policy migration on settlements for all to current_user using (true) with check (true);

    alter table settlement_lines enable row level security;
    alter table settlement_lines force row level security;
    create policy of_settlement on settlement_lines for select to portal_application
      using (settlement_id in (select s.id from settlements s));
    create policy first_told on settlement_lines for insert to portal_application
      with check (settlement_id in (select s.id from settlements s where s.organisation_id = portal_organisation()));
    create policy migration on settlement_lines for all to current_user using (true) with check (true);
    grant select, insert on settlements, settlement_lines to portal_application;
  `.execute(db)
  await settlement(db)
  await results(db)
}

/**
 * 000: what was delivered to citizens while they lived in the municipality. Past row-level security, since a benefits office
 * sees no attendance (sickness stands in it, § 9) and an order of somebody who moved away is no longer the municipality's:
 * sums of delivered minutes alone, and the keyed CPR numbers of a settlement that was told.
 */
const settlement = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function portal_count_settlement(of_municipality text, from_day date, to_day date, as_of timestamptz)
    returns table (citizen_id uuid, order_id uuid, order_number text, supplier_id uuid, supplier_name text, supplier_kind text,
      jobcenter_id uuid, framework_agreement_id uuid, agreement_title text, unit_price_oere bigint, first_day date, last_day date,
      days integer, delivered_minutes integer, after_end_minutes integer, protocol_version integer,
      protocol_submitted_at timestamptz, protocol_incomplete boolean, protocol_outdated boolean)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      with candidate as materialized (
        select o.id from orders o
         where o.residence_municipality = of_municipality and o.approved_at is not null and portal_settles(of_municipality)
        union
        select a.order_id from order_amendments a
         where a.before ->> 'residenceMunicipality' = of_municipality and portal_settles(of_municipality)
      ), recorded as (
        -- of each day the version that stood
        select distinct on (v.order_id, v.date) v.order_id, v.date, v.entries, v.recorded_at
          from candidate c join attendance_day_versions v on v.order_id = c.id
         where v.date between from_day and to_day and v.recorded_at <= as_of
         order by v.order_id, v.date, v.version desc
      ), delivered as (
        select r.order_id, r.date, r.recorded_at,
            (select coalesce(sum((e ->> 'attendedMinutes')::integer), 0) from jsonb_array_elements(r.entries) as e) as minutes
          from recorded r join orders o on o.id = r.order_id
         where of_municipality = ${sql.raw(municipalityOn('r.date', 'as_of'))}
      ), line as (
        select d.order_id, min(d.date) as first_day, max(d.date) as last_day, count(*)::integer as days,
            sum(d.minutes)::integer as minutes, max(d.recorded_at) as recorded_at,
            coalesce(sum(d.minutes) filter (where o.ended_at <= as_of and d.date > o.ended_on), 0)::integer as after_end
          from delivered d join orders o on o.id = d.order_id
         where d.minutes > 0 group by d.order_id
      )
      select o.citizen_id, o.id, o.order_number, o.supplier_id, s.name, coalesce(s.supplier_kind, 'external'), o.jobcenter_id, o.framework_agreement_id,
          a.title, a.unit_price_oere, l.first_day, l.last_day, l.days, l.minutes, l.after_end, p.version, p.submitted_at,
          p.incomplete, l.recorded_at > p.submitted_at
        from line l join orders o on o.id = l.order_id
        join organisations s on s.id = o.supplier_id
        join framework_agreements a on a.id = o.framework_agreement_id
        left join lateral (
          select v.version, v.submitted_at, v.incomplete from protocol_versions v
           where v.order_id = l.order_id and v.month = to_char(from_day, 'YYYY-MM') and v.submitted_at <= as_of
           order by v.version desc limit 1) p on true
       order by o.citizen_id, o.order_number
    $$;

    create function portal_settlement_numbers(of_settlement uuid) returns table (citizen_id uuid, cpr_cipher bytea, cpr_key text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select c.id, c.cpr_cipher, c.cpr_key from citizens c
       where c.id in (select l.citizen_id from settlement_lines l join settlements s on s.id = l.settlement_id
                       where s.id = of_settlement and portal_settles(s.municipality))
    $$;
    revoke all on function portal_count_settlement, portal_settlement_numbers from public;
    grant execute on function portal_count_settlement, portal_settlement_numbers to portal_application;
  `.execute(db)
}

/**
 * 004: courses by the day on which they began, and the milestones of each. Past row-level security, whose policies would ask
 * for every milestone's order anew; who may read, and of which municipality, is asked once.
 */
const results = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create index orders_begun on orders (first_attended_on) include (id, supplier_id, jobcenter_id, framework_agreement_id,
      target_group, effort_group, residence_municipality) where first_attended_on is not null;
    create index orders_not_attended on orders (start_date) where first_attended_on is null;
    create index milestones_that_stand on milestones (order_id) include (milestone, reached_on) where withdrawn_at is null;

    -- Not granted to anybody; its owner reads it in the functions below. A course begins with the first attended day. Ours: one
    -- of a group without the first-meeting procedure, and one that has attendance and no first meeting, on its first date.
    create view courses_begun as
      select o.id, o.supplier_id, o.jobcenter_id, o.framework_agreement_id, o.target_group, o.effort_group,
          o.residence_municipality, o.first_attended_on as begun_on
        from orders o where o.first_attended_on is not null
      union all
      select o.id, o.supplier_id, o.jobcenter_id, o.framework_agreement_id, o.target_group, o.effort_group,
          o.residence_municipality, o.start_date
        from orders o
       where o.first_attended_on is null and o.status in ('approved', 'ended')
         and (o.course_status in ('attending', 'ended') or (o.course_status <> 'never-started' and exists (
           select from code_values v where v.set_name = 'target-groups' and v.code = o.target_group and v.valid_from <= o.start_date
             and (v.valid_to is null or v.valid_to >= o.start_date) and v.attributes -> 'firstMeetingProcedure' = 'false'::jsonb)));

    -- Which of the courses the caller may count and asks for, as a condition on c and s. Put together as text, so that what was
    -- not asked for costs nothing with each course; names come from the list here, values are quoted. Not granted to anybody.
    create function portal_results_asked(asked jsonb) returns text
    language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
    declare
      condition text := '';
      one record;
    begin
      if portal_is('administrator') or portal_audits_everyone() then
        condition := 'true';
      else
        condition := format('c.residence_municipality = any (%L::text[])', coalesce(portal_audited_municipalities(), '{}'));
      end if;
      for one in
        select f.expression, asked ->> f.name as value from (values
            ('supplierId', 'c.supplier_id'), ('supplierKind', 's.supplier_kind'), ('jobcenterId', 'c.jobcenter_id'),
            ('frameworkAgreementId', 'c.framework_agreement_id'), ('targetGroup', 'c.target_group'),
            ('effortGroup', 'coalesce(c.effort_group, ''none'')'), ('residenceMunicipality', 'c.residence_municipality')
          ) as f (name, expression) where asked ->> f.name is not null
      loop
        condition := condition || format(' and %s = %L', one.expression, one.value);
      end loop;
      return condition;
    end $$;

    -- Of each group and horizon: courses, and those whose weeks are over; and of each milestone those that reached it in time.
    -- Groups by their keys (what has none comes last) after those of \`after\`, at most so many; and all together, without keys.
    create function portal_results(from_day date, to_day date, today date, by text[], asked jsonb, horizons integer[],
      after text[], most integer)
    returns table (keys text[], milestone text, weeks integer, courses integer, past integer)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set work_mem = '64MB' set jit = off
    set enable_sort = off set enable_mergejoin = off as $$
    declare
      days constant integer[] := array(select 7 * h from unnest(horizons) as h order by h);
      condition constant text := portal_results_asked(asked);
      first_orders uuid[];
      last_orders uuid[];
      -- the asked columns: what they are called, made from what, all eight places of the keys, and what \`after\` has of them
      names text;
      named text;
      places text;
      begun_after text;
      -- how many of the horizons are over, and how many were before the milestone was reached
      over text := '';
      missed text := '';
    begin
      select string_agg(format('k%s', g.place), ', ' order by g.place) filter (where g.grouped),
          string_agg(format('%s as k%s', g.expression, g.place), ', ' order by g.place) filter (where g.grouped),
          string_agg(case when g.grouped then format(g.told, 't.k' || g.place)
            when g.name = any (by) then '(select s.supplier_kind from organisations s where s.id = t.k1)' else 'null' end, ', ' order by g.place),
          string_agg(format(g.again, format('$5[%s]', g.place)), ', ' order by g.place) filter (where g.grouped)
        into names, named, places, begun_after
        -- A supplier's kind follows from the supplier, which costs less than grouping by both.
        from (select *, v.name = any (by) and (v.name <> 'supplierKind' or not 'supplier' = any (by)) as grouped from (values
          (1, 'supplier', 'c.supplier_id', '%s::text', '%s::uuid'),
          (2, 'supplierKind', 'coalesce(s.supplier_kind, ''~'') collate "C"', 'nullif(%s, ''~'')', 'coalesce(%s, ''~'')'),
          (3, 'jobcenter', 'c.jobcenter_id', '%s::text', '%s::uuid'),
          (4, 'frameworkAgreement', 'c.framework_agreement_id', '%s::text', '%s::uuid'),
          (5, 'targetGroup', 'c.target_group collate "C"', '%s', '%s'),
          (6, 'effortGroup', 'coalesce(c.effort_group, ''none'') collate "C"', '%s', '%s'),
          (7, 'residenceMunicipality', 'c.residence_municipality collate "C"', '%s', '%s'),
          (8, 'month', 'date_trunc(''month'', c.begun_on::timestamp)::date', 'to_char(%s, ''YYYY-MM'')', 'to_date(%s, ''YYYY-MM'')')
        ) as v (place, name, expression, told, again)) g;
      -- Spelled out: comparing with numbers costs a fifth of looking a day up in an array, and there are half a million.
      for place in 1 .. cardinality(days) loop
        over := over || format(' when c.begun_on >= %L::date then %s', today - days[place], place - 1);
        missed := missed || format(' when m.reached_on - c.begun_on <= %s then %s', days[place], place - 1);
      end loop;
      -- Ids grow with time, and orders of one period were made at about the same time. So their milestones lie together in the
      -- index, and what lies between the first and the last id of each few hours (24 bits of their milliseconds) is all that is
      -- read: a fifth of the milestones of five years. It follows from the join below, so it leaves nothing out.
      execute format($query$
        select array_agg(b.first_id), array_agg(b.last_id) from (
          select encode(min(uuid_send(c.id)), 'hex')::uuid as first_id, encode(max(uuid_send(c.id)), 'hex')::uuid as last_id
            from courses_begun c left join organisations s on s.id = c.supplier_id
           where c.begun_on between $1 and least($2, $3) and %s
           group by substr(uuid_send(c.id), 1, 3)) b
      $query$, condition) into first_orders, last_orders using from_day, to_day, today;
      return query execute format($query$
        with counted as materialized (
          select %1$s, case%5$s else cardinality($4) end as over, count(*) as n
            from courses_begun c
            -- "left": dropped where its kind is not asked for, and no harm to the estimates where it is
            left join organisations s on s.id = c.supplier_id
           where c.begun_on between $1 and least($2, $3) and %2$s
           group by %3$s, over
        ), reached as materialized (
          select %1$s, m.milestone, case%6$s else cardinality($4) end as missed, case%5$s else cardinality($4) end as over
            from unnest($7, $8) as b (first_id, last_id)
            cross join lateral (select * from milestones where withdrawn_at is null and order_id between b.first_id and b.last_id offset 0) m
            join courses_begun c on c.id = m.order_id
            left join organisations s on s.id = c.supplier_id
           where c.begun_on between $1 and least($2, $3) and %2$s
        ), shown as (
          select distinct %3$s from counted where ($5 is null or row(%3$s) > row(%7$s)) order by %3$s limit $6
        ), told as (
          select %3$s, true as is_group, null::text as milestone, 0 as missed, over, n from counted join shown using (%3$s)
          union all
          select %3$s, true, milestone, missed, over, count(*) from reached join shown using (%3$s) group by %3$s, milestone, missed, over
          union all
          select %8$s, false, null::text, 0, over, sum(n) from counted group by over
          union all
          select %8$s, false, milestone, missed, over, count(*) from reached group by milestone, missed, over
        )
        select case when t.is_group then array[%4$s]::text[] end, t.milestone, h.days / 7,
            coalesce(sum(t.n) filter (where t.missed < h.place), 0)::integer,
            coalesce(sum(t.n) filter (where t.missed < h.place and t.over >= h.place), 0)::integer
          from told t cross join unnest($4) with ordinality as h (days, place)
         group by %3$s, t.is_group, t.milestone, h.days
      $query$, named, condition, names, places, over, missed, begun_after, regexp_replace(names, 'k.', 'null', 'g'))
        using from_day, to_day, today, days, after, most, first_orders, last_orders;
    end $$;

    create function portal_result_cases(from_day date, to_day date, today date, asked jsonb, figure text, of_milestone text,
      of_weeks integer, after_id uuid, most integer)
    returns table (order_id uuid, order_number text, supplier_id uuid, supplier_name text, supplier_kind text, jobcenter_id uuid,
      framework_agreement_id uuid, target_group text, effort_group text, residence_municipality text, begun_on date,
      reached_on date, horizon_on date, citizen_id uuid)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off as $$
    declare
      in_time constant text := 'coalesce(m.reached_on <= c.begun_on + 7 * $4, false)';
      counts constant text := case figure
        when 'begun' then 'true'
        when 'past' then 'c.begun_on + 7 * $4 < $3'
        when 'underWay' then 'c.begun_on + 7 * $4 >= $3'
        when 'reached' then 'c.begun_on + 7 * $4 < $3 and ' || in_time
        when 'notReached' then 'c.begun_on + 7 * $4 < $3 and not ' || in_time
        when 'reachedUnderWay' then 'c.begun_on + 7 * $4 >= $3 and ' || in_time
        else 'false' end;
    begin
      return query execute format($query$
        with course as (
          select c.*, s.name, s.supplier_kind, m.reached_on
            from courses_begun c join organisations s on s.id = c.supplier_id
            left join milestones m on m.order_id = c.id and m.withdrawn_at is null and m.milestone = $5
           where c.begun_on between $1 and least($2, $3) and %s and (%s) and ($6 is null or c.id > $6)
           order by c.id limit $7
        )
        select c.id, o.order_number, c.supplier_id, c.name, c.supplier_kind, c.jobcenter_id, c.framework_agreement_id, c.target_group,
            c.effort_group, c.residence_municipality, c.begun_on, c.reached_on, c.begun_on + 7 * $4,
            o.citizen_id
          from course c join orders o on o.id = c.id order by c.id
      $query$, portal_results_asked(asked), counts) using from_day, to_day, today, of_weeks, of_milestone, after_id, most;
    end $$;
    revoke all on function portal_results_asked from public;
    revoke all on function portal_results, portal_result_cases from public;
    grant execute on function portal_results, portal_result_cases to portal_application;
  `.execute(db)
}
