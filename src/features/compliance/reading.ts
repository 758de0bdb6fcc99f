import type { Static } from 'typebox'
import { demandKnown } from '#features/administration/lookups.ts'
import { inTransaction, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { invalid } from '#platform/http/problems/problem.ts'
import type { PortalRequest } from '#platform/http/route.ts'
import { isPeriod } from '#rules/compliance/period.ts'
import { type ComplianceFilters, type ComplianceScope, complianceScope } from './cells.queries.ts'
import { noValue, type RiskQuery } from './compliance.schema.ts'

export const vary = 'Authorization, Accept, Accept-Language'

/** In what compliance answers, the usual one first. */
export const answerTypes = ['application/json', fileTypes.csv, fileTypes.xlsx]

/** @throws HttpProblem `invalid-request` for a period that ends before it begins */
export const demandPeriod = (query: Static<typeof RiskQuery>): void => {
  if (isPeriod(query)) return
  throw invalid('to', 'before-from', { da: 'Ligger før periodens første dag.', en: 'Lies before the first day.' })
}

/**
 * Reads in one snapshot, so that figures and names, or a list and what it says, are of one moment.
 * @throws HttpProblem `invalid-request` for filters that name nothing
 */
export const reading = <T>(
  deps: Deps,
  request: PortalRequest<unknown, unknown, unknown>,
  filters: ComplianceFilters,
  work: (trx: Trx, scope: ComplianceScope) => Promise<T>,
): Promise<T> =>
  inTransaction(
    deps.database,
    request.caller.organisation.id,
    async (trx) => {
      await demandKnown(trx, filters, noValue)
      return work(trx, await complianceScope(trx, request.caller))
    },
    'repeatable read',
  )
