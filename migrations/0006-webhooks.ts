import { type Kysely, sql } from 'kysely'

/**
 * Webhook endpoints, their queues of deliveries, and what each attempt came to.
 *
 * A queue's row is the lock of its endpoint: whoever adds deliveries, settles them, or sets them going again holds it.
 * So "the first of its order that is still open" is always exact, and that one alone has a `due_at`.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table webhook_endpoints (
      id uuid primary key,
      organisation_id uuid not null references organisations,
      url text not null,
      event_types text[] not null,
      -- Only events of these; null for all. An event without an order fits no filter.
      jobcenter_ids uuid[],
      target_groups text[],
      order_ids uuid[],
      description text,
      -- Whether the events of one order come one after the other.
      in_order boolean not null default true,
      status text not null default 'active' check (status in ('active', 'paused')),
      paused_because text check (paused_because in ('owner', 'gone', 'failing')),
      paused_at timestamptz(3),
      secret_cipher bytea not null,
      secret_key text not null,
      -- Signs beside the present one until then.
      previous_secret_cipher bytea,
      previous_secret_key text,
      previous_secret_until timestamptz(3),
      created_at timestamptz(3) not null default now(),
      deleted_at timestamptz(3),
      version integer not null default 1,
      check ((status = 'paused') = (paused_because is not null and paused_at is not null)),
      check ((previous_secret_until is null) = (previous_secret_cipher is null)
        and (previous_secret_until is null) = (previous_secret_key is null))
    );
    create index on webhook_endpoints (organisation_id, id);

    create table webhook_queues (
      endpoint_id uuid primary key references webhook_endpoints,
      organisation_id uuid not null references organisations,
      -- The worker that posts to the endpoint now, and until when nobody else does unless it says so again.
      claimed_by uuid,
      claimed_until timestamptz(3),
      -- Since when nothing but failures came back; null while deliveries succeed.
      failing_since timestamptz(3),
      last_delivered_at timestamptz(3),
      last_failed_at timestamptz(3),
      delivered bigint not null default 0,
      failed bigint not null default 0,
      attempts bigint not null default 0,
      attempt_milliseconds bigint not null default 0
    );
    create index on webhook_queues (claimed_by) where claimed_by is not null;

    create table webhook_deliveries (
      id uuid primary key,
      endpoint_id uuid not null references webhook_endpoints,
      organisation_id uuid not null references organisations,
      event_id uuid not null references events,
      event_type text not null,
      sequence bigint not null,
      -- The order whose events are delivered one after the other; null for a delivery that waits for no other.
      lane uuid,
      status text not null check (status in ('pending', 'delivered', 'failed')),
      -- When the next attempt is due; null while an earlier event of its order is open, and once it is settled.
      due_at timestamptz(3) default now(),
      -- All attempts ever made, and how many of them before it was last set going again.
      attempts integer not null default 0,
      attempts_before integer not null default 0,
      -- Of this going.
      first_attempt_at timestamptz(3),
      last_attempt_at timestamptz(3),
      last_status integer,
      last_error text,
      delivered_at timestamptz(3),
      created_at timestamptz(3) not null default now(),
      unique (event_id, endpoint_id),
      check (status = 'pending' or due_at is null)
    );
    -- What lists can be narrowed to: each stays at a millisecond with 300,000 deliveries.
    create index on webhook_deliveries (organisation_id, id);
    create index on webhook_deliveries (organisation_id, status, id);
    create index on webhook_deliveries (organisation_id, event_type, id);
    create index on webhook_deliveries (endpoint_id, id);
    create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at)
      where status = 'pending' and due_at is not null;
    create index webhook_deliveries_open on webhook_deliveries (endpoint_id, lane, sequence) where status = 'pending';

    create table webhook_attempts (
      delivery_id uuid not null references webhook_deliveries on delete cascade,
      number integer not null,
      endpoint_id uuid not null,
      organisation_id uuid not null references organisations,
      at timestamptz(3) not null,
      milliseconds integer not null,
      status integer,
      error text,
      -- What the answer began with, without numbers and addresses that may be a person's.
      answer_start text,
      primary key (delivery_id, number)
    );
    create index on webhook_attempts (endpoint_id, at);
  `.execute(db)

  await sql`
    alter table webhook_endpoints enable row level security;
    alter table webhook_endpoints force row level security;
    create policy own on webhook_endpoints for all to portal_application
      using (organisation_id = portal_organisation()) with check (organisation_id = portal_organisation());
    create policy worker on webhook_endpoints for all to portal_worker using (true) with check (true);
    create policy migration on webhook_endpoints for all to current_user using (true) with check (true);

    alter table webhook_queues enable row level security;
    alter table webhook_queues force row level security;
    create policy own on webhook_queues for all to portal_application
      using (organisation_id = portal_organisation()) with check (organisation_id = portal_organisation());
    create policy worker on webhook_queues for all to portal_worker using (true) with check (true);
    create policy migration on webhook_queues for all to current_user using (true) with check (true);

    alter table webhook_deliveries enable row level security;
    alter table webhook_deliveries force row level security;
    create policy own on webhook_deliveries for all to portal_application
      using (organisation_id = portal_organisation()) with check (organisation_id = portal_organisation());
    create policy worker on webhook_deliveries for all to portal_worker using (true) with check (true);
    create policy migration on webhook_deliveries for all to current_user using (true) with check (true);

    alter table webhook_attempts enable row level security;
    alter table webhook_attempts force row level security;
    create policy own on webhook_attempts for select to portal_application using (organisation_id = portal_organisation());
    create policy worker on webhook_attempts for all to portal_worker using (true) with check (true);
    create policy migration on webhook_attempts for all to current_user using (true) with check (true);

    grant select, insert, update on webhook_endpoints, webhook_queues, webhook_deliveries to portal_application;
    grant select on webhook_attempts to portal_application;
    grant select, update on webhook_endpoints, webhook_queues to portal_worker;
    grant select, insert, update, delete on webhook_deliveries to portal_worker;
    grant select, insert, delete on webhook_attempts to portal_worker;
  `.execute(db)

  await sql`
    -- Puts deliveries of numbered events into the queues of the endpoints whose filters they fit, those of one order behind
    -- what of it is still open. Returns how many.
    create function portal_queue_deliveries(after bigint, up_to bigint) returns integer language plpgsql as $$
    declare
      fitting uuid[];
      queued integer;
    begin
      select array_agg(distinct w.id) into fitting
        from event_feed f join events e on e.id = f.event_id join webhook_endpoints w on w.organisation_id = f.organisation_id
       where f.sequence > after and f.sequence <= up_to and w.deleted_at is null and portal_fits(w, e);
      if fitting is null then return 0; end if;
      perform 1 from webhook_queues q where q.endpoint_id = any (fitting) order by q.endpoint_id for update;
      -- The next statement sees what those who held the queues have written.
      with told as (
        select w.id as endpoint_id, w.organisation_id, e.id as event_id, e.type as event_type, f.sequence,
               case when w.in_order then e.order_id end as lane
          from event_feed f join events e on e.id = f.event_id join webhook_endpoints w on w.organisation_id = f.organisation_id
         where f.sequence > after and f.sequence <= up_to and w.id = any (fitting) and w.deleted_at is null and portal_fits(w, e)
      )
      insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, event_type, sequence, lane, status, due_at)
      select uuidv7(), t.endpoint_id, t.organisation_id, t.event_id, t.event_type, t.sequence, t.lane, 'pending',
             case when t.lane is null
                    or row_number() over (partition by t.endpoint_id, t.lane order by t.sequence) = 1
                       and not exists (select from webhook_deliveries d
                                        where d.endpoint_id = t.endpoint_id and d.lane = t.lane and d.status = 'pending')
                  then now() end
        from told t order by t.sequence;
      get diagnostics queued = row_count;
      return queued;
    end $$;

    -- Whether an endpoint asked for an event.
    create function portal_fits(endpoint webhook_endpoints, event events) returns boolean language sql stable as $$
      select (event.type = any (endpoint.event_types) or '*' = any (endpoint.event_types))
         and (endpoint.jobcenter_ids is null or event.jobcenter_id = any (endpoint.jobcenter_ids))
         and (endpoint.target_groups is null or event.target_group = any (endpoint.target_groups))
         and (endpoint.order_ids is null or event.order_id = any (endpoint.order_ids))
    $$;

    -- Gives committed events their numbers in the order of writing and hands them to feeds and endpoints: one statement of
    -- the client's, so that a worker that is lost in the middle holds nothing. Returns nulls while another is at it.
    create function portal_sequence_events(most integer, lock_number bigint, out events integer, out deliveries integer)
    language plpgsql as $$
    declare
      here text := (select system_identifier::text from pg_control_system())
        || '/' || (select oid::text from pg_database where datname = current_database())
        || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
        -- A disk put back from a snapshot has the same identity and the same timeline; it only was started later.
        || '/' || extract(epoch from pg_postmaster_start_time())::text;
      before bigint;
    begin
      if not pg_try_advisory_xact_lock(lock_number) then return; end if;
      -- A restored database may have forgotten numbers that readers have seen: none of them is given twice.
      update event_sequence s set last = s.last + case when s.written_on is null then 0 else 1000000 end, written_on = here
       where s.written_on is distinct from here;
      select s.last into before from event_sequence s;
      with picked as (
        select e.id, e.recipients, e.order_id, row_number() over (order by e.position) as place
          from (select * from events w where w.sequence is null order by w.position limit most) as e
      ), counter as (
        update event_sequence s set last = s.last + (select count(*) from picked) where exists (select from picked)
      ), sequenced as (
        update events e set sequence = before + p.place, jobcenter_id = o.jobcenter_id, target_group = o.target_group
          from picked p left join orders o on o.id = p.order_id where e.id = p.id
      ), fed as (
        -- An organisation that is not there must not keep everybody else's events back.
        insert into event_feed (organisation_id, sequence, event_id)
        select distinct o.id, before + p.place, p.id
          from picked p cross join lateral unnest(p.recipients) as r (id) join organisations o on o.id = r.id
      )
      select count(*) into events from picked;
      deliveries := case when events = 0 then 0 else portal_queue_deliveries(before, before + events) end;
    end $$;

    -- Writes down what attempts at one endpoint came to, sets going what waited behind them, and pauses an endpoint that
    -- is gone or has failed for too long, which its owner is told. A result that somebody has written already counts for
    -- nothing. Returns how many were written and whether there is more to do at once.
    create function portal_settle_deliveries(endpoint uuid, results jsonb, patience interval, out written integer, out more boolean)
    language plpgsql as $$
    declare
      queue webhook_queues;
      lanes uuid[];
      succeeded integer;
      dead integer;
      gone boolean;
      spent bigint;
      because text;
    begin
      select * into queue from webhook_queues q where q.endpoint_id = endpoint for update;
      if not found then written := 0; more := false; return; end if;
      with given as (
        select * from jsonb_to_recordset(results) as g (id uuid, before integer, outcome text, at timestamptz,
          milliseconds integer, status integer, error text, answer text, delay float8)
      ), kept as (
        update webhook_deliveries d
           set status = case g.outcome when 'retry' then 'pending' else g.outcome end,
               -- One that lost its time to an earlier event of its order, set going again meanwhile, waits for that.
               due_at = case when g.outcome = 'retry' and d.due_at is not null then now() + g.delay * interval '1 second' end,
               attempts = d.attempts + 1,
               first_attempt_at = coalesce(d.first_attempt_at, g.at), last_attempt_at = g.at,
               last_status = g.status, last_error = g.error,
               delivered_at = case g.outcome when 'delivered' then now() else d.delivered_at end
          from given g
         where d.id = g.id and d.endpoint_id = endpoint and d.attempts = g.before
           -- What the deletion of its endpoint gave up meanwhile may still turn out to have been delivered.
           and (d.status = 'pending' or d.status = 'failed' and g.outcome = 'delivered')
        returning d.id, d.lane, d.attempts, d.organisation_id, g.outcome, g.at, g.milliseconds, g.status, g.error, g.answer
      ), tried as (
        insert into webhook_attempts (delivery_id, number, endpoint_id, organisation_id, at, milliseconds, status, error, answer_start)
        select k.id, k.attempts, endpoint, k.organisation_id, k.at, k.milliseconds, k.status, k.error, k.answer from kept k
      )
      select count(*), count(*) filter (where k.outcome = 'delivered'), count(*) filter (where k.outcome = 'failed'),
             bool_or(k.status = 410), coalesce(sum(k.milliseconds), 0),
             array_agg(distinct k.lane) filter (where k.lane is not null and k.outcome <> 'retry')
        into written, succeeded, dead, gone, spent, lanes from kept k;
      more := false;
      if lanes is not null then
        update webhook_deliveries d set due_at = now()
          from unnest(lanes) as l (lane) cross join lateral (
            select p.id from webhook_deliveries p
             where p.endpoint_id = endpoint and p.lane = l.lane and p.status = 'pending' order by p.sequence limit 1) as next
         where d.id = next.id and d.due_at is null;
        more := found;
      end if;
      -- It is back after a while: what waits for a late attempt goes now.
      if succeeded > 0 and queue.failing_since < now() - interval '1 minute' then
        update webhook_deliveries d set due_at = now()
         where d.endpoint_id = endpoint and d.status = 'pending' and d.due_at > now();
        more := more or found;
      end if;
      if written = 0 then return; end if;
      update webhook_queues q
         set failing_since = case when succeeded > 0 then null else coalesce(q.failing_since, now()) end,
             last_delivered_at = case when succeeded > 0 then now() else q.last_delivered_at end,
             last_failed_at = case when written > succeeded then now() else q.last_failed_at end,
             delivered = q.delivered + succeeded, failed = q.failed + dead,
             attempts = q.attempts + written, attempt_milliseconds = q.attempt_milliseconds + spent
       where q.endpoint_id = endpoint;
      because := case when gone then 'gone' when succeeded = 0 and queue.failing_since < now() - patience then 'failing' end;
      if because is not null then
        update webhook_endpoints w set status = 'paused', paused_because = because, paused_at = now(), version = w.version + 1
         where w.id = endpoint and w.status = 'active' and w.deleted_at is null;
        if found then
          insert into events (id, type, occurred_at, producer_id, recipients, data, path)
          values (uuidv7(), 'webhook-endpoint.paused', now(), queue.organisation_id, array[queue.organisation_id],
                  jsonb_build_object('endpointId', endpoint, 'because', because), '/v1/webhook-endpoints/' || endpoint);
        end if;
      end if;
    end $$;
  `.execute(db)
}
