import type { Static } from 'typebox'
import type { Deps } from '#platform/deps.ts'
import { jsonOnce } from '#platform/http/etag.ts'
import { groupsSize, linkAfter } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { damping } from '#rules/compliance/risk-score.ts'
import type { Grouping, RiskQuery, SummaryQuery } from './compliance.schema.ts'
import { riskFile, summaryFile } from './compliance-file.ts'
import { cursorAfterGroup, groupAfter } from './group-cursor.ts'
import { answerTypes, demandPeriod, reading, vary } from './reading.ts'
import { riskOrder } from './risk.queries.ts'
import { complianceSummary, mostGroups, TooManyGroups } from './summary.queries.ts'

const json = (body: object, headers = {}): Answer => jsonOnce(body, { vary, ...headers })

/** The figures of a period, by whatever is asked for: as JSON, CSV or a workbook. */
export const getSummary = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof SummaryQuery>>,
): Promise<Answer> => {
  const { query } = request
  demandPeriod(query)
  const type = preferredType(request, answerTypes)
  const groupBy = (query.groupBy?.split(',') ?? []) as Grouping[]
  if (new Set(groupBy).size < groupBy.length) {
    throw invalid('groupBy', 'duplicate', { da: 'Står to gange.', en: 'Stands twice.' })
  }
  const now = request.arrivedAt
  const paged = type === 'application/json'
  const page = paged ? { page: { after: groupAfter(query.cursor, groupBy), limit: groupsSize(query.limit) } } : {}
  try {
    const { last, freshAsOf, groups, totals } = await reading(deps, request, query, (trx, scope) =>
      complianceSummary(trx, scope, { ...query, groupBy, now, ...page }),
    )
    const body = { from: query.from, to: query.to, freshAsOf, groupBy, groups, totals }
    if (!paged) return await summaryFile(body, type)
    const next = last && cursorAfterGroup(last, groupBy)
    return json({ ...body, next }, linkAfter(next, { publicUrl: deps.publicUrl, url: request.url }))
  } catch (error) {
    if (!(error instanceof TooManyGroups)) throw error
    throw invalid('groupBy', 'too-many-groups', {
      da: `Et svar har højst ${mostGroups} grupper; vælg en kortere periode eller et filter.`,
      en: `An answer has at most ${mostGroups} groups; choose a shorter period or a filter.`,
    })
  }
}

/** The suppliers by their score, each part explained. */
export const getRiskOrder = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof RiskQuery>>,
): Promise<Answer> => {
  const { query } = request
  demandPeriod(query)
  const type = preferredType(request, answerTypes)
  const { freshAsOf, suppliers } = await reading(deps, request, query, (trx, scope) =>
    riskOrder(trx, scope, { ...query, now: request.arrivedAt }),
  )
  const body = { from: query.from, to: query.to, freshAsOf, damping, suppliers }
  return type === 'application/json' ? json(body) : await riskFile(body, type)
}
