import { type Kysely, sql } from 'kysely'
import { asOwner, lastDayOf, localDate } from './facts.ts'

/** The tables that somebody writes to who changes what is counted. */
export const countedTables = (): string[] => [...Object.keys(touched), 'leave_approvals', 'orders', 'order_amendments']

/** Of `r`, a row of a table: the cells that it is counted in, as a list of values. A null day is none. */
const touched: Readonly<Record<string, string>> = {
  absences: `('absences', r.supplier_id, r.date)`,
  obligations: `('duties', r.supplier_id, r.due_on),
    ('protocols', r.supplier_id, case when r.kind = 'attendance-protocol' and r.subject ~ '^\\d{4}-(0[1-9]|1[0-2])$'
      then ${lastDayOf('r.subject')} end),
    ('meetings', r.supplier_id, case when r.kind = 're-summons-letter' and r.subject ~ '^\\d{4}-\\d{2}-\\d{2}$' then r.subject::date end)`,
  planned_days: `('attendance', r.supplier_id, r.date)`,
  attendance_days: `('attendance', r.supplier_id, r.date)`,
  protocol_months: `('protocols', r.supplier_id, ${lastDayOf('r.month')})`,
  first_meeting_outcomes: `('meetings', r.supplier_id, r.met_on)`,
  re_summons: `('meetings', r.supplier_id, r.missed_on)`,
  contact_requests: `('contacts', r.supplier_id, ${localDate('r.created_at')})`,
  refusals: `('refusals', r.organisation_id, ${localDate('r.arrived_at')})`,
}
/** What an order's change means for the days of others: leave takes from both registers; terms move every cell of the order. */
const daysOfLeave = (rows: string): string =>
  `select 'attendance', r.supplier_id, p.date from ${rows} r
     join planned_days p on p.order_id = r.order_id and p.date between r.from_date and r.to_date`
const allOfOrders = (orders: string): string => `
  select 'duties', b.supplier_id, b.due_on from ${orders} r join obligations b on b.order_id = r.id
  union all select 'absences', a.supplier_id, a.date from ${orders} r join absences a on a.order_id = r.id
  union all select 'protocols', b.supplier_id, ${lastDayOf('b.subject')} from ${orders} r join obligations b
    on b.order_id = r.id and b.kind = 'attendance-protocol' and b.subject ~ '^\\d{4}-(0[1-9]|1[0-2])$'
  union all select 'protocols', m.supplier_id, ${lastDayOf('m.month')} from ${orders} r join protocol_months m on m.order_id = r.id
  union all select 'meetings', m.supplier_id, m.met_on from ${orders} r join first_meeting_outcomes m on m.order_id = r.id
  union all select 'contacts', c.supplier_id, ${localDate('c.created_at')} from ${orders} r join contact_requests c on c.order_id = r.id
  union all select 'refusals', f.organisation_id, ${localDate('f.arrived_at')} from ${orders} r join refusals f on f.order_id = r.id`
/**
 * § 7: what is told of a meeting says of the days from then on whether attendance was owed, until the citizen has come. Row by
 * row, so that a plan made for an import serves a single duty as well.
 */
const daysOfMeetings = (rows: string): string =>
  `select 'attendance', d.supplier_id, d.date from ${rows} r
     cross join lateral (select p.supplier_id, p.date from orders o join planned_days p on p.order_id = o.id
        where o.id = r.order_id and o.first_attended_on is null and p.date >= least(r.due_on, ${localDate('o.first_meeting_at')})
        offset 0) d
    where r.kind = 'first-meeting-outcome'`
/** § 8: until when a contact request can be answered is said by its duty, which may be extended. */
const daysOfRequests = (rows: string): string =>
  `select 'contacts', c.supplier_id, ${localDate('c.created_at')} from ${rows} r
     join contact_requests c on c.id = case when r.kind = 'contact-request' and r.subject ~ '^[0-9a-f-]{36}$' then r.subject::uuid end`
/** What a row of a table says of the days of others, beside its own cells. */
const further: Readonly<Record<string, (rows: string) => string>> = {
  obligations: (rows) => `${daysOfMeetings(rows)} union ${daysOfRequests(rows)}`,
}
const terms = ['supplier_id', 'jobcenter_id', 'framework_agreement_id', 'target_group', 'residence_municipality']
const course = [
  'status',
  'course_status',
  'start_date',
  'end_date',
  'ended_on',
  'first_attended_on',
  'first_meeting_at',
]
const differ = (columns: readonly string[]): string =>
  `row(${columns.map((column) => `n.${column}`).join(', ')}) is distinct from row(${columns.map((column) => `o.${column}`).join(', ')})`

