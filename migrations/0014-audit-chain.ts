import { type Kysely, sql } from 'kysely'
import { sealing } from './audit/sealing.ts'

/**
 * The audit chain: every committed row of `change_log`, `lookups` and `refusals` gets a number and a hash that covers the
 * row and all links before it (docs/decisions/0011-audit-chain.md). Writers do not touch it: a worker seals what has been
 * committed, through one function of the owner's.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await tables(db)
  await canonicalText(db)
  await sealing(db)
  await appendOnly(db)
  await policies(db)
  await ofCitizen(db)
}

const tables = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    -- Where a row stands in the order of writing, as change_log has it from the start.
    alter table lookups add column position bigint generated always as identity unique;
    alter table refusals add column position bigint generated always as identity unique;
    -- Whom a list showed. Filled by lists instead of a row per citizen.
    alter table lookups add column citizen_ids uuid[];

    -- Years that the text of a time tells apart: it has no era.
    alter table change_log add constraint at_in_our_time check (occurred_at >= '1900-01-01T00:00:00Z' and occurred_at < '10000-01-01T00:00:00Z');
    alter table lookups add constraint at_in_our_time check (occurred_at >= '1900-01-01T00:00:00Z' and occurred_at < '10000-01-01T00:00:00Z');
    alter table refusals add constraint at_in_our_time check (arrived_at >= '1900-01-01T00:00:00Z' and arrived_at < '10000-01-01T00:00:00Z');

    create table audit_chain (
      number bigint primary key check (number > 0),
      source text not null check (source in ('change', 'look-up', 'refusal')),
      position bigint not null,
      row_id uuid not null,
      at timestamptz(3) not null check (at >= '1900-01-01T00:00:00Z' and at < '10000-01-01T00:00:00Z'),
      organisation_id uuid not null,
      client_id text not null,
      order_id uuid,
      -- The one whom the row is about; null for lists and for what is about nobody.
      citizen_id uuid,
      -- [[citizen, municipality], …] as of the sealing: of the order, else of all of the citizen's approved orders.
      citizens jsonb not null,
      hash bytea not null check (length(hash) = 32),
      unique (source, position)
    );
    create index on audit_chain (source, at, number);
    create index on audit_chain (organisation_id, source, at, number);

    -- The same citizens as an index: made and checked with the chain.
    create table audit_citizens (
      citizen_id uuid not null,
      number bigint not null check (number > 0),
      municipality text not null,
      at timestamptz(3) not null,
      source text not null,
      organisation_id uuid not null,
      primary key (number, citizen_id, municipality)
    );
    create index on audit_citizens (citizen_id, at, number) include (source, organisation_id, municipality);
    create index on audit_citizens (municipality, at, number) include (source, organisation_id);

    -- Where the chain was left: it goes on from here also when its end was cut off, so that the hole stays.
    create table audit_tail (
      only_row boolean primary key default true check (only_row),
      last bigint not null,
      hash bytea not null
    );
    insert into audit_tail (last, hash) values (0, decode(repeat('00', 32), 'hex'));

    -- How far each table has been sealed. Positions below that which were not there yet (their transaction had not
    -- committed, or never will) are looked for again until every transaction that could have drawn them has ended.
    create table audit_sealing (
      source text primary key,
      high bigint not null default 0,
      fresh int8multirange not null default '{}',
      fading int8multirange not null default '{}',
      turned_at timestamptz not null default now(),
      turned_xid xid8 not null default pg_current_xact_id()
    );
    insert into audit_sealing (source) values ('change'), ('look-up'), ('refusal');

    create table audit_checkpoints (
      number bigint primary key,
      hash bytea not null,
      at timestamptz(3) not null,
      key_id text not null,
      public_key jsonb not null,
      -- compact JWS over number, hash and time
      signature text not null
    );
  `.execute(db)
}

/** Times in UTC with milliseconds and jsonb (whose text has its members in one order): the same wherever it is computed. */
const canonicalText = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function portal_audit_time(at timestamptz) returns text language sql stable
      return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

    create function portal_audit_row(r change_log) returns jsonb language sql stable
      return jsonb_build_array(r.id, r.position, portal_audit_time(r.occurred_at), r.client_id, r.organisation_id,
        r.registered_by, r.action, r.entity, r.entity_id, r.order_id, r.request_id, r.changes);
    create function portal_audit_row(r lookups) returns jsonb language sql stable
      return jsonb_build_array(r.id, r.position, portal_audit_time(r.occurred_at), r.client_id, r.organisation_id,
        r.operation, r.citizen_id, r.order_id, r.purpose, r.request_id, to_jsonb(r.citizen_ids));
    create function portal_audit_row(r refusals) returns jsonb language sql stable
      return jsonb_build_array(r.id, r.position, portal_audit_time(r.arrived_at), r.client_id, r.organisation_id,
        r.operation, r.rule, r.order_id, r.request_id);

    create function portal_audit_step(before bytea, first bytea, content text) returns bytea language sql immutable
      return sha256(coalesce(before, first) || convert_to(content, 'UTF8'));
    -- Over ordered links: each one's hash, the first of them going on from a given one.
    create aggregate portal_audit_hash(bytea, text) (sfunc = portal_audit_step, stype = bytea);
  `.execute(db)
}

/** Grants keep the portal's roles from changing history; these keep the owner's own slips from it. */
const appendOnly = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function audit_stays() returns trigger language plpgsql as $$
    begin
      raise exception using errcode = '42501', message = 'the audit log is only added to';
    end $$;
  `.execute(db)
  for (const table of ['audit_chain', 'audit_citizens', 'audit_checkpoints', 'change_log', 'lookups', 'refusals']) {
    await sql`
      create trigger stays before update or delete or truncate on ${sql.table(table)}
        for each statement execute function audit_stays()`.execute(db)
  }
}

