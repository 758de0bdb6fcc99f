import { sql } from 'kysely'
import type { Trx } from '#platform/db/transaction.ts'
import { courseIsJudged } from '../drawing/preceding-draws.queries.ts'

/** What was looked at of a supplier under a framework agreement in a year. */
export type LookedAt = {
  readonly supplierId: string
  readonly supplier: string
  readonly frameworkAgreementId: string
  readonly agreement: string
  readonly inspections: number
  readonly closedInspections: number
  /** Closed ones in which none of these courses was judged. */
  readonly closedUnjudged: number
  readonly discardedInspections: number
  /** Distinct courses, and how many times they were drawn in all. */
  readonly courses: number
  readonly coursesDrawn: number
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

/** Distinct courses at a control point (all: null) of a supplier and agreement; both null over all suppliers. */
export type CountedCourses = {
  readonly supplierId: string | null
  readonly frameworkAgreementId: string | null
  readonly controlPoint: string | null
  readonly courses: number
  readonly irregular: number
}

/** A year as far as the caller sees the courses that were drawn in it. */
export type Year = {
  readonly lookedAt: readonly LookedAt[]
  readonly counted: readonly CountedFindings[]
  readonly countedCourses: readonly CountedCourses[]
  readonly totals: {
    readonly inspections: number
    readonly closedInspections: number
    readonly closedUnjudged: number
    readonly courses: number
  }
}

/**
 * What the inspections that were drawn in a year looked at and found, as far as the caller sees their courses: one row for
 * each supplier and framework agreement, the findings that stand counted by control point, outcome and severity, and the
 * courses that they are of, each once. Of discarded draws it says how many there were, and nothing else.
 */
export const yearOf = async (trx: Trx, year: number): Promise<Year> => {
  const drawn = sql`inspections i join inspection_courses c on c.inspection_id = i.id
    where i.drawn_on between make_date(${year}::integer, 1, 1) and make_date(${year}::integer, 12, 31)`
  const judged = courseIsJudged(sql`i.id`, sql`c.order_id`)
  const seen = sql`(count(distinct i.id) filter (where i.discarded_at is null))::integer as inspections,
    (count(distinct i.id) filter (where i.closed_at is not null))::integer as "closedInspections",
    (count(distinct i.id) filter (where i.closed_at is not null)
      - count(distinct i.id) filter (where i.closed_at is not null and ${judged}))::integer as "closedUnjudged",
    (count(distinct i.id) filter (where i.discarded_at is not null))::integer as "discardedInspections",
    (count(distinct c.order_id) filter (where i.discarded_at is null))::integer as courses`
  const lookedAt = await sql<LookedAt>`
    select n.*, coalesce(s.name, '') as supplier, coalesce(a.title, '') as agreement
      from (select c.supplier_id as "supplierId", c.framework_agreement_id as "frameworkAgreementId", ${seen},
              (count(*) filter (where i.discarded_at is null))::integer as "coursesDrawn"
              from ${drawn} group by 1, 2) n
      left join organisations s on s.id = n."supplierId"
      left join framework_agreements a on a.id = n."frameworkAgreementId"
     order by s.name, n."supplierId", a.title, n."frameworkAgreementId"`.execute(trx)
  const standing = sql`(select c.* from ${drawn} and i.discarded_at is null) d
      cross join lateral (select distinct on (control_point) control_point, outcome, severity from inspection_findings x
        where x.inspection_id = d.inspection_id and x.order_id = d.order_id order by control_point, version desc) f
      where f.outcome <> 'withdrawn'`
  const counted = await sql<CountedFindings>`
    select d.supplier_id as "supplierId", d.framework_agreement_id as "frameworkAgreementId", f.control_point as "controlPoint",
        f.outcome, f.severity, count(*)::integer as findings
      from ${standing} group by 1, 2, 3, 4, 5`.execute(trx)
  const countedCourses = await sql<CountedCourses>`
    select d.supplier_id as "supplierId", d.framework_agreement_id as "frameworkAgreementId", f.control_point as "controlPoint",
        count(distinct d.order_id)::integer as courses,
        (count(distinct d.order_id) filter (where f.outcome = 'irregularity'))::integer as irregular
      from ${standing}
     group by grouping sets ((1, 2, 3), (1, 2), (3), ())`.execute(trx)
  const [totals] = (await sql<Year['totals']>`select ${seen} from ${drawn}`.execute(trx)).rows
  return {
    lookedAt: lookedAt.rows,
    counted: counted.rows,
    countedCourses: countedCourses.rows,
    totals: totals ?? { inspections: 0, closedInspections: 0, closedUnjudged: 0, courses: 0 },
  }
}