/** After each statement that writes: one more statement, which names the cells it was about, and commits with it. */
export const triggers = async (db: Kysely<unknown>): Promise<void> => {
  const onStatement = (table: string, operation: 'insert' | 'update' | 'delete', body: string): Promise<unknown> => {
    const rows = { insert: 'new table as new_rows', delete: 'old table as old_rows' }
    return sql
      .raw(`
      create function portal_touch_${table}_${operation}() returns trigger ${asOwner} as $$
      begin
        ${body}
        return null;
      end $$;
      revoke all on function portal_touch_${table}_${operation} from public;
      create trigger touch_compliance_${operation} after ${operation} on ${table}
        referencing ${operation === 'update' ? `${rows.insert} ${rows.delete}` : rows[operation]}
        for each statement execute function portal_touch_${table}_${operation}();
    `)
      .execute(db)
  }
  const rowsOf = {
    insert: 'new_rows',
    delete: 'old_rows',
    update: '(select * from new_rows union all select * from old_rows)',
  } as const
  for (const operation of ['insert', 'update', 'delete'] as const) {
    const rows = rowsOf[operation]
    for (const [table, cells] of Object.entries(touched)) {
      await onStatement(
        table,
        operation,
        `insert into compliance_touched (source, supplier_id, day)
          select distinct c.source, c.supplier_id, c.day from ${rows} r
            cross join lateral (values ${cells}) c (source, supplier_id, day) where c.day is not null${further[table] ? ` union ${further[table](rows)}` : ''};`,
      )
    }
    await onStatement(
      'leave_approvals',
      operation,
      `insert into compliance_touched (source, supplier_id, day) ${daysOfLeave(rows)};`,
    )
  }
  const begun = (rows: string): string =>
    `select 'courses', r.supplier_id, r.start_date from ${rows} r where r.approved_at is not null`
  for (const operation of ['insert', 'delete'] as const) {
    await onStatement(
      'orders',
      operation,
      `insert into compliance_touched (source, supplier_id, day) ${begun(rowsOf[operation])};`,
    )
  }
  await onStatement(
    'orders',
    'update',
    `if not exists (select from new_rows n join old_rows o using (id)
        where ${differ([...terms, ...course, 'approved_at', 'ordered_minutes'])}) then
       return null;
     end if;
     insert into compliance_touched (source, supplier_id, day)
       select * from (${begun('new_rows')} union ${begun('old_rows')}) b
       union all
       select 'attendance', p.supplier_id, p.date from new_rows n join old_rows o using (id)
         join planned_days p on p.order_id = n.id where ${differ([...terms, ...course])};
     if exists (select from new_rows n join old_rows o using (id) where ${differ(terms)}) then
       insert into compliance_touched (source, supplier_id, day)
         select distinct c.source, c.supplier_id, c.day from (${allOfOrders('new_rows')}) c (source, supplier_id, day);
     end if;`,
  )
  await sql
    .raw(`
    -- What changes the meaning of many cells is named as such; the worker finds the cells when it counts (compliance/count.ts).
    create function portal_redefine_target_group() returns trigger ${asOwner} as $$
    begin
      insert into compliance_redefined (target_group)
        select distinct r.code from (values (old.set_name, old.code), (new.set_name, new.code)) r (set_name, code)
         where r.set_name = 'target-groups';
      return null;
    end $$;
    create trigger redefine_compliance after insert or update or delete on code_values
      for each row execute function portal_redefine_target_group();
    create function portal_redefine_organisation() returns trigger ${asOwner} as $$
    begin
      insert into compliance_redefined (organisation_id) values (new.id);
      return null;
    end $$;
    create trigger redefine_compliance after update of kinds on organisations
      for each row when (old.kinds is distinct from new.kinds) execute function portal_redefine_organisation();
    -- A sandbox's clock that is set back takes along up to when was counted.
    create function portal_set_back_freshness() returns trigger ${asOwner} as $$
    declare
      back constant interval := (new.ahead_ms - old.ahead_ms) * interval '1 millisecond';
    begin
      update compliance_freshness set fresh_as_of = fresh_as_of + back, looked_at = looked_at + back;
      update compliance_writers set since = since + back;
      return null;
    end $$;
    create trigger set_back_freshness after update of ahead_ms on sandbox_clock
      for each row when (new.ahead_ms < old.ahead_ms) execute function portal_set_back_freshness();
    revoke all on function portal_redefine_target_group, portal_redefine_organisation, portal_set_back_freshness from public;
  `)
    .execute(db)
}
