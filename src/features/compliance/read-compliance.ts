import type { Static } from 'typebox'
import { localDateAt } from '#kernel/instant.ts'
import { isLocalDate } from '#kernel/local-date.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import { inTransaction, type Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { jsonOnce } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { groupsSize, linkAfter, nameAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { isUuid } from '#platform/ids.ts'
import { figures } from '#rules/compliance/figures.ts'
import { isPeriod } from '#rules/compliance/period.ts'
import { damping } from '#rules/compliance/risk-score.ts'
import { type CasePosition, complianceCases } from './cases.queries.ts'
import { type ComplianceScope, complianceScope } from './cells.queries.ts'
import type { CasesQuery, Grouping, RiskQuery, SummaryQuery } from './compliance.schema.ts'
import { caseFile, riskFile, summaryFile } from './compliance-file.ts'
import { cursorAfterGroup, groupAfter } from './group-cursor.ts'
import { riskOrder } from './risk.queries.ts'
import { complianceSummary, mostGroups, TooManyGroups } from './summary.queries.ts'

const vary = 'Authorization, Accept, Accept-Language'

const demandPeriod = (query: Static<typeof RiskQuery>): void => {
  if (isPeriod(query)) return
  throw invalid('to', 'before-from', { da: 'Ligger før periodens første dag.', en: 'Lies before the first day.' })
}

/** Reads in one snapshot, so that figures and names, or a list and what it says, are of one moment. */
const reading = <T>(
  deps: Deps,
  request: PortalRequest,
  work: (trx: Trx, scope: ComplianceScope) => Promise<T>,
): Promise<T> =>
  inTransaction(
    deps.database,
    request.caller.organisation.id,
    async (trx) => work(trx, await complianceScope(trx, request.caller)),
    'repeatable read',
  )

const types = ['application/json', fileTypes.csv, fileTypes.xlsx]

const json = (body: object, headers = {}): Answer => jsonOnce(body, { vary, ...headers })

/** The figures of a period, by whatever is asked for: as JSON, CSV or a workbook. */
export const getSummary = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof SummaryQuery>>,
): Promise<Answer> => {
  const { query } = request
  demandPeriod(query)
  const type = preferredType(request, types)
  const groupBy = [...new Set((query.groupBy?.split(',') ?? []) as Grouping[])]
  const now = request.arrivedAt
  const paged = type === 'application/json'
  const page = paged ? { page: { after: groupAfter(query.cursor, groupBy), limit: groupsSize(query.limit) } } : {}
  try {
    const { last, freshAsOf, groups, totals } = await reading(deps, request, (trx, scope) =>
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

/** A cursor's place: `day-supplier-case`. */
const positionAfter = (cursor: string | undefined): CasePosition | undefined => {
  const position = nameAfter(cursor)
  if (position === undefined) return undefined
  const [day, supplierId, id] = [position.slice(0, 10), position.slice(11, 47), position.slice(48)]
  if (!isLocalDate(day) || !isUuid(supplierId) || !isUuid(id)) throw new HttpProblem('invalid-cursor')
  return { day, supplierId, id }
}

/** The kind that cases are asked for; a kind where the figure has none is a fault. */
const kindOf = ({ figure, kind, rule }: Static<typeof CasesQuery>): string | undefined => {
  const { source } = figures[figure]
  const wrong = { da: 'Hører ikke til dette tal.', en: 'Does not go with this figure.' }
  if (kind !== undefined && source !== 'duties') throw invalid('kind', 'not-of-the-figure', wrong)
  if (rule !== undefined && source !== 'refusals') throw invalid('rule', 'not-of-the-figure', wrong)
  return kind ?? rule
}

/**
 * Whether the caller may open what a case leads to: an auditor may; the administration reads figures and cases, and no order,
 * duty or absence (000).
 */
const opensCases = ({ caller }: PortalRequest<unknown, unknown, unknown>): boolean =>
  caller.organisation.kinds.includes('auditor')

/** The cases that a figure counts. No name and no number is in it; a look-up of whom they are about, all the same. */
export const listCases = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof CasesQuery>>,
): Promise<Answer> => {
  const { query } = request
  demandPeriod(query)
  const type = preferredType(request, types)
  const kind = kindOf(query)
  const limit = pageSize(query.limit)
  const after = positionAfter(query.cursor)
  const purpose = purposeOf(request)
  const rows = await reading(deps, request, async (trx, scope) => {
    const today = localDateAt(request.arrivedAt)
    const found = await complianceCases(trx, scope, { ...query, kind, today }, { after, limit })
    const citizenIds = found.slice(0, limit).flatMap(({ citizenId }) => citizenId ?? [])
    await recordLookup(trx, request, {
      operation: 'listComplianceCases',
      citizenId: null,
      orderId: null,
      purpose,
      citizenIds,
    })
    return found
  })
  const page = pageAnswer({
    rows,
    limit,
    position: ({ date, supplier, id }) => `${date}-${supplier.id}-${id}`,
    item: ({ path, citizenId: _, ...shown }) => ({
      ...shown,
      url: opensCases(request) ? `${deps.publicUrl}${path}` : null,
    }),
    publicUrl: deps.publicUrl,
    url: request.url,
  })
  return type === 'application/json'
    ? { ...page, headers: { ...page.headers, vary } }
    : await caseFile(query.figure, rows.slice(0, limit), type, page.headers ?? {})
}

/** The suppliers by their score, each part explained. */
export const getRiskOrder = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, Static<typeof RiskQuery>>,
): Promise<Answer> => {
  const { query } = request
  demandPeriod(query)
  const type = preferredType(request, types)
  const { freshAsOf, suppliers } = await reading(deps, request, (trx, scope) =>
    riskOrder(trx, scope, { ...query, now: request.arrivedAt }),
  )
  const body = { from: query.from, to: query.to, freshAsOf, damping, suppliers }
  return type === 'application/json' ? json(body) : await riskFile(body, type)
}
