import { type Kysely, sql } from 'kysely'

/**
 * What the worker does with events and deliveries, each as one statement of its own: a worker that is lost in the middle
 * holds nothing and leaves nothing half done.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    -- Whether an endpoint asked for an event. Of its own pause it could only be told once that is over.
    create function portal_fits(endpoint webhook_endpoints, event events) returns boolean language sql stable as $$
      select (event.type = any (endpoint.event_types) or '*' = any (endpoint.event_types))
         and (endpoint.jobcenter_ids is null or event.jobcenter_id = any (endpoint.jobcenter_ids))
         and (endpoint.target_groups is null or event.target_group = any (endpoint.target_groups))
         and (endpoint.order_ids is null or event.order_id = any (endpoint.order_ids))
         and (event.type <> 'webhook-endpoint.paused' or event.data ->> 'endpointId' is distinct from endpoint.id::text)
    $$;

    -- In each of the lanes makes the first open delivery the only one that is due. The queue is held.
    create function portal_order_lanes(endpoint uuid, lanes uuid[]) returns boolean language plpgsql as $$
    begin
      update webhook_deliveries d set due_at = case when d.id = next.id then now() end
        from unnest(lanes) as l (lane) cross join lateral (
          select p.id from webhook_deliveries p
           where p.endpoint_id = endpoint and p.lane = l.lane and p.status = 'pending' order by p.sequence limit 1) as next
       where d.endpoint_id = endpoint and d.lane = l.lane and d.status = 'pending' and (d.id = next.id) = (d.due_at is null);
      return found;
    end $$;

    -- Puts deliveries of numbered events into the queues of the endpoints whose filters they fit. A queue that somebody holds
    -- keeps nobody waiting: what it was due is written down and filled in by a later round. Returns how many were queued.
    create function portal_queue_deliveries(after bigint, up_to bigint) returns integer language plpgsql as $$
    declare
      fitting uuid[];
      held uuid[];
      filled record;
      queued integer := 0;
    begin
      select array_agg(distinct w.id) into fitting
        from event_feed f join events e on e.id = f.event_id join webhook_endpoints w on w.organisation_id = f.organisation_id
       where f.sequence > after and f.sequence <= up_to and w.deleted_at is null and portal_fits(w, e);
      insert into webhook_backlogs (endpoint_id, after, up_to) select unnest(fitting), after, up_to;
      select array_agg(q.endpoint_id) into held from (
        select q.endpoint_id from webhook_queues q
         where q.endpoint_id in (select b.endpoint_id from webhook_backlogs b)
         order by q.endpoint_id for update skip locked) as q;
      -- The next statement sees what those who held the queues before have written.
      for filled in
        with taken as (
          delete from webhook_backlogs b where b.endpoint_id = any (held) returning b.*
        ), added as (
          insert into webhook_deliveries (id, endpoint_id, organisation_id, event_id, event_type, sequence, lane, status, due_at)
          select uuidv7(), t.endpoint_id, t.organisation_id, t.event_id, t.event_type, t.sequence, t.lane, 'pending',
                 case when t.lane is null then now() end
            from (select w.id as endpoint_id, w.organisation_id, e.id as event_id, e.type as event_type, f.sequence,
                         case when w.in_order then e.order_id end as lane
                    from taken b join webhook_endpoints w on w.id = b.endpoint_id and w.deleted_at is null
                    join event_feed f on f.organisation_id = w.organisation_id and f.sequence > b.after and f.sequence <= b.up_to
                    join events e on e.id = f.event_id and portal_fits(w, e)) as t
           order by t.sequence
          -- A replay may have been there first.
          on conflict (event_id, endpoint_id) do nothing
          returning endpoint_id, lane
        )
        select a.endpoint_id, count(*)::integer as deliveries, array_agg(distinct a.lane) filter (where a.lane is not null) as lanes
          from added a group by a.endpoint_id
      loop
        queued := queued + filled.deliveries;
        perform portal_order_lanes(filled.endpoint_id, filled.lanes);
      end loop;
      return queued;
    end $$;

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
      deliveries := portal_queue_deliveries(before, before + events);
    end $$;

    -- Writes down what attempts at one endpoint came to, sets going what waited behind them, and pauses an endpoint that
    -- is gone or has failed for too long, which its owner is told. A result that somebody has written already counts for
    -- nothing; one from before the endpoint was resumed, or from another address, pauses nothing. Returns how many were
    -- written and whether there is more to do at once.
    create function portal_settle_deliveries(endpoint uuid, results jsonb, patience interval, out written integer, out more boolean)
    language plpgsql as $$
    declare
      queue webhook_queues;
      target text;
      lanes uuid[];
      succeeded integer;
      answered integer;
      down integer;
      dead integer;
      spent bigint;
      counts boolean;
      gone boolean;
      because text;
    begin
      select * into queue from webhook_queues q where q.endpoint_id = endpoint for update;
      if not found then written := 0; more := false; return; end if;
      select w.url into target from webhook_endpoints w where w.id = endpoint;
      with given as (
        select * from jsonb_to_recordset(results) as g (id uuid, before integer, url text, outcome text, at timestamptz,
          milliseconds integer, status integer, error text, answer text, delay float8, rest boolean)
      ), kept as (
        update webhook_deliveries d
           set status = case g.outcome when 'retry' then 'pending' else g.outcome end,
               -- One that lost its time to an earlier event of its order, set going again meanwhile, waits for that.
               due_at = case when g.outcome = 'retry' and d.due_at is not null then now() + g.delay * interval '1 second' end,
               attempts = d.attempts + 1,
               attempts_before = case when d.last_attempt_at < queue.resumed_at then d.attempts else d.attempts_before end,
               first_attempt_at = case when d.last_attempt_at < queue.resumed_at then g.at else coalesce(d.first_attempt_at, g.at) end,
               last_attempt_at = g.at, last_status = g.status, last_error = g.error,
               hastable = g.outcome = 'retry' and not coalesce(g.rest, false) and coalesce(g.status >= 500, true),
               delivered_at = case g.outcome when 'delivered' then now() else d.delivered_at end
          from given g
         where d.id = g.id and d.endpoint_id = endpoint and d.attempts = g.before
           -- What the deletion of its endpoint gave up meanwhile may still turn out to have been delivered.
           and (d.status = 'pending' or d.status = 'failed' and g.outcome = 'delivered')
        returning d.id, d.lane, d.attempts, d.organisation_id, d.hastable, g.url, g.outcome, g.at, g.milliseconds, g.status, g.error, g.answer
      ), tried as (
        insert into webhook_attempts (delivery_id, number, endpoint_id, organisation_id, at, milliseconds, status, error, answer_start)
        select k.id, k.attempts, endpoint, k.organisation_id, k.at, k.milliseconds, k.status, k.error, k.answer from kept k
      )
      select count(*), count(*) filter (where k.outcome = 'delivered'), count(k.status), count(*) filter (where k.hastable),
             count(*) filter (where k.outcome = 'failed'), coalesce(sum(k.milliseconds), 0),
             bool_and(coalesce(k.url = target, true) and k.at >= coalesce(queue.resumed_at, k.at)), bool_or(k.status = 410),
             array_agg(distinct k.lane) filter (where k.lane is not null and k.outcome <> 'retry')
        into written, succeeded, answered, down, dead, spent, counts, gone, lanes from kept k;
      more := coalesce(portal_order_lanes(endpoint, lanes), false);
      if written > 0 and counts then
        because := case
          when gone then 'gone'
          -- Going on: a failure now and one long ago are not days of failure.
          when succeeded = 0 and queue.failing_since < now() - patience and queue.last_failed_at > now() - interval '36 hours'
            then 'failing' end;
        if succeeded > 0 and queue.failing_since < now() - interval '1 minute' and queue.hasten_before is null then
          queue.hasten_before := now();
          queue.hasten_all := false;
        end if;
        queue.failing_since := case
          when succeeded > 0 then null
          when queue.last_failed_at > now() - interval '36 hours' then coalesce(queue.failing_since, now())
          else now() end;
        queue.unanswered_since := case when answered > 0 then null else coalesce(queue.unanswered_since, now()) end;
        -- Not back after all.
        if down > 0 and succeeded = 0 and not queue.hasten_all then queue.hasten_before := null; end if;
      end if;
      if queue.hasten_before is not null then
        if portal_hasten(endpoint, queue.hasten_before, queue.hasten_all) > 0 then more := true; else queue.hasten_before := null; end if;
      end if;
      update webhook_queues q
         set failing_since = queue.failing_since, unanswered_since = queue.unanswered_since,
             hasten_before = queue.hasten_before, hasten_all = queue.hasten_all,
             last_delivered_at = case when succeeded > 0 then now() else q.last_delivered_at end,
             last_failed_at = case when written > succeeded then now() else q.last_failed_at end,
             delivered = q.delivered + succeeded, failed = q.failed + dead,
             attempts = q.attempts + written, attempt_milliseconds = q.attempt_milliseconds + spent
       where q.endpoint_id = endpoint;
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

    -- Makes some of the deliveries due that wait for a late attempt and were last tried before the time; the queue is held.
    -- Without being told to take all, those alone that failed because of the endpoint, and each at most once an hour, so that an
    -- event that it never takes is not posted over and over. Returns how many.
    create function portal_hasten(endpoint uuid, before timestamptz, everything boolean) returns integer language plpgsql as $$
    declare
      hastened integer;
    begin
      if everything then
        update webhook_deliveries d set due_at = now()
         where d.id in (select h.id from webhook_deliveries h
                         where h.endpoint_id = endpoint and h.status = 'pending' and h.due_at > now() and h.last_attempt_at < before
                         order by h.due_at limit 500);
      else
        update webhook_deliveries d set due_at = now()
         where d.id in (select h.id from webhook_deliveries h
                         where h.endpoint_id = endpoint and h.status = 'pending' and h.hastable and h.due_at > now()
                           and h.last_attempt_at < least(before, now() - interval '1 hour')
                         order by h.last_attempt_at limit 50);
      end if;
      get diagnostics hastened = row_count;
      return hastened;
    end $$;
  `.execute(db)
}
