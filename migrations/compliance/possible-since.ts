import { type Kysely, sql } from 'kysely'
import { localDate } from '../municipality/on-the-day.ts'

const asOwner = 'security definer set search_path = pg_catalog, public, pg_temp'
const always = `date '0001-01-01'`
/** That the dates of a change `v` of the order leave the day out before it, or after it. */
const leavesOut = (v: string, when: 'before' | 'after'): string => {
  const other = when === 'before' ? 'after' : 'before'
  return `((of_day < (${v}.${when} ->> 'startDate')::date and of_day >= (${v}.${other} ->> 'startDate')::date)
            or (of_day > (${v}.${when} ->> 'endDate')::date and of_day <= (${v}.${other} ->> 'endDate')::date))`
}
/** When the activity `a` could be planned, for what is due at an instant; one that the supplier proposed later than that is no excuse. */
const plannableFrom = (dueAt: string): string => `case when a.decided_at is null and a.kind = 'on-site' then '-infinity'
          when a.decided_at is null then a.created_at when a.created_at >= ${dueAt} then '-infinity' else a.decided_at end`

/**
 * Since when something was possible for a supplier (src/rules/compliance/possible-since.ts), for everything that judges whether it
 * was late: registrations, attendance and, kept with the duty when it is opened, protocols.
 */
export const possibleSince = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw(`
    -- What of the authority's stood in the way on a day of an order, from a day up to another on which it ended. \`left_minutes\`:
    -- of leave, what it left of the planned minutes; whoever attended as much had nothing to register. Past row-level security, dates alone.
    create function portal_hindrances(of_order uuid, of_day date)
      returns table (because text, from_day date, to_day date, left_minutes integer) language sql stable parallel safe ${asOwner} as $$
        select 'approval', ${always}, ${localDate('o.approved_at')}, 0 from orders o
         where o.id = of_order and ${localDate('o.approved_at')} > of_day
        union all
        select 'amendment', coalesce((select max(${localDate('w.amended_at')}) from order_amendments w
              where w.order_id = of_order and w.amended_at < v.amended_at and ${leavesOut('w', 'after')}), ${always}), ${localDate('v.amended_at')}, 0
          from order_amendments v
         where v.order_id = of_order and ${localDate('v.amended_at')} > of_day and ${leavesOut('v', 'before')}
        union all
        -- a day was possible as soon as one of its activities was
        select 'decision', max(a.proposed_on), min(a.possible_on), 0
          from (select case when x.decided_at is null then ${always} else ${localDate('x.created_at')} end as proposed_on,
                  case when x.decided_at is not null then ${localDate('x.decided_at')} when x.kind = 'on-site' then ${always}
                    else ${localDate('x.created_at')} end as possible_on
                from planned_days n join activities x on x.id = n.activity_id where n.order_id = of_order and n.date = of_day) a
        having min(a.possible_on) > of_day
        union all
        select 'leave', ${localDate('l.created_at')}, ${localDate('l.withdrawn_at')}, greatest(0, p.minutes - (
              select sum(coalesce(m.minutes, p.minutes)) from leave_approvals m
               where m.order_id = of_order and of_day between m.from_date and m.to_date and m.created_at < l.withdrawn_at
                 and coalesce(m.withdrawn_at >= l.withdrawn_at, true)))::integer
          from leave_approvals l cross join lateral (select sum(n.planned_minutes) as minutes from planned_days n
            where n.order_id = of_order and n.date = of_day) p
         where l.order_id = of_order and of_day between l.from_date and l.to_date and l.withdrawn_at is not null and p.minutes > 0 $$;

    -- \`possibleOn\` of what a day asks for, due on that day or a later one. Without leave: that is part of attendance, and
    -- registrations carry it in their due day.
    create function portal_possible_on(of_order uuid, of_day date, due_on date) returns date language plpgsql stable parallel safe ${asOwner} as $$
    declare
      possible date := due_on;
      further date;
    begin
      loop
        select max(h.to_day) into further from portal_hindrances(of_order, of_day) h
         where h.because <> 'leave' and h.from_day <= possible and h.to_day > possible;
        exit when further is null;
        possible := further;
      end loop;
      return possible;
    end $$;

    -- Since when something could be planned in a month of an order; -infinity: whenever the supplier liked.
    create function portal_month_possible_from(of_order uuid, of_month text, due_at timestamptz) returns timestamptz
      language sql stable parallel safe ${asOwner} as $$
        select min(${plannableFrom('portal_month_possible_from.due_at')}) from planned_days p join activities a on a.id = p.activity_id
         where p.order_id = of_order and p.date between (of_month || '-01')::date
           and ((of_month || '-01')::date + interval '1 month' - interval '1 day')::date $$;

    -- What a month's plan says when its duty is opened late is kept with the duty: a plan made later excuses nothing.
    create function obligations_possible_from() returns trigger language plpgsql ${asOwner} as $$
    begin
      new.possible_from := nullif(portal_month_possible_from(new.order_id, new.subject, new.due_at), '-infinity');
      return new;
    end $$;
    create trigger possible_from before insert on obligations for each row
      when (new.kind = 'attendance-protocol' and new.opened_at >= new.due_at and new.subject ~ '^\\d{4}-(0[1-9]|1[0-2])$')
      execute function obligations_possible_from();
    -- It may take an excuse away: a day that could have been planned before is planned after all.
    create function planned_days_possible_before() returns trigger language plpgsql ${asOwner} as $$
    begin
      update obligations b set possible_from = nullif(w.possible_from, '-infinity')
        from (select distinct r.order_id, to_char(r.date, 'YYYY-MM') as month from new_rows r) m
        cross join lateral (select x.id, portal_month_possible_from(x.order_id, x.subject, x.due_at) as possible_from
          from obligations x where x.order_id = m.order_id and x.kind = 'attendance-protocol' and x.subject = m.month
            and x.possible_from is not null offset 0) w
       where b.id = w.id and w.possible_from < b.possible_from;
      return null;
    end $$;
    create trigger possible_before after insert on planned_days referencing new table as new_rows
      for each statement execute function planned_days_possible_before();

    revoke all on function portal_hindrances, portal_possible_on, portal_month_possible_from, obligations_possible_from,
      planned_days_possible_before from public;
    grant execute on function portal_hindrances, portal_possible_on to portal_application;
  `)
    .execute(db)
}
