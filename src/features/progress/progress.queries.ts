import { sql } from 'kysely'
import type { LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { MilestoneTarget } from '#rules/progress/milestone-targets.ts'

export type LabelledTarget = MilestoneTarget & { readonly labels: { readonly da: string; readonly en: string } }

/** The milestone targets that are valid on a date (004). */
export const milestoneTargets = async (trx: Trx, on: LocalDate): Promise<LabelledTarget[]> => {
  const rows = await trx
    .selectFrom('codeValues')
    .select(['code', 'labelDa', 'labelEn', 'attributes'])
    .where('setName', '=', 'milestone-targets')
    .where('validFrom', '<=', on)
    .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', on)]))
    .orderBy('position')
    .orderBy('code')
    .execute()
  return rows.flatMap(({ code, labelDa, labelEn, attributes }) => {
    const { milestone, weeks, effortGroup, targetGroup } = attributes as Partial<MilestoneTarget>
    // The administration writes attributes as it likes; what is no target counts for nobody.
    if (typeof milestone !== 'string' || !Number.isInteger(weeks) || !weeks || weeks < 1 || weeks > 520) return []
    return [
      {
        code,
        milestone,
        weeks,
        ...(effortGroup === undefined ? {} : { effortGroup }),
        ...(targetGroup === undefined ? {} : { targetGroup }),
        labels: { da: labelDa, en: labelEn },
      },
    ]
  })
}

/** A week of an order at companies. Minutes. */
export type CompanyWeek = {
  readonly week: string
  readonly from: LocalDate
  readonly plannedMinutes: number
  readonly attendedMinutes: number
}

/**
 * 004: what was attended at companies, by ISO week: placements, wage subsidy, and whatever else takes place at one. Days
 * after the course's end count nowhere.
 */
export const companyWeeks = async (trx: Trx, orderId: string): Promise<CompanyWeek[]> => {
  const { rows } = await sql<CompanyWeek>`
    select to_char(d.date, 'IYYY-"W"IW') as week, date_trunc('week', d.date::timestamp)::date as "from",
        sum(e."plannedMinutes")::int as "plannedMinutes", sum(e."attendedMinutes")::int as "attendedMinutes"
      from attendance_days d
      join orders o on o.id = d.order_id
     cross join lateral jsonb_to_recordset(d.entries) as e ("activityId" uuid, "plannedMinutes" integer, "attendedMinutes" integer)
      join activities a on a.id = e."activityId" and a.order_id = d.order_id
     where d.order_id = ${orderId}::uuid and d.date <= coalesce(o.ended_on, o.end_date)
       and (a.kind in ('work-placement', 'wage-subsidy') or a.place ->> 'kind' = 'company')
     group by 1, 2 order by 2`.execute(trx)
  return rows
}
