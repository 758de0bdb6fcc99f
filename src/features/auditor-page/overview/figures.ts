import { complianceScope, complianceSummary, TooManyGroups } from '#features/compliance/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import { type Instant, localDateAt } from '#kernel/instant.ts'
import { addDays } from '#kernel/local-date.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Language } from '#platform/http/problems/problem.ts'
import { type Choices, choicesFor } from '../choices.queries.ts'
import { type AskedFilters, amongChoices, mostDays } from '../filters.ts'
import type { Overview } from './overview-figures.ts'

/** The filters as asked for, where the figures are more than one answer of compliance holds. */
export type TooMany = AskedFilters & { readonly tooMany: true; readonly choices: Choices }

/**
 * Reads what the overview shows, in two questions to compliance: the period by supplier and month, and what is overdue
 * today over the longest period that can be asked for.
 */
export const readOverview = async (
  trx: Trx,
  caller: Caller,
  given: AskedFilters & { now: Instant; language: Language },
): Promise<Overview | TooMany> => {
  const { now, language, ...asked } = given
  const today = localDateAt(now)
  const choices = await choicesFor(trx, language)
  const known = amongChoices(asked, choices)
  const { filters } = known
  const scope = await complianceScope(trx, caller)
  const open = { ...filters, from: addDays(today, 1 - mostDays), to: today }
  try {
    const summary = await complianceSummary(trx, scope, { ...filters, groupBy: ['supplier', 'month'], now })
    const overdue = await complianceSummary(trx, scope, { ...open, groupBy: ['supplier'], now })
    const groups = summary.groups.flatMap(({ supplier, month, figures }) =>
      supplier && month !== undefined ? [{ supplier, month, figures }] : [],
    )
    const suppliers = overdue.groups.flatMap(({ supplier, figures }) => (supplier ? [{ supplier, figures }] : []))
    const { freshAsOf } = summary
    return { ...known, freshAsOf, groups, choices, overdue: { from: open.from, to: open.to, suppliers } }
  } catch (error) {
    if (!(error instanceof TooManyGroups)) throw error
    return { ...known, tooMany: true, choices }
  }
}
