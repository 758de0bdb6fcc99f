import { type Kysely, sql } from 'kysely'

/** Citizens, framework agreements, orders with their activities and plans. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table citizens (
      id uuid primary key,
      -- AES-256-GCM under the key that cpr_key names; found by an HMAC under another key. Never the number itself.
      cpr_cipher bytea not null,
      cpr_key text not null,
      cpr_lookup bytea not null unique,
      created_at timestamptz(3) not null default now()
    );

    create table framework_agreements (
      id uuid primary key,
      supplier_id uuid not null references organisations,
      title text not null,
      target_groups text[] not null,
      valid_from date not null,
      valid_to date not null check (valid_to >= valid_from),
      unit_price_oere bigint not null check (unit_price_oere >= 0),
      budget_oere bigint check (budget_oere >= 0),
      -- What the approved orders add up to; changed under this row's lock, so that two approvals cannot pass the ceiling together.
      committed_oere bigint not null default 0,
      created_at timestamptz(3) not null default now()
    );
    create index on framework_agreements (supplier_id);

    create table agreement_offers (
      agreement_id uuid not null references framework_agreements,
      code text not null,
      title text not null,
      primary key (agreement_id, code)
    );

    create sequence order_numbers;
    -- At least six digits: the millionth order has seven.
    create function portal_padded(number bigint) returns text language sql immutable as $$
      select lpad(number::text, greatest(6, length(number::text)), '0')
    $$;
    create table orders (
      id uuid primary key,
      order_number text not null unique default 'B-' || portal_padded(nextval('order_numbers')),
      jobcenter_id uuid not null references organisations,
      supplier_id uuid not null references organisations,
      framework_agreement_id uuid not null references framework_agreements,
      offer text not null,
      target_group text not null,
      effort_group text,
      citizen_id uuid not null references citizens,
      citizen_name text not null,
      residence_municipality text not null,
      start_date date not null,
      end_date date not null check (end_date >= start_date),
      ordered_minutes integer not null check (ordered_minutes > 0),
      first_meeting_at timestamptz(3) not null,
      delivery_address_id uuid not null references delivery_addresses,
      caseworker jsonb not null,
      reports jsonb,
      status text not null check (status in ('draft', 'approved', 'ended', 'cancelled')),
      course_status text not null check (course_status in ('awaiting-first-meeting', 're-summoned', 'attending', 'ended', 'never-started')),
      drafted_by jsonb not null,
      approved_by jsonb,
      approved_at timestamptz(3),
      committed_oere bigint not null default 0,
      cancellation jsonb,
      cancelled_at timestamptz(3),
      first_attended_on date,
      ended_on date,
      planned_minutes integer not null default 0,
      plan_complete boolean not null default false,
      -- 0: no plan was ever put
      plan_version integer not null default 0,
      version integer not null default 1,
      created_at timestamptz(3) not null default now(),
      check ((approved_at is null) = (approved_by is null)),
      -- what a registration refers to, so that it cannot name another supplier's or citizen's order
      unique (id, supplier_id, citizen_id)
    );
    create index orders_of_supplier on orders (supplier_id, id);
    create index orders_of_jobcenter on orders (jobcenter_id, id);
    create index orders_of_citizen on orders (citizen_id, supplier_id);
    create index orders_of_target_group on orders (target_group, id);
    create index orders_of_parties on orders (supplier_id, jobcenter_id);
    create index orders_of_municipality on orders (residence_municipality, id);
    -- What a list is filtered by, so that a page with few hits, or none, is not searched for among all of an organisation's.
    create index orders_of_supplier_by_status on orders (supplier_id, status, id);
    create index orders_of_supplier_by_course on orders (supplier_id, course_status, id);
    create index orders_of_supplier_by_start on orders (supplier_id, start_date);
    create index orders_of_jobcenter_by_status on orders (jobcenter_id, status, id);
    create index orders_of_jobcenter_by_course on orders (jobcenter_id, course_status, id);
    create index orders_of_jobcenter_by_start on orders (jobcenter_id, start_date);
    -- For those who read across organisations.
    create index orders_by_status on orders (status, id);
    create index orders_by_course on orders (course_status, id);
    create index orders_by_start on orders (start_date);

    create table activities (
      id uuid primary key,
      order_id uuid not null references orders,
      supplier_id uuid not null references organisations,
      kind text not null check (kind in ('on-site', 'off-site', 'coordination', 'work-placement', 'wage-subsidy', 'other-legislation')),
      title text not null,
      place jsonb not null,
      status text not null check (status in ('proposed', 'approved', 'rejected')),
      start_date date not null,
      end_date date not null check (end_date >= start_date),
      -- Whether it was made to last as long as its order, and so moves with it.
      spans_order boolean not null default false,
      description text,
      created_at timestamptz(3) not null default now()
    );
    create index on activities (order_id);
    -- The supplier's address at which an activity takes place, out of its place: so that an address in use stays.
    alter table activities add column address_id uuid references delivery_addresses;
    create index on activities (address_id);
    create function activities_name_address() returns trigger language plpgsql as $$
    begin
      new.address_id := case when new.place ->> 'kind' = 'supplier-address' then (new.place ->> 'addressId')::uuid end;
      return new;
    end $$;
    create trigger name_address before insert or update of place, address_id on activities
      for each row execute function activities_name_address();

    create table planned_days (
      order_id uuid not null references orders,
      date date not null,
      activity_id uuid not null references activities,
      supplier_id uuid not null references organisations,
      citizen_id uuid not null references citizens,
      planned_minutes integer not null check (planned_minutes between 1 and 1440),
      primary key (order_id, date, activity_id)
    );
    create index planned_days_of_citizen on planned_days (citizen_id, date) include (supplier_id, order_id, planned_minutes);
  `.execute(db)

  await sql`
    alter table orders enable row level security;
    alter table orders force row level security;
    -- A supplier and a benefits office see an order once it is approved; a draft is the jobcenter's own.
    create policy jobcenter on orders for all to portal_application
      using (jobcenter_id = portal_organisation()) with check (jobcenter_id = portal_organisation());
    create policy supplier on orders for select to portal_application
      using (supplier_id = portal_organisation() and approved_at is not null);
    -- What of it a supplier may change is narrowed by a trigger (0010); no supplier places an order.
    create policy supplier_works on orders for update to portal_application
      using (supplier_id = portal_organisation() and approved_at is not null)
      with check (supplier_id = portal_organisation() and approved_at is not null);
    create policy benefits_office on orders for select to portal_application
      using (approved_at is not null and (select portal_is('benefits-office')) and exists (
        select 1 from routing_policies p
        where p.target_group = orders.target_group and p.recipient_id = portal_organisation()
          and p.valid_from <= orders.end_date and (p.valid_to is null or p.valid_to >= orders.start_date)));
    -- Which orders an auditor sees, and what of them, depends on where citizens lived when: 0008, where moves are kept.
    create policy migration on orders for all to current_user using (true) with check (true);
    create policy worker on orders for all to portal_worker using (true) with check (true);

    alter table activities enable row level security;
    alter table activities force row level security;
    -- Through the order, so that nothing of a draft is seen by its supplier.
    create policy of_order on activities for select to portal_application
      using (exists (select 1 from orders o where o.id = order_id));
    create policy parties_add on activities for insert to portal_application
      with check (exists (select 1 from orders o where o.id = order_id and o.supplier_id = activities.supplier_id
        and portal_organisation() in (o.supplier_id, o.jobcenter_id)));
    create policy parties_change on activities for update to portal_application
      using (exists (select 1 from orders o where o.id = order_id and portal_organisation() in (o.supplier_id, o.jobcenter_id)))
      with check (exists (select 1 from orders o where o.id = order_id and o.supplier_id = activities.supplier_id
        and portal_organisation() in (o.supplier_id, o.jobcenter_id)));
    create policy migration on activities for all to current_user using (true) with check (true);

    alter table planned_days enable row level security;
    alter table planned_days force row level security;
    create policy supplier on planned_days for all to portal_application
      using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
    create policy of_order on planned_days for select to portal_application
      using (exists (select 1 from orders o where o.id = order_id));
    create policy migration on planned_days for all to current_user using (true) with check (true);

    -- A citizen is seen through an order that is seen, or by whoever knows the CPR number (set as its keyed hash).
    alter table citizens enable row level security;
    alter table citizens force row level security;
    create policy of_order on citizens for select to portal_application
      using (exists (select 1 from orders o where o.citizen_id = citizens.id));
    create policy by_number on citizens for all to portal_application
      using (cpr_lookup = decode(nullif(current_setting('portal.cpr_lookup', true), ''), 'hex'))
      with check (cpr_lookup = decode(nullif(current_setting('portal.cpr_lookup', true), ''), 'hex'));
    create policy migration on citizens for all to current_user using (true) with check (true);

    alter table framework_agreements enable row level security;
    alter table framework_agreements force row level security;
    create policy supplier on framework_agreements for select to portal_application using (supplier_id = portal_organisation());
    create policy authority on framework_agreements for select to portal_application
      using ((select portal_is('jobcenter')) or (select portal_is('administrator')) or (select portal_is('auditor')));
    create policy commitment on framework_agreements for update to portal_application
      using ((select portal_is('jobcenter'))) with check ((select portal_is('jobcenter')));
    create policy administration on framework_agreements for all to portal_application
      using ((select portal_is('administrator'))) with check ((select portal_is('administrator')));
    create policy migration on framework_agreements for all to current_user using (true) with check (true);

    alter table agreement_offers enable row level security;
    alter table agreement_offers force row level security;
    create policy of_agreement on agreement_offers for all to portal_application
      using (exists (select 1 from framework_agreements a where a.id = agreement_id))
      with check ((select portal_is('administrator')));
    create policy migration on agreement_offers for all to current_user using (true) with check (true);

    grant select, insert on citizens to portal_application;
    grant select, insert, update on framework_agreements, orders, activities to portal_application;
    grant select, insert, delete on agreement_offers to portal_application;
    grant select, insert, delete on planned_days to portal_application;
    grant usage on sequence order_numbers to portal_application;
    grant select, update on orders to portal_worker;
  `.execute(db)
}
