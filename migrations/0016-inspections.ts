import { type Kysely, sql } from 'kysely'

/** Inspections of suppliers and of a municipality's courses: what was drawn from what, and what was found. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table inspections (
      id uuid primary key,
      -- the auditor or administration that drew it
      organisation_id uuid not null references organisations,
      client_id text not null,
      request_id text not null,
      -- of what: a supplier's courses, or those of one municipality's citizens over all suppliers
      supplier_id uuid references organisations,
      residence_municipality text,
      check ((supplier_id is null) <> (residence_municipality is null)),
      seed text not null,
      -- a person who gives a seed can try seeds first; the portal's cannot be known before the draw
      seed_given_by text not null check (seed_given_by in ('person', 'portal')),
      running_asked integer not null check (running_asked >= 0),
      ended_asked integer not null check (ended_asked >= 0),
      -- the local day of the drawing, and the first day on which a course may have ended to be among those drawn from
      drawn_on date not null,
      ended_from date not null,
      drawn_at timestamptz(3) not null,
      drawn_by jsonb not null,
      -- over the ids that were drawn from, in their order, with commas between: whether a later population is the same one
      population_sha256 bytea not null,
      -- how many courses there were to draw from: who sees a part of them is told so, and not what was asked of the whole
      population integer not null check (population >= courses),
      -- how many courses were drawn; who sees all of them conducts the inspection
      courses integer not null check (courses > 0),
      closed_at timestamptz(3),
      closed_by jsonb,
      -- [{ orderId?, controlPoint?, reason }]: what was not judged, and why; names no citizen
      not_judged jsonb not null default '[]',
      check ((closed_at is null) = (closed_by is null)),
      -- whose citizens the drawer could draw, sorted; null: everybody's
      drawn_among text[],
      -- A draw that was made by mistake is kept and counts for nothing. The reason names no citizen.
      discarded_at timestamptz(3),
      discarded_by jsonb,
      discard_reason text,
      check ((discarded_at is null) = (discarded_by is null) and (discarded_at is null) = (discard_reason is null)),
      check (closed_at is null or discarded_at is null),
      version integer not null default 1
    );
    create index inspections_of_supplier on inspections (supplier_id, id);
    create index inspections_of_municipality on inspections (residence_municipality, id) where residence_municipality is not null;
    create index inspections_by_day on inspections (drawn_on, id);

    -- The strata by municipality, so that each auditor reads the sizes of its own part.
    create table inspection_strata (
      inspection_id uuid not null references inspections,
      phase text not null check (phase in ('running', 'ended')),
      framework_agreement_id uuid not null,
      target_group text not null,
      residence_municipality text not null,
      population integer not null check (population > 0),
      drawn integer not null check (drawn between 0 and population),
      primary key (inspection_id, phase, framework_agreement_id, target_group, residence_municipality)
    );

    -- The drawn courses with what the order said then.
    create table inspection_courses (
      inspection_id uuid not null references inspections,
      order_id uuid not null references orders,
      order_number text not null,
      phase text not null check (phase in ('running', 'ended')),
      supplier_id uuid not null,
      framework_agreement_id uuid not null,
      target_group text not null,
      residence_municipality text not null,
      primary key (inspection_id, order_id)
    );
    create index inspection_courses_of_order on inspection_courses (order_id);

    -- What an inspector found at one control point of one course; the latest version stands.
    create table inspection_findings (
      inspection_id uuid not null,
      order_id uuid not null,
      control_point text not null,
      version integer not null check (version > 0),
      organisation_id uuid not null references organisations,
      -- withdrawn: nothing stands at the point from then on, until something is found again
      outcome text not null check (outcome in ('in-order', 'irregularity', 'not-applicable', 'withdrawn')),
      severity integer check (severity between 1 and 3),
      check (severity is null or outcome = 'irregularity'),
      note_cipher bytea,
      note_key text,
      check ((note_cipher is null) = (note_key is null)),
      visited_on date,
      -- what the registers said when it was recorded: { outcome, because }; null at points that are judged on site
      proposed jsonb,
      registered_by jsonb not null,
      registered_at timestamptz(3) not null,
      client_id text not null,
      request_id text not null,
      primary key (inspection_id, order_id, control_point, version),
      foreign key (inspection_id, order_id) references inspection_courses
    );
  `.execute(db)

  for (const table of ['inspections', 'inspection_strata', 'inspection_courses', 'inspection_findings']) {
    await sql
      .raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy migration on ${table} for all to current_user using (true) with check (true);
      grant select, insert on ${table} to portal_application;
    `)
      .execute(db)
  }
  await sql`
    -- Whether the caller draws the inspection in this very transaction. A function, since policies that ask each other recurse.
    create function portal_draws_inspection(of_inspection uuid) returns boolean
      language sql stable security definer set search_path = pg_catalog, public, pg_temp
      as $$ select exists (select 1 from inspections i where i.id = of_inspection and i.organisation_id = portal_organisation()
              and i.xmin = pg_current_xact_id()::xid) $$;
    revoke all on function portal_draws_inspection(uuid) from public;
    grant execute on function portal_draws_inspection(uuid) to portal_application;
  `.execute(db)
  for (const table of ['inspection_strata', 'inspection_courses']) {
    await sql
      .raw(`
      create policy inspectors on ${table} for select to portal_application
        using ((select portal_audits_everyone()) or (select portal_is('administrator'))
          or residence_municipality = any ((select portal_audited_municipalities())::text[]));
      -- Drawn with the inspection, and never added to.
      create policy drawn on ${table} for insert to portal_application
        with check (((select portal_audits_everyone()) or (select portal_is('administrator'))
            or residence_municipality = any ((select portal_audited_municipalities())::text[]))
          and portal_draws_inspection(inspection_id));
    `)
      .execute(db)
  }
  await sql`
    create policy inspectors on inspections for select to portal_application
      using ((select portal_audits_everyone()) or (select portal_is('administrator'))
        or (organisation_id = portal_organisation() and (select portal_is('auditor')))
        -- Of others' draws those in which a citizen of its own was drawn; to be among those drawn from is not enough.
        or exists (select 1 from inspection_courses c where c.inspection_id = inspections.id));
    create policy drawn on inspections for insert to portal_application
      with check (organisation_id = portal_organisation()
        and ((select portal_is('auditor')) or (select portal_is('administrator'))));
    create policy closed on inspections for update to portal_application
      using ((select portal_is('auditor'))) with check ((select portal_is('auditor')));
    -- The administration conducts none; it discards what it drew itself.
    create policy discarded on inspections for update to portal_application
      using ((select portal_is('administrator')) and organisation_id = portal_organisation())
      with check ((select portal_is('administrator')) and organisation_id = portal_organisation() and closed_at is null);
    -- An inspection is closed or discarded, and nothing else of it changes.
    grant update (closed_at, closed_by, not_judged, discarded_at, discarded_by, discard_reason, version) on inspections
      to portal_application;

    create policy inspectors on inspection_findings for select to portal_application
      using (exists (select 1 from inspection_courses c
        where c.inspection_id = inspection_findings.inspection_id and c.order_id = inspection_findings.order_id));
    create policy found on inspection_findings for insert to portal_application
      with check (organisation_id = portal_organisation() and (select portal_is('auditor'))
        and exists (select 1 from inspection_courses c
          where c.inspection_id = inspection_findings.inspection_id and c.order_id = inspection_findings.order_id));

    -- What is closed or discarded stays as it is, whoever writes.
    create function inspections_stay_ended() returns trigger language plpgsql as $$
    begin
      if old.closed_at is not null or old.discarded_at is not null then
        raise exception using errcode = '42501', message = 'an inspection that is closed or discarded stays as it is';
      end if;
      return new;
    end $$;
    create trigger stay_ended before update on inspections for each row execute function inspections_stay_ended();
    create function findings_end_with_the_inspection() returns trigger language plpgsql as $$
    begin
      if exists (select 1 from inspections where id = new.inspection_id and (closed_at is not null or discarded_at is not null)) then
        raise exception using errcode = '42501', message = 'an inspection that is closed or discarded stays as it is';
      end if;
      return new;
    end $$;
    create trigger end_with_the_inspection before insert on inspection_findings
      for each row execute function findings_end_with_the_inspection();

    -- The courses that an inspection can be drawn from, to whoever may draw one: an auditor of their citizens, or the
    -- administration, which reads no orders and learns their ids and terms here alone. Running: begun, and not ended or
    -- cancelled. Ended: on a day from one to another, those that never started among them (section 7's procedure is inspected).
    create function portal_inspectable_courses(of_supplier uuid, of_municipality text, on_day date, ended_from date)
      returns table (order_id uuid, order_number text, phase text, supplier_id uuid, framework_agreement_id uuid,
        target_group text, residence_municipality text)
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
        select o.id, o.order_number, case when o.status = 'approved' then 'running' else 'ended' end, o.supplier_id,
               o.framework_agreement_id, o.target_group, o.residence_municipality
          from orders o
         where (of_supplier is null or o.supplier_id = of_supplier)
           and (of_municipality is null or o.residence_municipality = of_municipality)
           and (of_supplier is not null or of_municipality is not null)
           and o.approved_at is not null
           and ((o.status = 'approved' and o.start_date <= on_day)
             or (o.status = 'ended' and o.ended_on between ended_from and on_day))
           and ((select portal_is('administrator')) or (select portal_audits_everyone())
             or o.residence_municipality = any ((select portal_audited_municipalities())::text[])) $$;
    revoke all on function portal_inspectable_courses(uuid, text, date, date) from public;
    grant execute on function portal_inspectable_courses(uuid, text, date, date) to portal_application;
  `.execute(db)
}
