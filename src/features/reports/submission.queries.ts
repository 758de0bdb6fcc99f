import { sql } from 'kysely'
import { openDuties } from '#features/obligations/lookups.ts'
import type { OrderRow } from '#features/orders/lookups.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { dutyOfReport, type OpenDuty, type StandingReport } from '#rules/report/submit-report.ts'
import type { ReportKind, ReportTemplate, TemplateSection } from '#rules/report/template.ts'

/** The reports of a kind that the order has, and the open duties that one can answer. */
export const whatIsAwaited = async (
  trx: Trx,
  orderId: string,
  kind: ReportKind,
): Promise<{ readonly reports: StandingReport[]; readonly duties: OpenDuty[] }> => {
  const reports = await trx
    .selectFrom('reports')
    .select(['id', 'subject', 'status', 'version', 'templateId', 'templateVersion'])
    .where('orderId', '=', orderId)
    .where('kind', '=', kind)
    .execute()
  const duties: OpenDuty[] = []
  for (const duty of [dutyOfReport[kind], 'final-report-revision'] as const) {
    const open = await openDuties(trx, orderId, duty)
    duties.push(...open.map(({ subject, dueOn }) => ({ kind: duty, subject, dueOn })))
  }
  return { reports: reports as StandingReport[], duties }
}

/**
 * § 3: the template that a report follows: the one that the jobcenter's request names, the order's own, the agreement's for
 * the offer or for all of them; ours: else the oldest of the kind. In the version that is valid on the day.
 */
export const prescribedTemplate = async (
  trx: Trx,
  order: OrderRow,
  given: { readonly kind: ReportKind; readonly subject: string | null; readonly on: LocalDate },
): Promise<ReportTemplate | null> => {
  const { kind, subject, on } = given
  const ofOrder = (order.reports as { templateId?: string } | null)?.templateId ?? null
  const { rows } = await sql<{ id: string; version: number; title: string; sections: TemplateSection[] }>`
    with named (template_id, place) as (
      select template_id, 1 from report_requests where order_id = ${order.id}::uuid and id::text = ${subject}
      union all
      select ${ofOrder}::uuid, 2
      union all
      select (t ->> 'templateId')::uuid, case when t ? 'offer' then 3 else 4 end
        from framework_agreements a, jsonb_array_elements(a.report_templates) t
       where a.id = ${order.frameworkAgreementId}::uuid and t ->> 'kind' = ${kind}
         and coalesce(t ->> 'offer', ${order.offer}) = ${order.offer})
    select r.id, r.version, r.title, r.sections
      from report_templates r left join named n on n.template_id = r.id
     where r.kind = ${kind} and r.valid_from <= ${on}::date and coalesce(r.valid_to, 'infinity') >= ${on}::date
     order by n.place nulls last, r.id
     limit 1`.execute(trx)
  const [row] = rows
  return row ? { ...row, kind } : null
}

/** A version of a template, whether it is valid or not. */
export const templateVersion = async (trx: Trx, id: string, version: number): Promise<ReportTemplate | null> => {
  const row = await trx
    .selectFrom('reportTemplates')
    .select(['id', 'version', 'kind', 'title', 'sections'])
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return row ? ({ ...row, sections: row.sections as unknown as TemplateSection[] } as ReportTemplate) : null
}

/**
 * § 4, § 5: whether the order had activities out of the house: attended ones, or approved ones planned up to its last day.
 * Ours: all kinds but work on site, and time attended out of the house (`offSite`) whatever the activity's kind.
 */
export const hadOffSiteActivities = async (trx: Trx, order: OrderRow): Promise<boolean> => {
  const lastDay = order.endedOn ?? order.endDate
  const { rows } = await sql<{ offSite: boolean }>`
    select exists (
      select 1 from activities a
       where a.order_id = ${order.id}::uuid and a.kind <> 'on-site' and a.status = 'approved'
         and (exists (select 1 from planned_days p
                where p.order_id = a.order_id and p.activity_id = a.id and p.date <= ${lastDay}::date
                  and p.planned_minutes > 0)
           or exists (select 1 from attendance_days d
                cross join jsonb_to_recordset(d.entries) as e ("activityId" uuid, "attendedMinutes" integer)
                where d.order_id = a.order_id and e."activityId" = a.id and e."attendedMinutes" > 0)))
      or exists (
      select 1 from attendance_days d
       cross join jsonb_to_recordset(d.entries) as e ("offSite" jsonb, "attendedMinutes" integer)
       where d.order_id = ${order.id}::uuid and d.date <= ${lastDay}::date and e."offSite" is not null
         and e."attendedMinutes" > 0) as "offSite"`.execute(trx)
  return rows[0]?.offSite === true
}
