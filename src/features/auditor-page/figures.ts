import { complianceScope, complianceSummary } from '#features/compliance/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import { mostDays } from '#rules/compliance/period.ts'
import { choicesFor } from './choices.queries.ts'
import type { Filters } from './filters.ts'
import type { Overview } from './overview-page.ts'

/**
 * Reads what the overview shows, in three questions to compliance: the period by supplier and month, and what is overdue
 * today over the longest period that can be asked for.
 */
export const readOverview = async (
  trx: Trx,
  caller: Caller,
  given: { filters: Filters; wrongPeriod: boolean; today: LocalDate; language: Language },
): Promise<Overview> => {
  const { filters, wrongPeriod, today, language } = given
  const scope = await complianceScope(trx, caller)
  const summary = await complianceSummary(trx, scope, { ...filters, groupBy: ['supplier', 'month'], today })
  const open = { ...filters, from: addDays(today, 1 - mostDays), to: today }
  const overdue = await complianceSummary(trx, scope, { ...open, groupBy: ['supplier'], today })
  const groups = summary.groups.flatMap(({ supplier, month, figures }) =>
    supplier && month !== undefined ? [{ supplier, month, figures }] : [],
  )
  const suppliers = overdue.groups.flatMap(({ supplier, figures }) => (supplier ? [{ supplier, figures }] : []))
  return {
    freshAsOf: summary.freshAsOf,
    ...{ filters, wrongPeriod, groups },
    choices: await choicesFor(trx, language),
    overdue: { from: open.from, to: open.to, suppliers },
  }
}
