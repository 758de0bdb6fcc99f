import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'

/** What was looked at of a supplier under a framework agreement in a year. */
export type LookedAt = {
  readonly supplierId: string
  readonly supplier: string
  readonly frameworkAgreementId: string
  readonly agreement: string
  readonly inspections: number
  readonly closedInspections: number
  readonly courses: number
}

/** The findings of a supplier and agreement at one control point with one outcome and severity. */
export type CountedFindings = {
  readonly supplierId: string
  readonly frameworkAgreementId: string
  readonly controlPoint: string
  readonly outcome: string
  readonly severity: number | null
  readonly findings: number
}

/**
 * What the inspections that were drawn in a year looked at and found, as far as the caller sees their courses: one row for
 * each supplier and framework agreement, and the findings that stand counted by control point, outcome and severity.
 */
export const yearOf = async (
  trx: Trx,
  year: number,
): Promise<{ readonly lookedAt: LookedAt[]; readonly counted: CountedFindings[]; readonly inspections: number }> => {
  const drawn = sql`inspections i join inspection_courses c on c.inspection_id = i.id
    where i.drawn_on between make_date(${year}::integer, 1, 1) and make_date(${year}::integer, 12, 31)`
  const lookedAt = await sql<LookedAt>`
    select n.*, coalesce(s.name, '') as supplier, coalesce(a.title, '') as agreement
      from (select c.supplier_id as "supplierId", c.framework_agreement_id as "frameworkAgreementId",
              count(distinct i.id)::integer as inspections,
              (count(distinct i.id) filter (where i.closed_at is not null))::integer as "closedInspections",
              count(*)::integer as courses
              from ${drawn} group by 1, 2) n
      left join organisations s on s.id = n."supplierId"
      left join framework_agreements a on a.id = n."frameworkAgreementId"
     order by s.name, n."supplierId", a.title, n."frameworkAgreementId"`.execute(trx)
  const counted = await sql<CountedFindings>`
    select d.supplier_id as "supplierId", d.framework_agreement_id as "frameworkAgreementId", f.control_point as "controlPoint",
        f.outcome, f.severity, count(*)::integer as findings
      from (select c.* from ${drawn}) d
      cross join lateral (select distinct on (control_point) control_point, outcome, severity from inspection_findings x
        where x.inspection_id = d.inspection_id and x.order_id = d.order_id order by control_point, version desc) f
     group by 1, 2, 3, 4, 5`.execute(trx)
  const [all] = (await sql<{ count: number }>`select count(distinct i.id)::integer as count from ${drawn}`.execute(trx))
    .rows
  return { lookedAt: lookedAt.rows, counted: counted.rows, inspections: all?.count ?? 0 }
}
