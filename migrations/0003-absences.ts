import { type Kysely, sql } from 'kysely'

/**
 * Absence registrations, who may read them, and the record of refused ones.
 *
 * Tables on the hot path do not reference organisations: the reference would make every registration of a supplier lock
 * that supplier's one row (a shared lock that many transactions hold at once is a multixact, and those are slow). The
 * order that a registration references belongs to the same supplier.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table absences (
      id uuid primary key,
      supplier_id uuid not null,
      citizen_id uuid not null,
      order_id uuid not null,
      activity_id uuid not null,
      date date not null,
      whole_day boolean not null,
      absent_minutes integer not null check (absent_minutes between 1 and planned_minutes),
      planned_minutes integer not null,
      -- every order whose plan the day was held against, order_id included
      held_against uuid[] not null,
      reason text not null,
      reason_text text,
      elaboration text,
      prior_warning boolean,
      confirmations text[] not null default '{}',
      decision_received_on date,
      residence_municipality text not null,
      registered_at timestamptz(3) not null,
      due_on date not null,
      days_late integer not null check (days_late >= 0),
      -- the arrival that lateness is counted from: the first registration's, when this one replaces another
      first_arrived_at timestamptz(3) not null,
      registered_by jsonb not null,
      client_id text not null,
      request_id text not null,
      routed_to jsonb not null,
      replaces uuid references absences,
      superseded_by uuid,
      withdrawn_at timestamptz(3),
      withdrawal jsonb,
      version integer not null default 1,
      check ((withdrawn_at is null) = (withdrawal is null)),
      -- a foreign key is checked past row-level security, so it names the supplier and the citizen too
      foreign key (order_id, supplier_id, citizen_id) references orders (id, supplier_id, citizen_id)
    );
    -- § 6: one live registration per citizen, supplier and day.
    create unique index absences_one_per_day on absences (supplier_id, citizen_id, date) where withdrawn_at is null;
    create index absences_of_supplier on absences (supplier_id, id);
    create index absences_of_order on absences (order_id, id);
    create index absences_of_citizen on absences (citizen_id, id);

    -- The organisations beside the supplier that read an absence: the jobcenters of its orders and its recipients.
    create table absence_readers (
      organisation_id uuid not null,
      absence_id uuid not null references absences,
      supplier_id uuid not null,
      received boolean not null,
      primary key (organisation_id, absence_id)
    );
    create index on absence_readers (absence_id);

    create table refusals (
      id uuid primary key,
      arrived_at timestamptz(3) not null,
      client_id text not null,
      organisation_id uuid not null references organisations,
      operation text not null,
      rule text not null,
      -- as the caller named it; the order may not exist
      order_id uuid,
      request_id text not null
    );
    create index on refusals (organisation_id, id);
  `.execute(db)

  await sql`
    alter table absences enable row level security;
    alter table absences force row level security;
    create policy supplier on absences for all to portal_application
      using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
    create policy reader on absences for select to portal_application
      using (exists (select 1 from absence_readers r where r.absence_id = absences.id and r.organisation_id = portal_organisation()));
    create policy auditor on absences for select to portal_application
      using ((select portal_audits_everyone())
        or residence_municipality = any ((select portal_audited_municipalities())::text[]));
    create policy migration on absences for all to current_user using (true) with check (true);

    alter table absence_readers enable row level security;
    alter table absence_readers force row level security;
    create policy supplier on absence_readers for all to portal_application
      using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
    create policy reader on absence_readers for select to portal_application using (organisation_id = portal_organisation());
    create policy migration on absence_readers for all to current_user using (true) with check (true);

    alter table refusals enable row level security;
    alter table refusals force row level security;
    create policy own on refusals for all to portal_application
      using (organisation_id = portal_organisation()) with check (organisation_id = portal_organisation());
    -- Auditors: 0008.
    create policy migration on refusals for all to current_user using (true) with check (true);

    grant select, insert, update on absences to portal_application;
    grant select, insert on absence_readers, refusals to portal_application;
  `.execute(db)
}
