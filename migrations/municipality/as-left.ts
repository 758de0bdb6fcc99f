import { type Kysely, sql } from 'kysely'
import { localDate } from './on-the-day.ts'

/**
 * An order as it stood when its citizen left the municipalities that an auditor is limited to (docs/decisions/0016): what was amended,
 * ended or cancelled from the day of the move on is no matter of theirs.
 */
export const orderAsLeft = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw(`
    -- What the caller reads otherwise than it stands: the terms that were amended since, as they were; where the course stood. Null to
    -- whoever reads the order as it is: all but auditors of municipalities none of which the citizen lives in now.
    create function portal_order_as_left(of_order uuid) returns jsonb language sql stable security definer
      set search_path = pg_catalog, public, pg_temp as $$
        select jsonb_build_object(
            'terms', coalesce((select jsonb_object_agg(b.member, b.value) from (
                select distinct on (e.key) e.key as member, e.value from order_amendments v cross join jsonb_each(v.before) e
                 where v.order_id = o.id and ${localDate('v.amended_at')} >= m.left_on and e.key <> 'residenceMunicipality'
                 order by e.key, v.amended_at, v.id) b), '{}'),
            'isOver', coalesce(${localDate('coalesce(o.ended_at, o.cancelled_at)')} < m.left_on, false),
            'firstAttendedOn', case when o.first_attended_on < m.left_on then o.first_attended_on end,
            'courseStatus', case when o.first_attended_on < m.left_on then 'attending'
              when exists (select from re_summons r where r.order_id = o.id and ${localDate('r.registered_at')} < m.left_on)
                then 're-summoned' else 'awaiting-first-meeting' end)
          from orders o cross join lateral (select max(${localDate('a.amended_at')}) as left_on from order_amendments a
            where a.order_id = o.id and a.left_municipality = any (portal_audited_municipalities()::text[])) m
         where o.id = of_order and m.left_on is not null
           and o.residence_municipality <> all (portal_audited_municipalities()::text[]) $$;
    revoke all on function portal_order_as_left from public;
    grant execute on function portal_order_as_left to portal_application;
  `)
    .execute(db)
}
