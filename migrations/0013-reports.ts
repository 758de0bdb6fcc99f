import { type Kysely, sql } from 'kysely'
import { localDate as dateOf, onTheirDay, onTheirDays } from './municipality/on-the-day.ts'

type Section = {
  readonly id: string
  readonly title: string
  readonly guidance: string
  readonly required?: 'when-off-site'
}

const templates: readonly (readonly [id: string, kind: string, title: string, sections: readonly Section[]])[] = [
  [
    '01890000-0000-7000-8000-0000000f0001',
    'final',
    'Afsluttende leverandørrapport',
    [
      {
        id: 'focus-areas',
        title: 'Fokusområder og aktiviteter',
        guidance:
          'Hvilke fokusområder der er arbejdet med, og hvilke aktiviteter borgeren har gennemført eller prøvet.',
      },
      {
        id: 'development',
        title: 'Udvikling i fokusområderne',
        guidance: 'Udviklingen, nye oplysninger (skånebehov, timetal, arbejdsintensitet) og borgerens kommentarer.',
      },
      {
        id: 'goal',
        title: 'Job- eller uddannelsesmålet',
        guidance: 'Hvor relevant og realistisk målet er, og hvilke fokusområder der er vigtigst for at nå det.',
      },
      {
        id: 'off-site',
        title: 'Aktiviteter ude af huset',
        guidance: 'Indhold og omfang af det, der er foregået ude af huset.',
        required: 'when-off-site',
      },
    ],
  ],
  [
    '01890000-0000-7000-8000-0000000f0002',
    'interim',
    'Statusrapport',
    [
      { id: 'focus-areas', title: 'Fokusområder og aktiviteter', guidance: 'Hvad der er arbejdet med siden sidst.' },
      {
        id: 'development',
        title: 'Udvikling i fokusområderne',
        guidance: 'Udviklingen siden sidst og borgerens kommentarer.',
      },
      { id: 'goal', title: 'Job- eller uddannelsesmålet', guidance: 'Hvor relevant og realistisk målet er nu.' },
    ],
  ],
  [
    '01890000-0000-7000-8000-0000000f0003',
    'social-action-plan',
    'Bidrag til social handleplan',
    [
      { id: 'contribution', title: 'Bidrag', guidance: 'Det, jobcentret har bedt om (§ 11).' },
      { id: 'citizen', title: 'Borgerens kommentarer', guidance: 'Hvad borgeren selv siger til bidraget.' },
    ],
  ],
  [
    '01890000-0000-7000-8000-0000000f0004',
    'handover',
    'Overlevering',
    [
      { id: 'status', title: 'Status', guidance: 'Hvor borgeren står, og hvad der er aftalt.' },
      { id: 'next', title: 'Det næste skridt', guidance: 'Hvad den næste bør vide og gøre.' },
    ],
  ],
]

type Milestone = readonly [code: string, da: string, en: string]
const milestones: readonly Milestone[] = [
  ['cv', 'Et CV', 'A CV'],
  ['realistic-goal', 'Et konkret og realistisk beskæftigelsesmål', 'A concrete and realistic employment goal'],
  ['employer-contacts', 'Erfaring med at kontakte virksomheder', 'Experience with contacting companies'],
  ['company-placement', 'Virksomhedsplacering eller en plan for den', 'A company placement, or a plan for one'],
  ['taster-placement', 'Erfaring med snusepraktik', 'Experience with taster placements'],
  ['everyday-mastery', 'Progression i hverdagsmestring', 'Progress in everyday mastery'],
  ['motivation', 'Progression i motivation', 'Progress in motivation'],
  ['job', 'Job, også på få timer om ugen', 'A job, also of few hours a week'],
  ['flex-job', 'Fleksjob', 'A flex job'],
  ['rehabilitation-team-decision', 'Rehabiliteringsteamets afgørelse', "The rehabilitation team's decision"],
]

