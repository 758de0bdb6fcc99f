import { type Kysely, sql } from 'kysely'
import { counting } from './compliance/count.ts'
import { columnsOf, facts, localDate, sources } from './compliance/facts.ts'
import { possibleSince } from './compliance/possible-since.ts'
import { triggers } from './compliance/touch.ts'
import { orderAsLeft } from './municipality/as-left.ts'

/** The cells, who may read them, and what is still to be counted. */
const tables = async (db: Kysely<unknown>): Promise<void> => {
  await sql
    .raw(`
    -- Whoever reads compliance of all citizens; others read that of the municipalities that they audit.
    create function portal_sees_all_compliance() returns boolean language sql stable parallel safe
      as $$ select portal_audits_everyone() or portal_is('administrator') $$;

    -- Which cells something was written to. Only ever added to by writers, and without an index, so that none waits for another.
    create table compliance_touched (source text not null, supplier_id uuid not null, day date not null);
    -- Business time up to which every committed write is counted; null before the first round.
    create table compliance_freshness (
      only_row boolean primary key default true check (only_row),
      fresh_as_of timestamptz(3),
      -- when the last round began, whatever it left over
      looked_at timestamptz(3)
    );
    insert into compliance_freshness default values;
    -- The transactions that were writing when the last round began, each with a time before its first write: that of the last
    -- round that did not see it. What they write is seen when they commit, and may be as old as that.
    create table compliance_writers (virtual_transaction text primary key, since timestamptz(3));
    -- What was given another meaning since the last round, and so all cells that are counted by it.
    create table compliance_redefined (target_group text, organisation_id uuid);
    -- Days on which the two registers of a citizen at a supplier differ without a reason, as src/rules/protocol/reconcile.ts
    -- says; kept, since it takes both registers to find them. The order: that of the registration, else of the attendance.
    create table register_differences (
      supplier_id uuid not null,
      day date not null,
      order_id uuid not null,
      residence_municipality text not null,
      because text not null check (because in ('absence-not-registered', 'registration-not-in-protocol')),
      minutes integer not null check (minutes > 0)
    );
    create index on register_differences (supplier_id, day);

    -- What the cells are counted from, by supplier and day. Registrations of a day arrive together: the ends of their pages.
    create index absences_live_of_supplier_by_day on absences (supplier_id, date) where withdrawn_at is null;
    create index planned_days_of_supplier on planned_days (supplier_id, date);
    create index obligations_of_protocols on obligations (supplier_id, subject) where kind = 'attendance-protocol';
    create index protocol_months_of_supplier on protocol_months (supplier_id, month);
    create index first_meetings_of_supplier_by_day on first_meeting_outcomes (supplier_id, met_on);
    create index contact_requests_of_supplier_by_day on contact_requests (supplier_id, (${localDate('created_at')}));
    create index refusals_by_day on refusals (organisation_id, (${localDate('arrived_at')}));
  `)
    .execute(db)
  for (const source of sources) {
    const listed = `f.supplier_id, f.day, f.id, f.order_id, f.order_number, f.citizen_id, f.jobcenter_id, f.framework_agreement_id, f.target_group,
      f.residence_municipality, f.kind, f.open_until, f.days_late, f.working_days_late, ${columnsOf(source).join(', ')}`
    await sql
      .raw(`
      create view compliance_${source}_facts as ${facts[source]};
      -- The same for whoever reads compliance: as the owner, past the policies of the tables, so it asks by itself.
      create view compliance_${source}_cases as select ${listed}${source === 'protocols' ? ', f.month' : ''} from compliance_${source}_facts f
        where (select portal_sees_all_compliance())
          or f.residence_municipality = any ((select portal_audited_municipalities())::text[]);
      grant select on compliance_${source}_cases to portal_application;
      create table compliance_${source} (
        -- coarse: a month without jobcenter and target group, for questions that ask for neither (a thirtieth of the rows)
        span text not null check (span in ('day', 'month', 'coarse')),
        -- the day, or the first of the month
        day date not null,
        supplier_id uuid not null,
        jobcenter_id uuid, framework_agreement_id uuid, target_group text, residence_municipality text, kind text not null,
        -- the last day on which what is open is in time, where that is not the day itself
        open_until date,
        ${columnsOf(source)
          .map((column) => `${column} integer not null`)
          .join(', ')}
      );
      create index on compliance_${source} (span, day, supplier_id);
    `)
      .execute(db)
  }
  for (const table of [...sources.map((source) => `compliance_${source}`), 'register_differences']) {
    await sql
      .raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy readers on ${table} for select to portal_application
        using ((select portal_sees_all_compliance())
          or residence_municipality = any ((select portal_audited_municipalities())::text[]));
      create policy migration on ${table} for all to current_user using (true) with check (true);
      grant select on ${table} to portal_application;
    `)
      .execute(db)
  }
  for (const table of ['compliance_touched', 'compliance_freshness', 'compliance_writers', 'compliance_redefined']) {
    await sql
      .raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy readers on ${table} for select to portal_application
        using ((select portal_is('auditor')) or (select portal_is('administrator')));
      create policy migration on ${table} for all to current_user using (true) with check (true);
      grant select on ${table} to portal_application;
    `)
      .execute(db)
  }
}

/**
 * Compliance (§ 1 to § 9): cells that count, for a supplier and a day, what the registers hold, by jobcenter, agreement, target
 * group and municipality; months of them; the views that list what they count. See docs/decisions/0012.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await orderAsLeft(db)
  await possibleSince(db)
  await tables(db)
  await triggers(db)
  await counting(db)
}
