import type { Instant } from '#kernel/instant.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { riskScore, type ScoredPart, weighsMost } from '#rules/compliance/risk-score.ts'
import type { ComplianceScope } from './cells.queries.ts'
import { complianceSummary } from './summary.queries.ts'
import type { SummaryAsked } from './summary-rows.queries.ts'

export type SupplierAtRisk = {
  readonly place: number
  readonly supplier: { readonly id: string; readonly name: string }
  readonly score: number
  readonly parts: readonly ScoredPart[]
}

/**
 * The suppliers of a period by their score, the highest first, and last those that have no case of any part; those of the same score
 * by name and id. A supplier of which
 * nothing is counted stands nowhere. The average is that of all suppliers in the caller's scope and filters.
 */
export const riskOrder = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: Omit<SummaryAsked, 'groupBy'>,
): Promise<{ readonly freshAsOf: Instant | null; readonly suppliers: readonly SupplierAtRisk[] }> => {
  // The one supplier that may be asked for is held against all of them too.
  const { supplierId, ...others } = asked
  const { freshAsOf, groups, totals } = await complianceSummary(trx, scope, { ...others, groupBy: ['supplier'] })
  const scored = groups.flatMap(({ supplier, figures }) =>
    supplier ? [{ supplier, ...riskScore(figures, totals.figures) }] : [],
  )
  // A stable sort of what comes by name and id.
  const ofNone = (one: (typeof scored)[number]): number => Number(weighsMost(one.parts) === null)
  scored.sort((one, other) => ofNone(one) - ofNone(other) || other.score - one.score)
  const placed = scored.map((one, index) => ({ place: index + 1, ...one }))
  return {
    freshAsOf,
    suppliers: placed.filter(({ supplier }) => supplierId === undefined || supplier.id === supplierId),
  }
}
