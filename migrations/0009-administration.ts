import { type Kysely, sql } from 'kysely'

/** What the administration keeps beside the tables of 0001, and how far an order's repeated absences were told. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    -- § 18: whom a supplier works with; the main supplier alone speaks to the portal.
    alter table organisations add column subcontractors jsonb not null default '[]';
    alter table framework_agreements add column version integer not null default 1;
    -- § 8: the last day of the thirty of which the jobcenter was told that absences repeat.
    alter table orders add column repeated_absence_told_to date;

    create table report_templates (
      id uuid not null,
      version integer not null check (version > 0),
      kind text not null check (kind in ('final', 'interim', 'social-action-plan', 'handover')),
      title text not null,
      valid_from date not null,
      valid_to date check (valid_to >= valid_from),
      created_at timestamptz(3) not null default now(),
      primary key (id, version),
      unique (id, valid_from)
    );
    alter table report_templates enable row level security;
    alter table report_templates force row level security;
    create policy everyone on report_templates for select to portal_application using (true);
    create policy administration on report_templates for all to portal_application
      using ((select portal_is('administrator'))) with check ((select portal_is('administrator')));
    create policy migration on report_templates for all to current_user using (true) with check (true);

    -- The administration sees no orders. Of organisations and addresses that it changes, it learns whether orders name them.
    create function portal_addresses_in_use(addresses uuid[]) returns uuid[]
      language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    begin
      if not portal_is('administrator') then
        raise exception using errcode = '42501', message = 'the administration asks what is in use';
      end if;
      return array(select u from unnest(addresses) as u
        where exists (select from orders o where o.delivery_address_id = u)
           or exists (select from activities a where a.address_id = u));
    end $$;
    create function portal_kinds_in_use(of_organisation uuid) returns text[]
      language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    begin
      if not portal_is('administrator') then
        raise exception using errcode = '42501', message = 'the administration asks what is in use';
      end if;
      return array(select k from unnest(array['supplier', 'jobcenter']) as k
        where exists (select from orders o where o.status in ('draft', 'approved')
          and case k when 'supplier' then o.supplier_id else o.jobcenter_id end = of_organisation));
    end $$;
    revoke all on function portal_addresses_in_use(uuid[]), portal_kinds_in_use(uuid) from public;
    grant execute on function portal_addresses_in_use(uuid[]), portal_kinds_in_use(uuid) to portal_application;

    grant select, insert, update on report_templates to portal_application;
    grant delete on closing_days to portal_application;
  `.execute(db)
}
