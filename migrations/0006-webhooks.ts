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
      created_at timestamptz(3) not null default now(),
      deleted_at timestamptz(3),
      version integer not null default 1,
      check ((status = 'paused') = (paused_because is not null and paused_at is not null))
    );
    create index on webhook_endpoints (organisation_id, id);

    -- What signs at an endpoint: each until its own end, which the present one does not have.
    create table webhook_secrets (
      endpoint_id uuid not null references webhook_endpoints,
      -- The newest has the highest.
      number integer not null,
      organisation_id uuid not null references organisations,
      secret_cipher bytea not null,
      secret_key text not null,
      made_at timestamptz(3) not null default now(),
      until timestamptz(3),
      primary key (endpoint_id, number)
    );
    create unique index on webhook_secrets (endpoint_id) where until is null;

    create table webhook_queues (
      endpoint_id uuid primary key references webhook_endpoints,
      organisation_id uuid not null references organisations,
      -- The worker that posts to the endpoint now, and until when nobody else does unless it says so again.
      claimed_by uuid,
      claimed_until timestamptz(3),
      -- Since when nothing but failures came back, and since when no answer at all; null while it is otherwise.
      failing_since timestamptz(3),
      unanswered_since timestamptz(3),
      -- Deliveries last tried before that begin their attempts anew.
      resumed_at timestamptz(3),
      -- It is back: deliveries last tried before that are brought forward, some at a time; all of them when its owner resumed
      -- it, else those that it gave no answer to.
      hasten_before timestamptz(3),
      hasten_all boolean not null default false,
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
      -- Whether the last attempt failed because of the endpoint rather than the event, and it asked for no patience.
      hastable boolean not null default false,
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
    create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at, sequence)
      where status = 'pending' and due_at is not null;
    create index webhook_deliveries_hastable on webhook_deliveries (endpoint_id, last_attempt_at)
      where status = 'pending' and hastable;
    create index webhook_deliveries_open on webhook_deliveries (endpoint_id, lane, sequence) where status = 'pending';

    -- Ranges of numbers that an endpoint's queue has still to be filled with, because somebody held it at that moment.
    create table webhook_backlogs (
      endpoint_id uuid not null references webhook_endpoints,
      after bigint not null,
      up_to bigint not null,
      primary key (endpoint_id, after)
    );

    create table webhook_attempts (
      delivery_id uuid not null references webhook_deliveries on delete cascade,
      number integer not null,
      endpoint_id uuid not null,
      organisation_id uuid not null references organisations,
      at timestamptz(3) not null,
      milliseconds integer not null,
      status integer,
      error text,
      -- What the answer said of itself in a word, or its type and size; nothing that may be personal.
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

    alter table webhook_secrets enable row level security;
    alter table webhook_secrets force row level security;
    create policy own on webhook_secrets for all to portal_application
      using (organisation_id = portal_organisation()) with check (organisation_id = portal_organisation());
    create policy worker on webhook_secrets for select to portal_worker using (true);
    create policy migration on webhook_secrets for all to current_user using (true) with check (true);

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

    alter table webhook_backlogs enable row level security;
    alter table webhook_backlogs force row level security;
    create policy worker on webhook_backlogs for all to portal_worker using (true) with check (true);
    create policy migration on webhook_backlogs for all to current_user using (true) with check (true);

    alter table webhook_attempts enable row level security;
    alter table webhook_attempts force row level security;
    create policy own on webhook_attempts for select to portal_application using (organisation_id = portal_organisation());
    create policy worker on webhook_attempts for all to portal_worker using (true) with check (true);
    create policy migration on webhook_attempts for all to current_user using (true) with check (true);

    grant select, insert, update on webhook_endpoints, webhook_queues, webhook_deliveries to portal_application;
    grant select, insert, update, delete on webhook_secrets to portal_application;
    -- Backlogs have no policy for the application: it sees none.
    grant select on webhook_attempts, webhook_backlogs to portal_application;
    grant select, update on webhook_endpoints, webhook_queues to portal_worker;
    grant select on webhook_secrets to portal_worker;
    grant select, insert, delete on webhook_backlogs to portal_worker;
    grant select, insert, update, delete on webhook_deliveries to portal_worker;
    grant select, insert, delete on webhook_attempts to portal_worker;
  `.execute(db)
}