/** 004: what is to be reached within how many weeks of the start, by effort group (or by target group). */
const targets: readonly (readonly [code: string, da: string, en: string, attributes: Record<string, unknown>])[] = [
  [
    'company-course-cv',
    'CV inden for 13 uger',
    'A CV within 13 weeks',
    { effortGroup: 'company-course', milestone: 'cv', weeks: 13 },
  ],
  [
    'company-course-realistic-goal',
    'Realistisk mål inden for 13 uger',
    'A realistic goal within 13 weeks',
    { effortGroup: 'company-course', milestone: 'realistic-goal', weeks: 13 },
  ],
  [
    'company-course-company-placement',
    'Virksomhedsplacering inden for 13 uger',
    'A company placement within 13 weeks',
    { effortGroup: 'company-course', milestone: 'company-placement', weeks: 13 },
  ],
  [
    'company-course-employer-contacts',
    'Virksomhedskontakt inden for 13 uger',
    'Employer contacts within 13 weeks',
    { effortGroup: 'company-course', milestone: 'employer-contacts', weeks: 13 },
  ],
  [
    'company-course-job',
    'Job inden for 52 uger',
    'A job within 52 weeks',
    { effortGroup: 'company-course', milestone: 'job', weeks: 52 },
  ],
  [
    'unemployment-allowance-flex-job',
    'Fleksjob inden for 26 uger',
    'A flex job within 26 weeks',
    { targetGroup: 'unemployment-allowance', milestone: 'flex-job', weeks: 26 },
  ],
  [
    'preparation-everyday-mastery',
    'Hverdagsmestring inden for 13 uger',
    'Everyday mastery within 13 weeks',
    { effortGroup: 'preparation', milestone: 'everyday-mastery', weeks: 13 },
  ],
  [
    'preparation-motivation',
    'Motivation inden for 13 uger',
    'Motivation within 13 weeks',
    { effortGroup: 'preparation', milestone: 'motivation', weeks: 13 },
  ],
  [
    'preparation-realistic-goal',
    'Realistisk mål inden for 13 uger',
    'A realistic goal within 13 weeks',
    { effortGroup: 'preparation', milestone: 'realistic-goal', weeks: 13 },
  ],
  [
    'preparation-taster-placement',
    'Snusepraktik inden for 13 uger',
    'Taster placements within 13 weeks',
    { effortGroup: 'preparation', milestone: 'taster-placement', weeks: 13 },
  ],
  [
    'preparation-company-placement',
    'Virksomhedsplacering inden for 26 uger',
    'A company placement within 26 weeks',
    { effortGroup: 'preparation', milestone: 'company-placement', weeks: 26 },
  ],
  [
    'clarification-rehabilitation-team-decision',
    'Rehabiliteringsteamets afgørelse inden for 23 uger',
    "The rehabilitation team's decision within 23 weeks",
    { effortGroup: 'clarification', milestone: 'rehabilitation-team-decision', weeks: 23 },
  ],
]

