import { type Kysely, sql } from 'kysely'

/** Events and each recipient's feed; stored answers; the history of changes and look-ups. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table events (
      id uuid primary key,
      -- Order of writing. A transaction that saw another's commit draws a higher one, so causes stand before effects.
      position bigint generated always as identity unique,
      -- Given by the sequencer once the event is committed; what the feed and webhooks show.
      sequence bigint unique,
      type text not null,
      occurred_at timestamptz(3) not null,
      producer_id uuid not null,
      recipients uuid[] not null,
      order_id uuid,
      -- Of the order when the event got its number, for filters; null for an event without an order.
      jobcenter_id uuid,
      target_group text,
      data jsonb not null,
      -- path of the resource that the event is about, below the public URL
      path text not null
    );
    create index events_unsequenced on events (position) where sequence is null;
    create index on events (order_id) where order_id is not null;

    create table event_feed (
      organisation_id uuid not null references organisations,
      sequence bigint not null,
      event_id uuid not null references events,
      primary key (organisation_id, sequence)
    );

    -- Up to which number an organisation's feed has been emptied: a reader who stands before it has missed something.
    create table event_feed_floors (
      organisation_id uuid primary key references organisations,
      sequence bigint not null
    );

    create table event_sequence (
      only_row boolean primary key default true check (only_row),
      last bigint not null,
      -- Which run of which database gave the last number: a restored one goes on far above every number given before.
      written_on text
    );
    insert into event_sequence (last) values (0);

    -- For servers with readers that wait: the last number given, and unless that is the one known, the newest number in each of
    -- the organisations' feeds, in their order. One look serves all readers of a process, whosever they are; it tells
    -- numbers alone.
    create function portal_newest_in_feeds(known bigint, organisations uuid[], out last bigint, out newest bigint[])
      language plpgsql stable security definer
      set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
    begin
      select s.last into last from event_sequence s;
      if last is distinct from known then
        newest := array(select (select max(f.sequence) from event_feed f where f.organisation_id = o.id)
                          from unnest(organisations) with ordinality as o (id, place) order by o.place);
      end if;
    end $$;
    revoke all on function portal_newest_in_feeds(bigint, uuid[]) from public;
    grant execute on function portal_newest_in_feeds(bigint, uuid[]) to portal_application;

    create table idempotency_keys (
      client_id text not null,
      -- SHA-256 of the caller's key, in which callers may write what they like
      key_digest text not null,
      organisation_id uuid not null,
      fingerprint bytea not null,
      status integer not null,
      headers jsonb not null,
      body text not null,
      created_at timestamptz(3) not null default now(),
      primary key (client_id, key_digest)
    );
    create index on idempotency_keys (created_at);

    -- Takes a key for the transaction, or fails at once: PI001 while another request holds it, PI002 when an answer is
    -- stored. Failing ends a pipeline before its later statements wait for locks.
    create function portal_take_key(client text, digest text, number bigint) returns void language plpgsql as $$
    begin
      if not pg_try_advisory_xact_lock(number) then
        raise exception using errcode = 'PI001', message = 'the idempotency key is in progress';
      end if;
      perform 1 from idempotency_keys k where k.client_id = client and k.key_digest = digest;
      if found then
        raise exception using errcode = 'PI002', message = 'the idempotency key has an answer';
      end if;
    end $$;

    create table change_log (
      id uuid primary key,
      position bigint generated always as identity unique,
      occurred_at timestamptz(3) not null,
      client_id text not null,
      organisation_id uuid not null,
      registered_by jsonb,
      action text not null,
      entity text not null,
      entity_id uuid not null,
      order_id uuid,
      request_id text not null,
      changes jsonb not null default '{}'
    );
    create index on change_log (entity_id);
    create index on change_log (organisation_id, id);

    create table lookups (
      id uuid primary key,
      occurred_at timestamptz(3) not null,
      client_id text not null,
      organisation_id uuid not null,
      operation text not null,
      citizen_id uuid,
      order_id uuid,
      purpose text,
      request_id text not null
    );
    create index on lookups (organisation_id, id);
    create index on lookups (citizen_id);
  `.execute(db)

  await sql`
    alter table events enable row level security;
    alter table events force row level security;
    create policy producer on events for insert to portal_application with check (producer_id = portal_organisation());
    create policy recipient on events for select to portal_application using (portal_organisation() = any (recipients));
    create policy worker on events for all to portal_worker using (true) with check (true);
    create policy migration on events for all to current_user using (true) with check (true);

    alter table event_feed enable row level security;
    alter table event_feed force row level security;
    create policy recipient on event_feed for select to portal_application using (organisation_id = portal_organisation());
    create policy worker on event_feed for all to portal_worker using (true) with check (true);
    create policy migration on event_feed for all to current_user using (true) with check (true);

    alter table event_feed_floors enable row level security;
    alter table event_feed_floors force row level security;
    create policy recipient on event_feed_floors for select to portal_application using (organisation_id = portal_organisation());
    create policy worker on event_feed_floors for all to portal_worker using (true) with check (true);
    create policy migration on event_feed_floors for all to current_user using (true) with check (true);

    alter table idempotency_keys enable row level security;
    alter table idempotency_keys force row level security;
    create policy own on idempotency_keys for all to portal_application
      using (organisation_id = portal_organisation()) with check (organisation_id = portal_organisation());
    create policy worker on idempotency_keys for all to portal_worker using (true);
    create policy migration on idempotency_keys for all to current_user using (true) with check (true);

    alter table change_log enable row level security;
    alter table change_log force row level security;
    create policy own on change_log for insert to portal_application with check (organisation_id = portal_organisation());
    create policy worker on change_log for insert to portal_worker with check (true);
    -- Auditors of some municipalities: 0008.
    create policy readers on change_log for select to portal_application
      using (organisation_id = portal_organisation() or (select portal_is('administrator')) or (select portal_audits_everyone()));
    create policy migration on change_log for all to current_user using (true) with check (true);

    alter table lookups enable row level security;
    alter table lookups force row level security;
    create policy own on lookups for insert to portal_application with check (organisation_id = portal_organisation());
    create policy readers on lookups for select to portal_application
      using (organisation_id = portal_organisation() or (select portal_is('administrator')) or (select portal_audits_everyone()));
    create policy migration on lookups for all to current_user using (true) with check (true);

    grant select, insert on events to portal_application;
    grant select on event_feed, event_feed_floors to portal_application;
    grant select, insert, delete on idempotency_keys to portal_application;
    grant select, insert on change_log, lookups to portal_application;

    grant select, insert, update on events to portal_worker;
    grant select, update on event_sequence to portal_worker;
    grant select, insert, delete on event_feed to portal_worker;
    grant select, insert, update on event_feed_floors to portal_worker;
    grant select, delete on idempotency_keys to portal_worker;
    grant insert on change_log to portal_worker;
  `.execute(db)
}
