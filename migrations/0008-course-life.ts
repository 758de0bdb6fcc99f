import { type Kysely, sql } from 'kysely'
import { auditors } from './municipality/auditors.ts'
import { dutiesByDay } from './municipality/duties.ts'

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
      created_at timestamptz(3) not null,
      -- the live registrations of its days after which it was given; those made later count it already
      given_after uuid[] not null default '{}',
      -- leave given in error stays on record
      withdrawn_at timestamptz(3),
      withdrawal jsonb,
      check ((withdrawn_at is null) = (withdrawal is null))
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
    -- What is due of a citizen that comes back (§ 8). Its words are no other index's, so that no kept plan reads another.
    create index obligations_to_refer on obligations (citizen_id, due_on) where kind = 'refer-citizen';
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
    -- Auditors read protocols, which count leave; a benefits office does not learn why it was given.
    create policy of_order on leave_approvals for select to portal_application
      using ((select portal_is('auditor')) and exists (select 1 from orders o where o.id = order_id));
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

    -- Locks an order with all that the supplier has of the citizen, by id. A day's absence is held against all of them,
    -- and a jobcenter sees none but its own. Tells nothing of them.
    create function portal_lock_orders(of_order uuid) returns void language plpgsql security definer
      set search_path = pg_catalog, public, pg_temp as $$
    begin
      if not exists (select from orders o where o.id = of_order and (o.jobcenter_id = portal_organisation()
          or (o.supplier_id = portal_organisation() and o.approved_at is not null))) then
        raise exception using errcode = '42501', message = 'the parties of an order lock it';
      end if;
      perform o.id from orders o join orders n on n.id = of_order
        where o.id = n.id or (o.citizen_id = n.citizen_id and o.supplier_id = n.supplier_id and o.approved_at is not null)
        order by o.id for update of o;
    end $$;
    revoke all on function portal_lock_orders(uuid) from public;
    grant execute on function portal_lock_orders(uuid) to portal_application;

    -- § 8: brings the open duties to refer the order's citizen to what plan, registrations and leave now say. Past row-level
    -- security, since another jobcenter's duties are among them; a caller chooses neither the duties nor their dates.
    -- The orders are locked. Ours: see docs/decisions/0006.
    create function portal_settle_referrals(of_order uuid, settled_at timestamptz, because text) returns void
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      party record;
      one record;
      today constant date := (settled_at at time zone 'Europe/Copenhagen')::date;
    begin
      select o.supplier_id, o.citizen_id into party from orders o
        where o.id = of_order and o.approved_at is not null and portal_organisation() in (o.supplier_id, o.jobcenter_id);
      if not found then
        raise exception using errcode = '42501', message = 'the parties of an order settle its duties';
      end if;
      -- An extension locks the duty alone.
      perform b.id from obligations b
        where b.kind = 'refer-citizen' and b.citizen_id = party.citizen_id and b.supplier_id = party.supplier_id
        order by b.id for update;
      for one in
        select a.id, a.order_id, a.covered_by_leave is not null as covered, b.id as duty_id, b.due_on, next.date as wanted,
            b.id is not null and b.met_at is null and b.waived_at is null as is_open, b.due_at <= settled_at as overdue,
            b.original_due_on <> b.due_on and b.due_on >= next.date as agreed,
            next.date is not null and (b.id is null or (b.met_at is null and b.waived_because in ('no-planned-day-left', 'leave-approved'))) as unasked
          from absences a
          left join obligations b on b.order_id = a.order_id and b.kind = 'refer-citizen' and b.subject = a.id::text
          -- nobody is late with what was not asked in time
          left join lateral (select p.date from planned_days p join orders po on po.id = p.order_id
            where p.citizen_id = a.citizen_id and p.supplier_id = a.supplier_id and p.date > a.date and p.date >= today
              and po.status in ('approved', 'ended') and p.date between po.start_date and coalesce(po.ended_on, po.end_date)
              and not exists (select from absences x where x.supplier_id = a.supplier_id and x.citizen_id = a.citizen_id
                and x.date = p.date and x.withdrawn_at is null and x.whole_day and x.reason <> 'non-participation')
              -- § 7: nor before they first came, nor excused from a day of the order that plans it
              and p.date >= coalesce((select n.first_attended_on from orders n where n.id = a.order_id), p.date)
              and not exists (select from excused_days e where e.order_id = p.order_id and e.date = p.date and e.withdrawn_at is null)
              -- nor on which the protocol shows them as away, for whatever reason
              and coalesce((select sum(r.attended_minutes) from attendance_days r where r.citizen_id = a.citizen_id
                and r.supplier_id = a.supplier_id and r.date = p.date), 1) > 0
            order by p.date limit 1) next on true
         where a.supplier_id = party.supplier_id and a.citizen_id = party.citizen_id and a.withdrawn_at is null
         order by a.id
      loop
        if one.is_open and one.covered then
          update obligations set waived_at = settled_at, waived_because = 'leave-approved', version = version + 1
            where id = one.duty_id;
        elsif one.is_open and not one.overdue and one.wanted is null then
          update obligations set waived_at = settled_at, waived_because = 'no-planned-day-left', version = version + 1
            where id = one.duty_id;
        elsif one.is_open and not one.overdue and one.wanted <> one.due_on and not one.agreed then
          update obligations set due_on = one.wanted, due_at = (one.wanted + 1)::timestamp at time zone 'Europe/Copenhagen',
              original_due_on = case when original_due_on = due_on then one.wanted else original_due_on end,
              due_soon_told_at = null, overdue_told_at = null, version = version + 1
            where id = one.duty_id;
        elsif one.unasked and not one.covered then
          insert into obligations (id, kind, order_id, supplier_id, jobcenter_id, citizen_id,
              target_group, subject, opened_at, opened_because, due_on, due_at, original_due_on)
            select uuidv7(), 'refer-citizen', o.id, o.supplier_id, o.jobcenter_id, o.citizen_id,
                o.target_group, a.id::text, settled_at, because, one.wanted,
                (one.wanted + 1)::timestamp at time zone 'Europe/Copenhagen', one.wanted
              from absences a join orders o on o.id = a.order_id
             where a.id = one.id
               -- a course that is over waits for nobody, unless another went on then
               and (o.status = 'approved' or exists (select from orders x where x.citizen_id = o.citizen_id
                 and x.supplier_id = o.supplier_id and x.status = 'approved' and x.approved_at <= o.ended_at))
               and exists (select from jsonb_to_recordset(a.routed_to) as r ("organisationId" uuid, because text)
                 join organisations k on k.id = r."organisationId"
                 where r.because <> 'residence-municipality-copy' and 'benefits-office' = any (k.kinds))
               -- one talk serves all absences up to its day
               and not exists (select from citizen_referrals c join absences x on x.id = c.absence_id
                 where x.citizen_id = a.citizen_id and x.supplier_id = a.supplier_id and c.referred_on >= a.date)
            on conflict (order_id, kind, subject) do update set waived_at = null, waived_because = null,
              opened_at = excluded.opened_at, opened_because = excluded.opened_because,
              due_on = portal_due_when_reopened(excluded.due_on, obligations.due_on, obligations.original_due_on),
              due_at = (portal_due_when_reopened(excluded.due_on, obligations.due_on, obligations.original_due_on) + 1)::timestamp
                at time zone 'Europe/Copenhagen',
              original_due_on = excluded.original_due_on, version = obligations.version + 1,
              due_soon_told_at = case when obligations.due_on = portal_due_when_reopened(excluded.due_on, obligations.due_on,
                obligations.original_due_on) then obligations.due_soon_told_at end,
              overdue_told_at = case when obligations.due_on = portal_due_when_reopened(excluded.due_on, obligations.due_on,
                obligations.original_due_on) then obligations.overdue_told_at end;
        end if;
      end loop;
    end $$;
    revoke all on function portal_settle_referrals(uuid, timestamptz, text) from public;
    grant execute on function portal_settle_referrals(uuid, timestamptz, text) to portal_application;

    -- § 6: counts anew what leave takes from the live registrations of an order's days, after leave on it was withdrawn.
    -- Past row-level security, since leave on other jobcenters' orders counts too; a caller chooses neither the minutes nor
    -- the registrations. The orders are locked.
    create function portal_recount_leave(of_order uuid, first_day date, last_day date)
      returns table (id uuid, date date, order_id uuid, routed_to jsonb, covered boolean)
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    #variable_conflict use_column
    declare
      party record;
    begin
      select o.supplier_id, o.citizen_id into party from orders o
        where o.id = of_order and o.jobcenter_id = portal_organisation();
      if not found then
        raise exception using errcode = '42501', message = 'the jobcenter of an order counts its leave';
      end if;
      return query
        update absences a
           set leave_minutes = c.minutes, covered_by_leave = c.covered_by, version = a.version + 1
          from (select n.id, n.minutes, case when n.minutes >= n.absent_minutes then coalesce(
                  (select k.id from leave_approvals k where k.id = n.covered_by_leave and k.withdrawn_at is null),
                  n.latest::uuid) end as covered_by
                from (select x.id, x.absent_minutes, x.covered_by_leave, max(l.latest) as latest,
                    coalesce(sum(least(p.minutes, l.standing) - least(p.minutes, l.before)), 0)::integer as minutes
                  from absences x
                  left join lateral (select d.order_id, sum(d.planned_minutes) as minutes from planned_days d
                    where d.citizen_id = x.citizen_id and d.supplier_id = x.supplier_id and d.date = x.date
                      and d.order_id = any (x.held_against) group by d.order_id) p on true
                  left join lateral (select coalesce(sum(coalesce(v.minutes, p.minutes)), 0) as standing,
                      coalesce(sum(coalesce(v.minutes, p.minutes)) filter (where x.id <> all (v.given_after)), 0) as before,
                      max(v.id::text) filter (where x.id = any (v.given_after)) as latest
                    from leave_approvals v where v.order_id = p.order_id and v.withdrawn_at is null
                      and v.from_date <= x.date and v.to_date >= x.date) l on true
                 where x.supplier_id = party.supplier_id and x.citizen_id = party.citizen_id and x.withdrawn_at is null
                   and x.date between first_day and last_day and of_order = any (x.held_against)
                 group by x.id) n) c
         where a.id = c.id
           and (a.leave_minutes <> c.minutes or a.covered_by_leave is distinct from c.covered_by)
        returning a.id, a.date, a.order_id, a.routed_to, a.covered_by_leave is not null;
    end $$;
    revoke all on function portal_recount_leave(uuid, date, date) from public;
    grant execute on function portal_recount_leave(uuid, date, date) to portal_application;

    -- § 8: a benefits office ends a course whose benefit stopped.
    create policy benefits_office_ends on orders for update to portal_application
      using (approved_at is not null and (select portal_is('benefits-office')) and exists (
        select 1 from routing_policies p where p.target_group = orders.target_group and p.recipient_id = portal_organisation()))
      with check (status = 'ended' and (select portal_is('benefits-office')));

    grant select, insert on order_amendments, leave_approvals, notices, citizen_referrals to portal_application;
    grant update (withdrawn_at, withdrawal) on leave_approvals to portal_application;
    grant select, insert, update on contact_requests to portal_application;
    -- The sweep ends courses on their end date: it tells of them and settles their duties.
    grant insert on events to portal_worker;
    grant select on planned_days, code_values to portal_worker;
    create policy worker on planned_days for select to portal_worker using (true);
    create policy worker on code_values for select to portal_worker using (true);
    -- When the end date was set that came, and not who set it or why.
    grant select (order_id, amended_at, after) on order_amendments to portal_worker;
    create policy worker on order_amendments for select to portal_worker using (true);
  `.execute(db)
  await auditors(db)
  await dutiesByDay(db)
}
