import { recordLookup } from '#platform/audit/lookups.ts'
import { inTransaction } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { collectExport } from './collect.ts'
import { danishLabels, templateSections } from './export.queries.ts'
import { exportPage, pagePolicy } from './export-page.ts'

const html = 'text/html'

/**
 * § 13: everything held on one citizen, for an access request: as JSON, or as a document to read and print. One snapshot
 * (repeatable read), in which the look-up itself is kept and shown. Ours: made in memory and not streamed, so that a failure
 * half-way is an error and not half an answer.
 */
export const exportCitizen = async (deps: Deps, request: PortalRequest<unknown, { id: string }>): Promise<Answer> => {
  const asked = preferredType(request, ['application/json', html])
  const { caller, arrivedAt } = request
  const citizenId = request.params.id.toLowerCase()
  const vary = 'Authorization, Accept, Accept-Language'
  return inTransaction(
    deps.database,
    caller.organisation.id,
    async (trx) => {
      const lookup = { operation: 'exportCitizen', citizenId, orderId: null, purpose: null }
      await recordLookup(trx, request, lookup)
      const body = await collectExport(trx, deps, caller, { citizenId, at: arrivedAt })
      if (!body) throw new HttpProblem('not-found')
      if (asked !== html) return { status: 200, headers: { vary }, body }
      const page = exportPage(body, { codes: await danishLabels(trx), templates: await templateSections(trx) })
      return {
        status: 200,
        bytes: Buffer.from(page),
        headers: {
          'content-type': `${html}; charset=utf-8`,
          'content-security-policy': pagePolicy,
          'content-disposition': 'inline; filename="indsigt.html"',
          vary,
        },
      }
    },
    'repeatable read',
  )
}
