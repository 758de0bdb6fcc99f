import { type Kysely, sql } from 'kysely'
import { onTheirDay } from './municipality/on-the-day.ts'

/** Documents (bilag): uploaded by a supplier or a jobcenter, bound to one order at most, and named by activities and absences. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table documents (
      id uuid primary key,
      -- whoever uploaded it
      organisation_id uuid not null,
      -- null until something of an order names it
      order_id uuid references orders,
      kind text not null check (kind in ('placement-agreement', 'off-site-evidence', 'absence-declaration', 'consent', 'other')),
      file_name text not null check (char_length(file_name) between 1 and 255),
      content_type text not null check (content_type in ('application/pdf', 'image/png', 'image/jpeg')),
      size_bytes integer not null check (size_bytes between 1 and 10485760),
      sha256 bytea not null check (length(sha256) = 32),
      description text,
      uploaded_by jsonb,
      uploaded_at timestamptz(3) not null,
      content bytea not null check (length(content) = size_bytes),
      -- What names a document names its order too: a foreign key is checked past row-level security.
      unique (id, order_id)
    );
    -- Compressed already; and the bytes are read apart from the row.
    alter table documents alter column content set storage external;
    create index on documents (organisation_id, id);
    create index on documents (order_id, id);

    alter table activities add foreign key (document_id, order_id) references documents (id, order_id);
    alter table absences add column document_ids uuid[] not null default '{}';
  `.execute(db)
  await sql`
    alter table documents enable row level security;
    alter table documents force row level security;
    create policy uploader on documents for select to portal_application
      using (order_id is null and organisation_id = portal_organisation());
    -- Through the order, so that a draft's supplier sees nothing. A benefits office sees orders, but of documents only what it was sent.
    create policy of_order on documents for select to portal_application
      using (exists (select 1 from orders o where o.id = order_id
        and (portal_organisation() in (o.supplier_id, o.jobcenter_id) or (select portal_is('auditor')))));
    create policy of_received_absence on documents for select to portal_application
      using (exists (select 1 from absences a join absence_readers r on r.absence_id = a.id
        where a.order_id = documents.order_id and documents.id = any (a.document_ids)
          and r.organisation_id = portal_organisation() and r.received));
    create policy upload on documents for insert to portal_application
      with check (organisation_id = portal_organisation() and (order_id is null or exists (
        select 1 from orders o where o.id = order_id and portal_organisation() in (o.supplier_id, o.jobcenter_id))));
    create policy bind on documents for update to portal_application
      using (organisation_id = portal_organisation() and order_id is null)
      with check (organisation_id = portal_organisation() and exists (
        select 1 from orders o where o.id = order_id and portal_organisation() in (o.supplier_id, o.jobcenter_id)));
    create policy migration on documents for all to current_user using (true) with check (true);
    create function documents_stay() returns trigger language plpgsql as $$
    begin
      -- Not the whole row, which would read the bytes; the grant below leaves the application this one column.
      if old.order_id is not null or new.order_id is null or (new.id, new.organisation_id, new.sha256, new.size_bytes)
          is distinct from (old.id, old.organisation_id, old.sha256, old.size_bytes) then
        raise exception using errcode = '42501', message = 'a document is bound to an order once, and nothing else of it changes';
      end if;
      return new;
    end $$;
    create trigger stay before update on documents for each row execute function documents_stay();
    grant select, insert, update (order_id) on documents to portal_application;
  `.execute(db)
  await sql.raw(onTheirDay('documents', 'uploaded_at', 'order_id is null')).execute(db)
}
