import { type Kysely, sql } from 'kysely'

/** Terminations, amendments, proposed activities, leave, notices, contact requests and citizen referrals. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table orders add column termination jsonb;
    alter table orders add column ended_at timestamptz(3);
    -- set when an amendment or a termination leaves plan or records beyond what is ordered
    alter table orders add column plan_conflict boolean not null default false;
    alter table orders add column subcontractors jsonb not null default '[]';
    create index orders_to_end on orders (end_date) where status = 'approved';

    -- What an order said before each amendment.
    create table order_amendments (
      id uuid primary key,
      order_id uuid not null references orders,
      jobcenter_id uuid not null,
      amended_at timestamptz(3) not null,
      reason text not null,
      before jsonb not null,
      after jsonb not null,
      amended_by jsonb not null
    );
    create index on order_amendments (order_id);

    alter table activities add column document_id uuid;
    alter table activities add column proposed_by jsonb;
    alter table activities add column decision jsonb;
    alter table activities add column decided_at timestamptz(3);
    alter table activities add column version integer not null default 1;

    create table leave_approvals (
      id uuid primary key,
      order_id uuid not null references orders,
      jobcenter_id uuid not null,
      supplier_id uuid not null,
      citizen_id uuid not null,
      from_date date not null,
      to_date date not null check (to_date >= from_date),
      -- null: whole days
      minutes integer check (minutes > 0),
      reason text not null,
      approved_by jsonb not null,
      created_at timestamptz(3) not null
    );
    create index on leave_approvals (order_id, from_date);
    create index on leave_approvals (citizen_id, supplier_id, from_date);
    alter table absences add column covered_by_leave uuid references leave_approvals;
    -- what leave given after the registration takes from it, over all orders that the day is held against
    alter table absences add column leave_minutes integer not null default 0;

    create table notices (
      id uuid primary key,
      order_id uuid not null references orders,
      supplier_id uuid not null,
      jobcenter_id uuid not null,
      recipient_ids uuid[] not null,
      kind text not null check (kind in ('hospitalised', 'travelling', 'imprisoned', 'other')),
      -- read by the recipients and the supplier alone
      text_cipher bytea not null,
      text_key text not null,
      registered_by jsonb not null,
      created_at timestamptz(3) not null
    );
    create index on notices (order_id, id);

    create table contact_requests (
      id uuid primary key,
      order_id uuid not null references orders,
      benefits_office_id uuid not null,
      supplier_id uuid not null,
      jobcenter_id uuid not null,
      text_cipher bytea not null,
      text_key text not null,
      registered_by jsonb not null,
      created_at timestamptz(3) not null,
      due_on date not null,
      response jsonb,
      responded_at timestamptz(3)
    );
    create index on contact_requests (order_id, id);

    create table citizen_referrals (
      id uuid primary key,
      absence_id uuid not null unique references absences,
      order_id uuid not null references orders,
      supplier_id uuid not null,
      referred_on date not null,
      registered_by jsonb not null,
      created_at timestamptz(3) not null
    );
  `.execute(db)
  await sql`
    alter table order_amendments enable row level security;
    alter table order_amendments force row level security;
    create policy jobcenter on order_amendments for all to portal_application
      using (jobcenter_id = portal_organisation())
      with check (jobcenter_id = portal_organisation()
        and exists (select 1 from orders o where o.id = order_id and o.jobcenter_id = portal_organisation()));
    create policy of_order on order_amendments for select to portal_application
      using (exists (select 1 from orders o where o.id = order_id));
    create policy migration on order_amendments for all to current_user using (true) with check (true);

    alter table leave_approvals enable row level security;
    alter table leave_approvals force row level security;
    create policy jobcenter on leave_approvals for all to portal_application
      using (jobcenter_id = portal_organisation())
      with check (jobcenter_id = portal_organisation()
        and exists (select 1 from orders o where o.id = order_id and o.jobcenter_id = portal_organisation()
          and o.supplier_id = leave_approvals.supplier_id and o.citizen_id = leave_approvals.citizen_id));
    create policy supplier on leave_approvals for select to portal_application using (supplier_id = portal_organisation());
    create policy of_order on leave_approvals for select to portal_application
      using (exists (select 1 from orders o where o.id = order_id));
    create policy migration on leave_approvals for all to current_user using (true) with check (true);
    -- § 6: leave given after a registration marks it, whoever registered it.
    create policy leave on absences for update to portal_application
      using (exists (select 1 from absence_readers r where r.absence_id = absences.id and r.organisation_id = portal_organisation())
        and (select portal_is('jobcenter')))
      with check ((select portal_is('jobcenter')));
    create function absences_keep_record() returns trigger language plpgsql as $$
    declare
      free constant text[] := array['leave_minutes', 'covered_by_leave', 'version'];
    begin
      if portal_organisation() is null or old.supplier_id = portal_organisation() then
        return new;
      end if;
      if to_jsonb(new) - free is distinct from to_jsonb(old) - free then
        raise exception using errcode = '42501', message = 'leave changes nothing else of a registration';
      end if;
      return new;
    end $$;
    create trigger keep_record before update on absences for each row execute function absences_keep_record();

    alter table notices enable row level security;
    alter table notices force row level security;
    create policy supplier on notices for all to portal_application
      using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
    create policy recipient on notices for select to portal_application using (portal_organisation() = any (recipient_ids));
    create policy migration on notices for all to current_user using (true) with check (true);

    alter table contact_requests enable row level security;
    alter table contact_requests force row level security;
    create policy asker on contact_requests for all to portal_application
      using (benefits_office_id = portal_organisation()) with check (benefits_office_id = portal_organisation());
    create policy supplier on contact_requests for all to portal_application
      using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
    create policy jobcenter on contact_requests for select to portal_application using (jobcenter_id = portal_organisation());
    create policy migration on contact_requests for all to current_user using (true) with check (true);

    alter table citizen_referrals enable row level security;
    alter table citizen_referrals force row level security;
    create policy supplier on citizen_referrals for all to portal_application
      using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
    create policy of_absence on citizen_referrals for select to portal_application
      using (exists (select 1 from absences a where a.id = absence_id));
    create policy migration on citizen_referrals for all to current_user using (true) with check (true);

    -- § 8: a benefits office ends a course whose benefit stopped.
    create policy benefits_office_ends on orders for update to portal_application
      using (approved_at is not null and (select portal_is('benefits-office')) and exists (
        select 1 from routing_policies p where p.target_group = orders.target_group and p.recipient_id = portal_organisation()))
      with check (status = 'ended' and (select portal_is('benefits-office')));

    grant select, insert on order_amendments, leave_approvals, notices, citizen_referrals to portal_application;
    grant select, insert, update on contact_requests to portal_application;
    -- The sweep ends courses on their end date: it tells of them and settles their duties.
    grant insert on events to portal_worker;
    grant select on planned_days, code_values to portal_worker;
    create policy worker on planned_days for select to portal_worker using (true);
    create policy worker on code_values for select to portal_worker using (true);
  `.execute(db)
}
