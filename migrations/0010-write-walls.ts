import { type Kysely, sql } from 'kysely'

/**
 * What row-level security cannot say, since a policy sees a row and not its columns: which columns of a shared row an
 * organisation may change. Whoever acts for no organisation is the owner or the worker.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
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
}