const policies = async (db: Kysely<unknown>): Promise<void> => {
  for (const table of ['audit_chain', 'audit_citizens', 'audit_tail', 'audit_sealing', 'audit_checkpoints']) {
    await sql`
      alter table ${sql.table(table)} enable row level security;
      alter table ${sql.table(table)} force row level security;
      create policy migration on ${sql.table(table)} for all to current_user using (true) with check (true);
    `.execute(db)
  }
  await sql`
    create policy own on audit_citizens for select to portal_application using (organisation_id = portal_organisation());
    create policy readers on audit_citizens for select to portal_application
      using ((select portal_is('administrator')) or (select portal_audits_everyone())
        or municipality = any ((select portal_audited_municipalities())::text[]));
    create policy own on audit_chain for select to portal_application using (organisation_id = portal_organisation());
    create policy readers on audit_chain for select to portal_application
      using ((select portal_is('administrator')) or (select portal_audits_everyone())
        or ((select portal_audited_municipalities()) is not null and exists (
          select 1 from audit_citizens a where a.number = audit_chain.number
             and a.municipality = any ((select portal_audited_municipalities())::text[]))));

    -- Who sees a link sees its row, also one that names no order: a look-up of a list, an export.
    create policy audited on change_log for select to portal_application
      using ((select portal_is('auditor')) and exists (
        select 1 from audit_chain c where c.source = 'change' and c.position = change_log.position));
    create policy audited on lookups for select to portal_application
      using ((select portal_is('auditor')) and exists (
        select 1 from audit_chain c where c.source = 'look-up' and c.position = lookups.position));
    create policy audited on refusals for select to portal_application
      using ((select portal_is('auditor')) and exists (
        select 1 from audit_chain c where c.source = 'refusal' and c.position = refusals.position));
    create policy administration on refusals for select to portal_application using ((select portal_is('administrator')));

    create policy readers on audit_checkpoints for select to portal_application
      using ((select portal_is('administrator')) or (select portal_is('auditor')));
    create policy worker on audit_checkpoints for select to portal_worker using (true);
    create policy worker_signs on audit_checkpoints for insert to portal_worker with check (true);
    create policy worker on audit_tail for select to portal_worker using (true);
    -- Whether the chain still has the hash that was signed last; nothing of what a link is about.
    create policy worker on audit_chain for select to portal_worker using (true);

    -- Without a policy the application sees no row of the last two.
    grant select on audit_chain, audit_citizens, audit_checkpoints, audit_tail, audit_sealing to portal_application;
    grant select, insert on audit_checkpoints to portal_worker;
    grant select on audit_tail to portal_worker;
    grant select (number, hash) on audit_chain to portal_worker;
  `.execute(db)
}

