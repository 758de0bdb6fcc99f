import { type Kysely, sql } from 'kysely'

/** Who is signed in to the auditor's page. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table page_sessions (
      -- An HMAC of what the browser holds: whoever reads this table cannot sign in with it.
      token_hash bytea primary key check (length(token_hash) = 32),
      -- What the log calls it.
      id uuid not null unique,
      organisation_id uuid not null references organisations,
      -- The API client that the issuer named; null where it named the organisation.
      client_id text,
      -- The person, by the issuer's name for them and by their own.
      subject text not null check (length(subject) between 1 and 200),
      person_name text not null check (length(person_name) between 1 and 200),
      -- Why personal data are read, as stated in this session.
      purpose text check (length(purpose) between 1 and 500),
      created_at timestamptz(3) not null default now(),
      last_seen_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null
    );
    create index on page_sessions (organisation_id);
    create index on page_sessions (expires_at);

    -- Before it is known who asks, a session is found by what the browser holds, and no other is.
    alter table page_sessions enable row level security;
    alter table page_sessions force row level security;
    create policy held on page_sessions for all to portal_application
      using (token_hash = decode(nullif(current_setting('portal.page_session', true), ''), 'hex'))
      with check (token_hash = decode(nullif(current_setting('portal.page_session', true), ''), 'hex'));
    create policy worker on page_sessions for all to portal_worker using (true);
    create policy migration on page_sessions for all to current_user using (true) with check (true);

    grant select, insert, update, delete on page_sessions to portal_application;
    grant select, delete on page_sessions to portal_worker;
  `.execute(db)
}
