import { type Kysely, sql } from 'kysely'
import { municipalityFunctions, onTheirDay, onTheirDays } from './on-the-day.ts'

const ofTheirs = (order: string, instant: string): string =>
  `(select portal_audited_municipalities()) is not null and exists (select 1 from orders o where o.id = ${order})
          and portal_municipality_on(${order}, (${instant} at time zone 'Europe/Copenhagen')::date)
            = any ((select portal_audited_municipalities())::text[])`

/**
 * What auditors see of orders, and of all that stood before amendments were kept. One who is limited to municipalities sees an
 * order that is theirs or was on some day of it, and of what belongs to days the days on which it was (docs/decisions/0016).
 */
export const auditors = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw(`
    ${municipalityFunctions}

    -- For lists the queries name the same orders so that indexes find them. The guard keeps the last look-up from everybody else.
    create policy auditor on orders for select to portal_application
      using (approved_at is not null and ((select portal_audits_everyone())
        or residence_municipality = any ((select portal_audited_municipalities())::text[])
        or ((select portal_audited_municipalities()) is not null and id = any ((select portal_once_audited_orders())::uuid[]))));

    ${onTheirDays('activities', { from: 'start_date', to: 'end_date' })}
    ${onTheirDays('planned_days', { from: 'date' })}
    ${onTheirDays('leave_approvals', { from: 'from_date', to: 'to_date' })}
    -- The amendment with which a citizen moves is of both municipalities.
    create policy of_the_day on order_amendments as restrictive for select to portal_application
      using ((select portal_reads_all_days())
        or before ->> 'residenceMunicipality' = any ((select portal_audited_municipalities())::text[])
        or portal_reads_days(order_id, (amended_at at time zone 'Europe/Copenhagen')::date,
          (amended_at at time zone 'Europe/Copenhagen')::date));
    ${onTheirDay('notices', 'created_at')}
    ${onTheirDay('contact_requests', 'created_at')}

    create policy auditor on refusals for select to portal_application
      using ((select portal_audits_everyone()) or (${ofTheirs('order_id', 'arrived_at')}));
    create policy auditor on change_log for select to portal_application using (${ofTheirs('order_id', 'occurred_at')});
    create policy auditor on lookups for select to portal_application using (${ofTheirs('order_id', 'occurred_at')});
  `)
    .execute(db)
}
