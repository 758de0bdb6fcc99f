import { type Kysely, sql } from 'kysely'

/** The function by which the worker numbers and hashes what was committed, and what tells how far it has come. */
export const sealing = async (db: Kysely<unknown>): Promise<void> => {
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
