import { type Kysely, sql } from 'kysely'

/**
 * Organisations, their API clients and people, and the reference data.
 *
 * The roles `portal_application` and `portal_worker` are made by the migrator (src/platform/db/roles.ts). Every table
 * of an organisation's data has forced row-level security; `portal_organisation()` is the organisation that the
 * transaction acts for.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function portal_organisation() returns uuid language sql stable parallel safe
      as $$ select nullif(current_setting('portal.organisation', true), '')::uuid $$;

    create table organisations (
      id uuid primary key,
      name text not null,
      kinds text[] not null check (cardinality(kinds) > 0),
      supplier_kind text check (supplier_kind in ('external', 'municipal', 'unemployment-fund')),
      secure_email text,
      -- A benefits office that gets copies of the absences of its own municipality's citizens.
      copies_for_municipality text,
      -- An auditor limited to the citizens of these municipalities; null means all.
      audited_municipalities text[],
      version integer not null default 1,
      created_at timestamptz(3) not null default now()
    );
    create index organisations_copies on organisations (copies_for_municipality) where copies_for_municipality is not null;

    create function portal_is(kind text) returns boolean language sql stable parallel safe
      as $$ select exists (select 1 from organisations where id = portal_organisation() and kind = any (kinds)) $$;
    create function portal_audits_everyone() returns boolean language sql stable parallel safe
      as $$ select exists (select 1 from organisations where id = portal_organisation() and 'auditor' = any (kinds)
                             and audited_municipalities is null) $$;
    create function portal_audited_municipalities() returns text[] language sql stable parallel safe
      as $$ select audited_municipalities from organisations where id = portal_organisation() and 'auditor' = any (kinds) $$;

    create table contact_persons (
      id uuid primary key,
      organisation_id uuid not null references organisations,
      name text not null,
      email text not null,
      phone text
    );
    create index on contact_persons (organisation_id);

    create table delivery_addresses (
      id uuid primary key,
      organisation_id uuid not null references organisations,
      address text not null
    );
    create index on delivery_addresses (organisation_id);

    create table api_clients (
      client_id text primary key check (length(client_id) between 1 and 200),
      organisation_id uuid not null references organisations,
      revoked_at timestamptz(3),
      created_at timestamptz(3) not null default now()
    );

    create table code_values (
      set_name text not null,
      code text not null,
      label_da text not null,
      label_en text not null,
      position integer not null,
      attributes jsonb not null default '{}',
      valid_from date not null,
      valid_to date,
      primary key (set_name, code, valid_from)
    );

    create table routing_policies (
      id uuid primary key,
      target_group text not null,
      -- null: the ordering jobcenter itself
      recipient_id uuid references organisations,
      because text not null,
      valid_from date not null,
      valid_to date,
      unique (target_group, valid_from)
    );
    create index on routing_policies (recipient_id);
  `.execute(db)

  await sql`
    alter table contact_persons enable row level security;
    alter table contact_persons force row level security;
    create policy directory on contact_persons for select to portal_application using (portal_organisation() is not null);
    create policy own on contact_persons for all to portal_application
      using (organisation_id = portal_organisation() or (select portal_is('administrator')))
      with check (organisation_id = portal_organisation() or (select portal_is('administrator')));

    alter table delivery_addresses enable row level security;
    alter table delivery_addresses force row level security;
    create policy directory on delivery_addresses for select to portal_application using (portal_organisation() is not null);
    create policy own on delivery_addresses for all to portal_application
      using (organisation_id = portal_organisation() or (select portal_is('administrator')))
      with check (organisation_id = portal_organisation() or (select portal_is('administrator')));

    alter table organisations enable row level security;
    alter table organisations force row level security;
    create policy directory on organisations for select to portal_application using (true);
    create policy administration on organisations for all to portal_application
      using ((select portal_is('administrator'))) with check ((select portal_is('administrator')));

    -- Before a caller has an organisation, its client can be looked up by the id that its token names, and no other.
    alter table api_clients enable row level security;
    alter table api_clients force row level security;
    create policy own on api_clients for select to portal_application
      using (client_id = current_setting('portal.client', true) or organisation_id = portal_organisation());
    create policy administration on api_clients for all to portal_application
      using ((select portal_is('administrator'))) with check ((select portal_is('administrator')));

    alter table code_values enable row level security;
    alter table code_values force row level security;
    create policy everyone on code_values for select to portal_application using (true);
    create policy administration on code_values for all to portal_application
      using ((select portal_is('administrator'))) with check ((select portal_is('administrator')));

    alter table routing_policies enable row level security;
    alter table routing_policies force row level security;
    create policy everyone on routing_policies for select to portal_application using (true);
    create policy administration on routing_policies for all to portal_application
      using ((select portal_is('administrator'))) with check ((select portal_is('administrator')));

    create policy migration on organisations for all to current_user using (true) with check (true);
    create policy migration on contact_persons for all to current_user using (true) with check (true);
    create policy migration on delivery_addresses for all to current_user using (true) with check (true);
    create policy migration on api_clients for all to current_user using (true) with check (true);
    create policy migration on code_values for all to current_user using (true) with check (true);
    create policy migration on routing_policies for all to current_user using (true) with check (true);

    grant select, insert, update on organisations, api_clients to portal_application;
    grant select, insert, update, delete on contact_persons, delivery_addresses to portal_application;
    grant select, insert, update on code_values, routing_policies to portal_application;
    create policy worker on organisations for select to portal_worker using (true);
    create policy worker on routing_policies for select to portal_worker using (true);
    grant select on organisations, routing_policies to portal_worker;
  `.execute(db)
}