/** Supplier reports in versions, what the jobcenter asks for and returns, focus areas and milestones (§ 2, § 3, § 4, § 11, 004). */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    -- [{ id, title, guidance?, required?: true | false | 'when-off-site', fields?: [{ id, title, type, required, … }] }]
    alter table report_templates add column sections jsonb not null default '[]';
    -- [{ kind, templateId, offer? }]: the templates that reports under this agreement follow, for all its offers or for one
    alter table framework_agreements add column report_templates jsonb not null default '[]';

    create table report_requests (
      id uuid primary key,
      order_id uuid not null references orders,
      jobcenter_id uuid not null,
      supplier_id uuid not null,
      kind text not null check (kind in ('interim', 'social-action-plan', 'handover')),
      template_id uuid,
      due_on date not null,
      -- what it is asked for, in the caseworker's words; none need be given
      text_cipher bytea,
      text_key text,
      check ((text_cipher is null) = (text_key is null)),
      requested_by jsonb not null,
      requested_at timestamptz(3) not null
    );
    create index on report_requests (order_id, id);

    create table reports (
      id uuid primary key,
      order_id uuid not null,
      supplier_id uuid not null,
      citizen_id uuid not null,
      jobcenter_id uuid not null,
      kind text not null check (kind in ('final', 'interim', 'social-action-plan', 'handover')),
      -- the duty that it answers, as obligations name it: 'final', an interim date, a request's id; its own id when nobody asked
      subject text not null,
      status text not null check (status in ('submitted', 'returned')),
      template_id uuid not null,
      template_version integer not null,
      -- the latest version of the report
      version integer not null,
      submitted_at timestamptz(3) not null,
      unique (order_id, kind, subject),
      foreign key (order_id, supplier_id, citizen_id) references orders (id, supplier_id, citizen_id),
      foreign key (template_id, template_version) references report_templates (id, version)
    );
    create index reports_of_order on reports (order_id, id);

    create table report_versions (
      report_id uuid not null references reports deferrable initially deferred,
      version integer not null check (version > 0),
      supplier_id uuid not null,
      template_id uuid not null,
      template_version integer not null,
      -- { sections, focusAreas, milestones, confirmations } as canonical JSON, encrypted; the hash is of the plain characters
      content_cipher bytea not null,
      content_key text not null,
      sha256 bytea not null,
      -- how many passages that speak of other matters were confirmed; which and why stands in the content
      confirmed_passages integer not null default 0,
      due_on date,
      days_late integer not null default 0,
      working_days_late integer not null default 0,
      submitted_by jsonb not null,
      submitted_at timestamptz(3) not null,
      client_id text not null,
      request_id text not null,
      primary key (report_id, version)
    );

    create table report_returns (
      report_id uuid not null,
      version integer not null,
      jobcenter_id uuid not null,
      -- read by those who read the report
      reason_cipher bytea not null,
      reason_key text not null,
      due_on date not null,
      returned_by jsonb not null,
      returned_at timestamptz(3) not null,
      primary key (report_id, version),
      foreign key (report_id, version) references report_versions (report_id, version)
    );

    -- § 2: focus areas with the citizen, as they were put; the latest version stands.
    create table focus_areas (
      order_id uuid not null,
      version integer not null check (version > 0),
      supplier_id uuid not null,
      citizen_id uuid not null,
      -- [{ area, title, start: 1 to 10, assessedOn, note? }]
      areas jsonb not null,
      registered_by jsonb not null,
      registered_at timestamptz(3) not null,
      primary key (order_id, version),
      foreign key (order_id, supplier_id, citizen_id) references orders (id, supplier_id, citizen_id)
    );

    -- 004: reached milestones, whether a report carried them or not.
    create table milestones (
      id uuid primary key,
      order_id uuid not null,
      supplier_id uuid not null,
      citizen_id uuid not null,
      milestone text not null,
      reached_on date not null,
      observed_by text,
      report_id uuid references reports deferrable initially deferred,
      registered_by jsonb not null,
      registered_at timestamptz(3) not null,
      withdrawn_at timestamptz(3),
      withdrawal jsonb,
      foreign key (order_id, supplier_id, citizen_id) references orders (id, supplier_id, citizen_id)
    );
    create index milestones_of_order on milestones (order_id, id);
    create unique index milestones_reached_once on milestones (order_id, milestone) where withdrawn_at is null;
    -- What was refused about a citizen's orders belongs to an access request (§ 13).
    create index refusals_of_order on refusals (order_id) where order_id is not null;
  `.execute(db)

  // No benefits office ever reads a report, or anything that one is made of.
  for (const table of ['reports', 'focus_areas', 'milestones']) {
    await sql
      .raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy supplier on ${table} for all to portal_application
        using (supplier_id = portal_organisation()) with check (supplier_id = portal_organisation());
      create policy of_order on ${table} for select to portal_application
        using (exists (select 1 from orders o where o.id = order_id
          and (o.jobcenter_id = portal_organisation() or (select portal_is('auditor')))));
      create policy migration on ${table} for all to current_user using (true) with check (true);
      grant select, insert on ${table} to portal_application;
    `)
      .execute(db)
  }
  await sql`
    grant update on reports to portal_application;
    -- A milestone is withdrawn, and nothing else of it changes.
    grant update (withdrawn_at, withdrawal) on milestones to portal_application;
    -- The jobcenter returns a report, and changes nothing else of it.
    create policy jobcenter on reports for update to portal_application
      using (jobcenter_id = portal_organisation()) with check (jobcenter_id = portal_organisation());
    create function reports_keep_record() returns trigger language plpgsql as $$
    declare
      free constant text[] := array['status'];
    begin
      if portal_organisation() is null or old.supplier_id = portal_organisation() then
        return new;
      end if;
      if to_jsonb(new) - free is distinct from to_jsonb(old) - free then
        raise exception using errcode = '42501', message = 'a jobcenter returns a report and changes nothing else of it';
      end if;
      return new;
    end $$;
    create trigger keep_record before update on reports for each row execute function reports_keep_record();

    alter table report_versions enable row level security;
    alter table report_versions force row level security;
    create policy supplier on report_versions for all to portal_application
      using (supplier_id = portal_organisation())
      with check (supplier_id = portal_organisation()
        and exists (select 1 from reports r where r.id = report_id and r.supplier_id = portal_organisation()));
    create policy of_report on report_versions for select to portal_application
      using (exists (select 1 from reports r where r.id = report_id));
    create policy migration on report_versions for all to current_user using (true) with check (true);
    grant select, insert on report_versions to portal_application;

    alter table report_returns enable row level security;
    alter table report_returns force row level security;
    create policy jobcenter on report_returns for all to portal_application
      using (jobcenter_id = portal_organisation())
      with check (jobcenter_id = portal_organisation()
        and exists (select 1 from reports r where r.id = report_id and r.jobcenter_id = portal_organisation()));
    create policy of_report on report_returns for select to portal_application
      using (exists (select 1 from reports r where r.id = report_id));
    create policy migration on report_returns for all to current_user using (true) with check (true);
    grant select, insert on report_returns to portal_application;

    alter table report_requests enable row level security;
    alter table report_requests force row level security;
    create policy jobcenter on report_requests for all to portal_application
      using (jobcenter_id = portal_organisation())
      with check (jobcenter_id = portal_organisation()
        and exists (select 1 from orders o where o.id = order_id and o.jobcenter_id = portal_organisation()
          and o.supplier_id = report_requests.supplier_id));
    create policy supplier on report_requests for select to portal_application using (supplier_id = portal_organisation());
    create policy auditor on report_requests for select to portal_application
      using ((select portal_is('auditor')) and exists (select 1 from orders o where o.id = order_id));
    create policy migration on report_requests for all to current_user using (true) with check (true);
    grant select, insert on report_requests to portal_application;

    -- A report is there for whoever reads one of its versions.
    create function portal_reads_report(of_report uuid) returns boolean language sql stable parallel safe
      security definer set search_path = pg_catalog, public, pg_temp
      as $$ select exists (select from reports r join report_versions v on v.report_id = r.id where r.id = of_report
        and portal_reads_days(r.order_id, (v.submitted_at at time zone 'Europe/Copenhagen')::date,
          (v.submitted_at at time zone 'Europe/Copenhagen')::date)) $$;
    revoke all on function portal_reads_report from public;
    grant execute on function portal_reads_report to portal_application;
    create policy of_the_day on reports as restrictive for select to portal_application
      using ((select portal_reads_all_days()) or supplier_id = portal_organisation()
        or jobcenter_id = portal_organisation() or portal_reads_report(id));
  `.execute(db)
  const ofReport = '(select r.order_id from reports r where r.id = report_id)'
  await sql
    .raw(
      [
        // Where the citizen began and what they reached stays visible from then on (§ 2): else a course would lack it after a move.
        onTheirDays('focus_areas', { from: dateOf('registered_at'), to: "'infinity'" }),
        onTheirDays('milestones', { from: 'reached_on', to: "'infinity'" }),
        onTheirDay('report_requests', 'requested_at'),
        onTheirDays('report_versions', { order: ofReport, from: dateOf('submitted_at') }),
        onTheirDays('report_returns', { order: ofReport, from: dateOf('returned_at') }),
      ].join('\n'),
    )
    .execute(db)

  for (const [id, kind, title, sections] of templates) {
    await sql`insert into report_templates (id, version, kind, title, valid_from, sections)
      values (${id}, 1, ${kind}, ${title}, '2010-01-01', ${JSON.stringify(sections)}::jsonb)`.execute(db)
  }
  const codes = [
    ...milestones.map(([code, da, en], position) => ({ set: 'milestones', code, da, en, position, attributes: {} })),
    ...targets.map(([code, da, en, attributes], position) => ({
      set: 'milestone-targets',
      code,
      da,
      en,
      position,
      attributes,
    })),
  ]
  for (const { set, code, da, en, position, attributes } of codes) {
    await sql`insert into code_values (set_name, code, label_da, label_en, position, attributes, valid_from)
      values (${set}, ${code}, ${da}, ${en}, ${position}, ${JSON.stringify(attributes)}::jsonb, '2010-01-01')`.execute(
      db,
    )
  }
}
