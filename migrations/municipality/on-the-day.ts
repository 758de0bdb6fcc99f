/*
 * Whose citizen it was on the day (docs/decisions/0016): the one home of the question. Everything that asks it, functions,
 * views and policies, is made with the texts below.
 */

/** The local date of an instant, as SQL. */
export const localDate = (instant: string): string => `(${instant} at time zone 'Europe/Copenhagen')::date`

/**
 * The municipality that an order, the row `o`, named on a day, as SQL: what the first change after that day says was before,
 * else what stands. A change holds from the day on which it was entered. For what asks it of many rows, which would call a
 * function for each; everything else calls `portal_municipality_on`.
 * @param day as SQL
 * @param asOf the instant up to which changes are known, as SQL; all that were made where it is left out
 */
export const municipalityOn = (
  day: string,
  asOf?: string,
): string => `coalesce((select v.before ->> 'residenceMunicipality' from order_amendments v
    where v.order_id = o.id and v.before ? 'residenceMunicipality'
      and (${localDate('v.amended_at')} > ${day}${asOf === undefined ? '' : ` or v.amended_at > ${asOf}`})
    order by v.amended_at, v.id limit 1), o.residence_municipality)`

const asOwner = 'security definer set search_path = pg_catalog, public, pg_temp'

/** The functions, made when `order_amendments` stands. */
export const municipalityFunctions = `
    create index order_amendments_that_move on order_amendments ((before ->> 'residenceMunicipality'), order_id)
      where before ->> 'residenceMunicipality' is not null;

    -- Past row-level security: who reads something of an order need not read its amendments. Bound to its tables when it is made,
    -- so no call has to set a search path.
    create function portal_municipality_on(of_order uuid, day date) returns text language sql stable parallel safe security definer
      return (select ${municipalityOn('day')} from orders o where o.id = of_order);

    -- Whether the caller reads what an order has from one day to another: a party and an office that decides on it all of
    -- that, an auditor who is limited to municipalities what lies on days on which the citizen was theirs. Asked about such
    -- auditors alone. Between two moves nothing changes, so the first day and those of the moves are all that have to be asked.
    create function portal_reads_days(of_order uuid, first_day date, last_day date) returns boolean
      language sql stable parallel safe ${asOwner} as $$
        select exists (select from orders o where o.id = of_order and (
          portal_organisation() in (o.supplier_id, o.jobcenter_id)
          or ${municipalityOn('first_day')} = any (portal_audited_municipalities()::text[])
          or exists (select from order_amendments a
            where a.order_id = o.id and a.before ? 'residenceMunicipality'
              and ${localDate('a.amended_at')} > first_day and ${localDate('a.amended_at')} <= last_day
              and portal_municipality_on(o.id, ${localDate('a.amended_at')}) = any (portal_audited_municipalities()::text[]))
          or (portal_is('benefits-office') and exists (select from routing_policies p
            where p.target_group = o.target_group and p.recipient_id = portal_organisation()
              and p.valid_from <= o.end_date and (p.valid_to is null or p.valid_to >= o.start_date))))) $$;

    -- Whether days make no difference to the caller: all but those auditors, and the owner's own functions, which ask by themselves
    -- (an owner that made the roles is a member of them, and a restrictive policy would hold it too).
    create function portal_reads_all_days() returns boolean language sql stable parallel safe
      as $$ select portal_audited_municipalities() is null
                or current_user = (select pg_get_userbyid(relowner) from pg_class where oid = 'orders'::regclass) $$;

    -- The municipality that an amendment ended, if that held on a day of the order: kept, since every look at orders by an auditor
    -- of municipalities asks for it (worked out anew it cost 15 buffers for each order that ever moved). The first day of an order:
    -- of its approval or its course, whichever was earlier, whatever became of the latter.
    alter table order_amendments add column left_municipality text;
    create index order_amendments_that_left on order_amendments (left_municipality, order_id) where left_municipality is not null;
    create function order_amendments_end_municipalities() returns trigger language plpgsql ${asOwner} as $$
    begin
      update order_amendments a set left_municipality = w.was
        from (select m.id, case when ${localDate('m.amended_at')} > coalesce(
                lag(${localDate('m.amended_at')}) over (order by m.amended_at, m.id),
                (select least(o.start_date, ${localDate('o.approved_at')}, min((e.before ->> 'startDate')::date))
                   from orders o left join order_amendments e on e.order_id = o.id where o.id = new.order_id group by o.id))
              then m.before ->> 'residenceMunicipality' end as was
            from order_amendments m where m.order_id = new.order_id and m.before ? 'residenceMunicipality') w
       where a.id = w.id and a.left_municipality is distinct from w.was;
      return null;
    end $$;
    revoke all on function order_amendments_end_municipalities from public;
    create trigger end_municipalities after insert on order_amendments
      for each row execute function order_amendments_end_municipalities();

    -- The orders whose citizens were of the caller's audited municipalities on some day and are no longer.
    create function portal_once_audited_orders() returns uuid[] language sql stable parallel safe ${asOwner} as $$
        select coalesce(array_agg(distinct a.order_id), '{}') from order_amendments a
         where a.left_municipality = any (portal_audited_municipalities()::text[]) $$;

    revoke all on function portal_municipality_on, portal_reads_days, portal_once_audited_orders from public;
    grant execute on function portal_municipality_on, portal_reads_days, portal_once_audited_orders to portal_application;
    grant execute on function portal_municipality_on to portal_worker;
`

type Period = {
  readonly order?: string
  readonly from: string
  readonly to?: string
  /** Which rows are about no day, as SQL; the other policies decide about them alone. */
  readonly free?: string
}

/**
 * A policy that keeps what lies on other days from auditors who are limited to municipalities, beside the policies that let
 * somebody read the table at all. The first test is asked once a statement and is all that it costs anybody else.
 * @param period the order of a row with the first and the last day that it is about, as SQL
 */
export const onTheirDays = (table: string, { order = 'order_id', from, to = from, free }: Period): string => `
    create policy of_the_day on ${table} as restrictive for select to portal_application
      using ((select portal_reads_all_days())${free === undefined ? '' : ` or ${free}`}
        or portal_reads_days(${order}, ${from}, ${to}));`

/** The same of what happened at an instant. */
export const onTheirDay = (table: string, instant: string, free?: string): string =>
  onTheirDays(table, { from: localDate(instant), ...(free === undefined ? {} : { free }) })

/** Of a month, `YYYY-MM`, as SQL: its first and its last day. */
export const daysOfMonth = (month: string): { readonly from: string; readonly to: string } => ({
  from: `(${month} || '-01')::date`,
  to: `((${month} || '-01')::date + interval '1 month' - interval '1 day')::date`,
})