/**
 * Who looked a citizen up: every organisation's look-ups, to those alone who answer the citizen's access request, which are
 * the suppliers and jobcenters of the citizen's approved orders; who has a draft alone gets its own. No client and no person;
 * orders are told to whom they belong. Lists are found through the chain, the newest among what the sealer has not come to.
 *
 * A supplier is the one who is inspected: what an inspection looks up is held back from it until the inspection is closed or
 * discarded, with all that the inspecting organisation looks up meanwhile, and for auditors' purposes it gets one fixed word.
 * (In plpgsql, since the tables of inspections come later.)
 */
const ofCitizen = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function portal_lookups_of_citizen(citizen uuid)
      returns table (occurred_at timestamptz, organisation_id uuid, operation text, order_id uuid, purpose text)
      language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    #variable_conflict use_column
    begin
      return query
      with own as materialized (
        select o.id, o.approved_at is not null as approved, j.orders_it from orders o
         cross join lateral (select o.jobcenter_id = portal_organisation() and (select portal_is('jobcenter')) as orders_it) j
         where o.citizen_id = citizen
           and (j.orders_it or o.supplier_id = portal_organisation() and o.approved_at is not null and (select portal_is('supplier')))
      ), reader as materialized (
        select coalesce(bool_or(own.approved), false) as reads_all, coalesce(bool_or(own.approved and own.orders_it), false) as reads_purposes
          from own having count(*) > 0
      ), inspecting as materialized (
        select distinct i.organisation_id, i.drawn_at from inspections i join inspection_courses c on c.inspection_id = i.id
          join orders o on o.id = c.order_id
         where o.citizen_id = citizen and i.closed_at is null and i.discarded_at is null
      ), found as (
        select l.position from lookups l where l.citizen_id = citizen
        union
        select c.position from audit_citizens a join audit_chain c on c.number = a.number
         where a.citizen_id = citizen and a.source = 'look-up'
        union
        select l.position from lookups l
         where l.position >= portal_lookups_unsealed_from()
           and (l.citizen_ids @> array[citizen] or l.order_id in (select o.id from orders o where o.citizen_id = citizen))
      )
      select l.occurred_at, l.organisation_id, l.operation, own.id,
             case when reader.reads_purposes then l.purpose when l.purpose is not null then 'tilsyn' end
        from reader cross join found f join lookups l on l.position = f.position left join own on own.id = l.order_id
       where (reader.reads_all or l.organisation_id = portal_organisation())
         and (reader.reads_purposes or not exists (
           select from inspecting i where l.occurred_at >= i.drawn_at and (l.organisation_id = i.organisation_id
             or l.operation in ('drawInspection', 'getInspection', 'getInspectionCourse', 'getInspectionFinding', 'recordFinding',
               'confirmProposals', 'withdrawFinding', 'closeInspection', 'discardInspection'))))
       order by l.position;
    end $$;
    revoke all on function portal_lookups_of_citizen(uuid) from public;
    grant execute on function portal_lookups_of_citizen(uuid) to portal_application;

    -- Whose the courses of a sample are, for the look-up of an administration, which reads the log and no orders.
    create function portal_citizens_for_administration(asked uuid[]) returns table (citizen_id uuid)
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select o.citizen_id from orders o where o.id = any (asked) and (select portal_is('administrator'))
    $$;
    revoke all on function portal_citizens_for_administration(uuid[]) from public;
    grant execute on function portal_citizens_for_administration(uuid[]) to portal_application;
  `.execute(db)
}
