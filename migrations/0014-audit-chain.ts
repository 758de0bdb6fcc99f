import { type Kysely, sql } from 'kysely'

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
}

const tables = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    -- Where a row stands in the order of writing, as change_log has it from the start.
    alter table lookups add column position bigint generated always as identity unique;
    alter table refusals add column position bigint generated always as identity unique;
    -- Whom a list showed. Filled by lists instead of a row per citizen.
    alter table lookups add column citizen_ids uuid[];

    create table audit_chain (
      number bigint primary key check (number > 0),
      source text not null check (source in ('change', 'look-up', 'refusal')),
      position bigint not null,
      row_id uuid not null,
      at timestamptz(3) not null,
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

const sealing = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function portal_seal_audit(most integer, lock_number bigint, out sealed integer)
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
    declare
      oldest xid8;
    begin
      -- null: another worker is at it
      if not pg_try_advisory_xact_lock(lock_number) then return; end if;
      oldest := pg_snapshot_xmin(pg_current_snapshot());
      with state as materialized (
        select * from audit_sealing
      ), picked as materialized (
        select s.source, (r).position, (r).id, (r).occurred_at as at, (r).organisation_id, (r).client_id, (r).order_id,
               null::uuid as citizen_id, null::uuid[] as citizen_ids, portal_audit_row(r) as content
          from state s cross join lateral (
            (select n as r from change_log n where n.position > s.high order by n.position limit most)
            union all
            select n from unnest(s.fresh + s.fading) as g join change_log n on n.position >= lower(g) and n.position < upper(g)
          ) as found where s.source = 'change'
        union all
        select s.source, (r).position, (r).id, (r).occurred_at, (r).organisation_id, (r).client_id, (r).order_id,
               (r).citizen_id, (r).citizen_ids, portal_audit_row(r)
          from state s cross join lateral (
            (select n as r from lookups n where n.position > s.high order by n.position limit most)
            union all
            select n from unnest(s.fresh + s.fading) as g join lookups n on n.position >= lower(g) and n.position < upper(g)
          ) as found where s.source = 'look-up'
        union all
        select s.source, (r).position, (r).id, (r).arrived_at, (r).organisation_id, (r).client_id, (r).order_id,
               null, null, portal_audit_row(r)
          from state s cross join lateral (
            (select n as r from refusals n where n.position > s.high order by n.position limit most)
            union all
            select n from unnest(s.fresh + s.fading) as g join refusals n on n.position >= lower(g) and n.position < upper(g)
          ) as found where s.source = 'refusal'
      ), numbered as (
        select t.last + row_number() over (order by p.at, p.source, p.position) as number, t.hash as before, p.*
          from picked p cross join audit_tail t
      ), about as (
        select n.number, n.before, n.source, n.position, n.id, n.at, n.organisation_id, n.client_id, n.order_id, n.content,
               coalesce(n.citizen_id, o.citizen_id) as citizen_id,
               coalesce((
                 select jsonb_agg(jsonb_build_array(w.citizen, w.municipality) order by w.citizen, w.municipality)
                   from (select o.citizen_id as citizen, o.residence_municipality as municipality where o.id is not null
                         union
                         select k.id, coalesce(m.residence_municipality, '')
                           from unnest(n.citizen_ids || n.citizen_id) as k (id)
                           left join orders m on m.citizen_id = k.id and m.approved_at is not null
                          where k.id is not null and k.id is distinct from o.citizen_id) as w), '[]') as citizens
          from numbered n left join orders o on o.id = n.order_id
      ), links as materialized (
        select a.*, portal_audit_hash(a.before, jsonb_build_array(a.number, a.source, a.position, a.id,
                 portal_audit_time(a.at), a.organisation_id, a.client_id, a.order_id, a.citizen_id, a.citizens, a.content)::text)
                 over (order by a.number) as hash
          from about a
      ), chained as (
        insert into audit_chain (number, source, position, row_id, at, organisation_id, client_id, order_id, citizen_id, citizens, hash)
        select l.number, l.source, l.position, l.id, l.at, l.organisation_id, l.client_id, l.order_id, l.citizen_id, l.citizens, l.hash
          from links l order by l.number
      ), indexed as (
        insert into audit_citizens (citizen_id, number, municipality, at, source, organisation_id)
        select (c ->> 0)::uuid, l.number, c ->> 1, l.at, l.source, l.organisation_id
          from links l cross join lateral jsonb_array_elements(l.citizens) as c
      ), marked as (
        update audit_sealing s
           set high = greatest(s.high, p.high),
               fresh = s.fresh + int8multirange(int8range(s.high, greatest(s.high, p.high), '(]')) - p.found,
               fading = s.fading - p.found
          from (select k.source, max(k.position) as high, range_agg(int8range(k.position, k.position, '[]')) as found
                  from picked k group by k.source) as p
         where s.source = p.source
      ), left_at as (
        update audit_tail t set last = l.number, hash = l.hash
          from (select e.number, e.hash from links e order by e.number desc limit 1) as l
      )
      select count(*) into sealed from links;

      -- What has stood in "fading" since before every running transaction began and was not there now, never will be. In a
      -- database restored into a younger server the old numbers mean nothing, and nothing old runs.
      update audit_sealing s set fading = s.fresh, fresh = '{}', turned_at = now(), turned_xid = pg_current_xact_id()
       where s.turned_at < now() - interval '1 minute' and not (isempty(s.fresh) and isempty(s.fading))
         and (oldest >= s.turned_xid or s.turned_xid > pg_snapshot_xmax(pg_current_snapshot()));
    end $$;
    revoke all on function portal_seal_audit(integer, bigint) from public;
    grant execute on function portal_seal_audit(integer, bigint) to portal_worker;

    -- For the worker's metrics: rows that wait to be sealed. A worker without one shows here.
    create function portal_unsealed() returns bigint
      language sql stable security definer set search_path = pg_catalog, public, pg_temp
      return (select coalesce(sum(case s.source
          when 'change' then (select count(*) from change_log r where r.position > s.high)
          when 'look-up' then (select count(*) from lookups r where r.position > s.high)
          else (select count(*) from refusals r where r.position > s.high) end), 0)::bigint from audit_sealing s);
    revoke all on function portal_unsealed() from public;
    grant execute on function portal_unsealed() to portal_worker;

    -- The position from which on look-ups may not have been sealed yet; those before are found through audit_citizens.
    create function portal_lookups_unsealed_from() returns bigint
      language sql stable security definer set search_path = pg_catalog, public, pg_temp
      return (select least(s.high + 1, lower(s.fresh), lower(s.fading)) from audit_sealing s where s.source = 'look-up');
    revoke all on function portal_lookups_unsealed_from() from public;
    grant execute on function portal_lookups_unsealed_from() to portal_application;
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
  for (const table of ['audit_chain', 'audit_citizens', 'audit_checkpoints', 'change_log', 'lookups']) {
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

    -- Without a policy the application sees no row of the last two.
    grant select on audit_chain, audit_citizens, audit_checkpoints, audit_tail, audit_sealing to portal_application;
    grant select, insert on audit_checkpoints to portal_worker;
    grant select on audit_tail to portal_worker;
  `.execute(db)
}
