import { type Kysely, sql } from 'kysely'

/**
 * What row-level security cannot say, since a policy sees a row and not its columns: which columns of a shared row an
 * organisation may change, and which it may read. Whoever acts for no organisation is the owner or the worker.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await writeWalls(db)
  await readWalls(db)
}

const writeWalls = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function orders_keep_terms() returns trigger language plpgsql as $$
    declare
      work constant text[] := array['version', 'status', 'course_status', 'ended_on', 'ended_at', 'termination', 'plan_conflict'];
      supply constant text[] := work || array['planned_minutes', 'plan_complete', 'plan_version', 'first_attended_on', 'repeated_absence_told_to'];
      free text[] := work;
    begin
      if portal_organisation() is null or old.jobcenter_id = portal_organisation() then
        return new;
      end if;
      -- A function of the owner's, which asks by itself who may (portal_release_commitment).
      if current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid) then
        return new;
      end if;
      if old.supplier_id = portal_organisation() then
        free := supply;
      end if;
      if to_jsonb(new) - free is distinct from to_jsonb(old) - free then
        raise exception using errcode = '42501', message = 'only the ordering jobcenter changes the terms of an order';
      end if;
      return new;
    end $$;
    create trigger keep_terms before update on orders for each row execute function orders_keep_terms();

    create function agreements_keep_terms() returns trigger language plpgsql as $$
    begin
      if portal_organisation() is null or portal_is('administrator') then
        return new;
      end if;
      if to_jsonb(new) - 'committed_oere' is distinct from to_jsonb(old) - 'committed_oere' then
        raise exception using errcode = '42501', message = 'only the administration changes the terms of an agreement';
      end if;
      return new;
    end $$;
    create trigger keep_terms before update on framework_agreements for each row execute function agreements_keep_terms();
  `.execute(db)
  await sql`
    -- 003: who ends a course gives back what it can no longer cost, without having the agreement's row to write: of an
    -- order that this very transaction ended, by an organisation that may end it, and downwards alone.
    create function portal_release_commitment(of_order uuid, kept_oere bigint) returns void
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      ended record;
    begin
      select id, framework_agreement_id, committed_oere into ended from orders o
        where o.id = of_order and o.status = 'ended' and o.xmin = pg_current_xact_id()::xid
          and (o.jobcenter_id = portal_organisation() or o.supplier_id = portal_organisation()
            or (portal_is('benefits-office') and exists (
              select 1 from routing_policies p
              where p.target_group = o.target_group and p.recipient_id = portal_organisation()
                and p.valid_from <= o.end_date and (p.valid_to is null or p.valid_to >= o.start_date))));
      if not found or kept_oere is null or kept_oere < 0 then
        raise exception using errcode = '42501', message = 'only who has just ended a course releases its commitment';
      end if;
      if kept_oere >= ended.committed_oere then
        return;
      end if;
      update framework_agreements set committed_oere = committed_oere - (ended.committed_oere - kept_oere)
        where id = ended.framework_agreement_id;
      update orders set committed_oere = kept_oere where id = ended.id;
    end $$;
    revoke all on function portal_release_commitment(uuid, bigint) from public;
    grant execute on function portal_release_commitment(uuid, bigint) to portal_application, portal_worker;
  `.execute(db)
}

/**
 * A municipality's own benefits office reads how its citizens' courses ended and the notices about them (000), and not
 * their orders. Both functions and the view read as the owner, past the policies of `orders`.
 */
const readWalls = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function portal_copied_municipality() returns text language sql stable parallel safe
      as $$ select copies_for_municipality from organisations
             where id = portal_organisation() and 'benefits-office' = any (kinds) $$;

    -- How courses ended, for whoever may know it: the parties, the office that decides on the group, the office of the
    -- citizen's municipality as of the order, and auditors. Of the order these columns alone; the free text not for auditors.
    -- No security_barrier: behind one a page is planned as all of its rows and sorted (8,300 to 408,000 buffers at 100,000
    -- orders), and who could send leaking functions could as well name another organisation.
    create view terminations as
      select o.id as order_id, o.citizen_id, o.supplier_id, o.jobcenter_id, o.target_group, o.residence_municipality,
             o.ended_on, o.course_status, o.ended_at as recorded_at, o.termination ->> 'cause' as cause,
             o.termination ->> 'endedBy' as ended_by, o.termination -> 'by' ->> 'name' as registered_by,
             case when r.concerned then o.termination ->> 'text' end as text
        from orders o
        cross join lateral (select o.supplier_id = portal_organisation() or o.jobcenter_id = portal_organisation()
          or coalesce(o.residence_municipality = (select portal_copied_municipality()), false)
          or ((select portal_is('benefits-office')) and exists (
            select 1 from routing_policies p
            where p.target_group = o.target_group and p.recipient_id = portal_organisation()
              and p.valid_from <= o.end_date and (p.valid_to is null or p.valid_to >= o.start_date))) as concerned) r
       where o.status = 'ended' and o.approved_at is not null and o.termination is not null
         and (r.concerned or (select portal_audits_everyone())
           or o.residence_municipality = any ((select portal_audited_municipalities())::text[]));
    grant select on terminations to portal_application;

    create index orders_ended on orders (id) where status = 'ended';
    create index orders_ended_of_supplier on orders (supplier_id, id) where status = 'ended';
    create index orders_ended_of_jobcenter on orders (jobcenter_id, id) where status = 'ended';
    create index orders_ended_of_municipality on orders (residence_municipality, id) where status = 'ended';

    -- The citizen of an order, to the benefits office of a municipality in which they live or lived on a day of it; null to
    -- anyone else. Of the notices it reads those that came while they did (0016).
    create function portal_citizen_of_own_municipality(of_order uuid) returns uuid
      language sql stable security definer set search_path = pg_catalog, public, pg_temp
      as $$ select citizen_id from orders
             where id = of_order and approved_at is not null and (residence_municipality = portal_copied_municipality()
               or exists (select from order_amendments a where a.order_id = of_order
                 and a.left_municipality = portal_copied_municipality())) $$;
    revoke all on function portal_citizen_of_own_municipality(uuid) from public;
    grant execute on function portal_citizen_of_own_municipality(uuid) to portal_application;
    create policy own_municipality on notices for select to portal_application
      using ((select portal_copied_municipality()) is not null
        and portal_municipality_on(order_id, (created_at at time zone 'Europe/Copenhagen')::date)
          = (select portal_copied_municipality()));
  `.execute(db)
}
