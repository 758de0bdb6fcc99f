import { type Kysely, sql } from 'kysely'

/** Duties with a deadline, the calendar's closing days, and the sandbox's clock. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table closing_days (
      id uuid primary key,
      -- a single date, or every year on that day and month
      date date,
      month_day text check (month_day ~ '^\\d{2}-\\d{2}$'),
      label_da text not null,
      label_en text not null,
      valid_from date not null,
      valid_to date,
      created_at timestamptz(3) not null default now(),
      check ((date is null) <> (month_day is null))
    );

    -- One row per duty. Whether it is open, overdue, met or met late follows from the instants; nothing has to be kept in step.
    create table obligations (
      id uuid primary key,
      kind text not null,
      order_id uuid not null references orders,
      supplier_id uuid not null,
      jobcenter_id uuid not null,
      citizen_id uuid not null,
      -- Set by a trigger, by the day on which the duty is due or settled (0008).
      residence_municipality text not null default '',
      target_group text not null,
      -- what the duty is about: a month, a week's end, an absence, a contact request; with the kind and order, once
      subject text not null,
      opened_at timestamptz(3) not null,
      opened_because text not null,
      due_on date not null,
      -- the end of due_on in Copenhagen
      due_at timestamptz(3) not null,
      original_due_on date not null,
      -- of one that was opened late, since when the authority made it possible; null: always (0015)
      possible_from timestamptz(3),
      met_at timestamptz(3),
      met_by text,
      days_late integer,
      working_days_late integer,
      waived_at timestamptz(3),
      waived_because text,
      due_soon_told_at timestamptz(3),
      overdue_told_at timestamptz(3),
      version integer not null default 1,
      unique (order_id, kind, subject),
      check (met_at is null or waived_at is null)
    );
    create index obligations_of_supplier on obligations (supplier_id, id);
    create index obligations_of_jobcenter on obligations (jobcenter_id, id);
    create index obligations_of_municipality on obligations (residence_municipality, id);
    -- A page of what is due from or until a day, however little that is.
    create index obligations_of_supplier_by_day on obligations (supplier_id, due_on);
    create index obligations_of_jobcenter_by_day on obligations (jobcenter_id, due_on);
    create index obligations_open on obligations (due_at) where met_at is null and waived_at is null;
    -- What the deadline job has still to tell; it looks every few seconds.
    create index obligations_due_soon_untold on obligations (due_at)
      where met_at is null and waived_at is null and due_soon_told_at is null;
    create index obligations_overdue_untold on obligations (due_at)
      where met_at is null and waived_at is null and overdue_told_at is null;

    -- The date of a duty that is opened again: the new one, or the one that was agreed before, where that is later. Whatever
    -- opens duties again asks it.
    create function portal_due_when_reopened(wanted date, standing_due_on date, standing_original date) returns date
      language sql immutable parallel safe
      return greatest(wanted, case when standing_due_on <> standing_original then standing_due_on end);

    -- Each agreed extension, with both dates (§ 3).
    create table obligation_extensions (
      id uuid primary key,
      obligation_id uuid not null references obligations,
      jobcenter_id uuid not null,
      supplier_id uuid not null,
      from_due_on date not null,
      to_due_on date not null,
      reason text not null,
      agreed_by jsonb not null,
      agreed_at timestamptz(3) not null
    );
    create index on obligation_extensions (obligation_id);

    -- How far the sandbox's clock stands from the real one; used where PORTAL_SANDBOX is true, which production refuses.
    create table sandbox_clock (
      only_row boolean primary key default true check (only_row),
      ahead_ms bigint not null
    );
    insert into sandbox_clock (ahead_ms) values (0);
  `.execute(db)
  await sql`
    alter table closing_days enable row level security;
    alter table closing_days force row level security;
    create policy everyone on closing_days for select to portal_application, portal_worker using (true);
    create policy administration on closing_days for all to portal_application
      using ((select portal_is('administrator'))) with check ((select portal_is('administrator')));
    create policy migration on closing_days for all to current_user using (true) with check (true);

    alter table obligations enable row level security;
    alter table obligations force row level security;
    create policy supplier on obligations for all to portal_application
      using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
    create policy jobcenter on obligations for all to portal_application
      using (jobcenter_id = portal_organisation()) with check (jobcenter_id = portal_organisation());
    create policy benefits_office on obligations for all to portal_application
      using ((select portal_is('benefits-office'))
        -- spares the look at the order for groups that somebody else decides on
        and target_group in (select p.target_group from routing_policies p where p.recipient_id = portal_organisation())
        -- as a value: an "exists" is turned into a list of all orders (209,000 buffers for a page at 100,000 orders)
        and coalesce((select true from orders o where o.id = order_id), false))
      with check ((select portal_is('benefits-office')) and exists (select 1 from orders o where o.id = order_id));
    create policy auditor on obligations for select to portal_application
      using ((select portal_audits_everyone())
        or residence_municipality = any ((select portal_audited_municipalities())::text[]));
    create policy migration on obligations for all to current_user using (true) with check (true);
    create policy worker on obligations for all to portal_worker using (true) with check (true);

    alter table obligation_extensions enable row level security;
    alter table obligation_extensions force row level security;
    create policy jobcenter on obligation_extensions for all to portal_application
      using (jobcenter_id = portal_organisation()) with check (jobcenter_id = portal_organisation());
    create policy of_obligation on obligation_extensions for select to portal_application
      using (exists (select 1 from obligations o where o.id = obligation_id));
    create policy migration on obligation_extensions for all to current_user using (true) with check (true);

    grant select, insert, update on closing_days, obligations to portal_application;
    grant select, insert on obligation_extensions to portal_application;
    grant select, update on sandbox_clock to portal_application;
    grant select, insert, update on obligations to portal_worker;
    grant select on closing_days, sandbox_clock to portal_worker;

    insert into closing_days (id, month_day, label_da, label_en, valid_from) values
      ('01890000-0000-7000-8000-0000000e0001', '06-05', 'Grundlovsdag', 'Constitution Day', '2010-01-01'),
      ('01890000-0000-7000-8000-0000000e0002', '12-24', 'Juleaftensdag', 'Christmas Eve', '2010-01-01'),
      ('01890000-0000-7000-8000-0000000e0003', '12-31', 'Nytårsaftensdag', 'New Year''s Eve', '2010-01-01');
  `.execute(db)
}
