import { demandKnown } from '#features/administration/lookups.ts'
import { milestoneTargets } from '#features/progress/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { daysBetween } from '#kernel/local-date.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { jsonOnce } from '#platform/http/etag.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { read } from '#platform/http/idempotency.ts'
import { groupsSize, idAfter, linkAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { type HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { type ResultGroup, resultGroups } from '#rules/results/result-groups.ts'
import {
  figuresOfHorizon,
  figuresOfMilestone,
  type ResultGrouping,
  resultDefinitions,
  resultGroupings,
  resultHorizons,
} from '#rules/results/result-measures.ts'
import { cursorAfterGroup, type GroupKeys, groupAfter } from './group-cursor.ts'
import {
  countResults,
  type NamedMilestone,
  namedMilestones,
  namesOf,
  type ResultCase,
  type ResultFilter,
  type ResultPeriod,
  resultCases,
} from './result.queries.ts'
import type { ResultCasesQueryOf, ResultsDocument, ResultsQueryOf } from './result.schema.ts'
import { resultsFile } from './results-file.ts'

/** Ours: a file of more groups is for nobody to read; the caller is asked to group or to narrow otherwise. */
const mostGroups = 5000
/** The effort group of courses that have none. */
const without = 'none'
/** Ours: ten years, as long as a framework agreement and what follows it. */
const mostDays = 3653

const periodOf = (request: PortalRequest<unknown, unknown, Pick<ResultPeriod, 'from' | 'to'>>): ResultPeriod => {
  const { from, to } = request.query
  if (to < from) throw invalid('to', 'before-start', { da: 'Ligger før from.', en: 'Lies before from.' })
  if (daysBetween(from, to) > mostDays) {
    throw invalid('to', 'period-too-long', { da: 'Højst ti år efter from.', en: 'At most ten years after from.' })
  }
  return { from, to, today: localDateAt(request.arrivedAt) }
}

const filterOf = (query: ResultFilter): ResultFilter => {
  const { supplierId, supplierKind, jobcenterId, frameworkAgreementId, targetGroup, effortGroup } = query
  const { residenceMunicipality } = query
  const given = {
    supplierId,
    supplierKind,
    jobcenterId,
    frameworkAgreementId,
    targetGroup,
    effortGroup,
    residenceMunicipality,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

const groupingsOf = (groupBy = 'supplier,effortGroup'): readonly ResultGrouping[] => {
  const asked = groupBy.split(',')
  if (new Set(asked).size < asked.length) {
    throw invalid('groupBy', 'duplicate', { da: 'Står to gange.', en: 'Stands twice.' })
  }
  return resultGroupings.filter((name) => asked.includes(name))
}

const labelled = (group: ResultGroup, labels: ReadonlyMap<string, NamedMilestone['labels']>) => ({
  begun: group.begun,
  milestones: group.milestones.map(({ milestone, ...rest }) => ({
    milestone,
    labels: labels.get(milestone) ?? { da: milestone, en: milestone },
    ...rest,
  })),
})

/** The groups' keys with what they are called. */
const namedKeys = (keys: ResultGroup['keys'], names: ReadonlyMap<string, string>) => {
  const { supplier, jobcenter, frameworkAgreement, ...codes } = keys
  const named = (id: string) => ({ id, name: names.get(id) ?? '' })
  return {
    ...(supplier === undefined ? {} : { supplier: named(supplier) }),
    ...(jobcenter === undefined ? {} : { jobcenter: named(jobcenter) }),
    ...(frameworkAgreement === undefined ? {} : { frameworkAgreement: named(frameworkAgreement) }),
    ...codes,
  }
}

const documentOf = async (
  trx: Trx,
  period: ResultPeriod,
  by: readonly ResultGrouping[],
  only: ResultFilter,
  { after, size }: { readonly after: GroupKeys | null; readonly size: number | 'all' },
): Promise<ResultsDocument> => {
  const most = size === 'all' ? mostGroups : size
  const rows = await countResults(trx, period, by, only, resultHorizons, { after, most: most + 1 })
  const milestones = await namedMilestones(trx, period.today)
  const known = milestones.map(({ code }) => code)
  const counted = rows.flatMap(({ milestone }) => milestone ?? [])
  // Ours: the targets of the period's last day for all of it, so that one column says what was aimed at.
  const targets = await milestoneTargets(trx, period.to < period.today ? period.to : period.today)
  const measures = {
    milestones: [...new Set([...known, ...counted])],
    horizons: resultHorizons,
    targets,
    only,
  }
  const found = resultGroups(
    rows.flatMap((row) => (row.keys === null ? [] : [{ ...row, keys: row.keys }])),
    measures,
  ).groups
  const { totals } = resultGroups(
    rows.flatMap((row) => (row.keys === null ? [{ ...row, keys: [] }] : [])),
    measures,
  )
  if (size === 'all' && found.length > most) {
    throw invalid('groupBy', 'too-many-groups', {
      da: `Mere end ${mostGroups} grupper: gruppér efter mindre, eller afgræns.`,
      en: `More than ${mostGroups} groups: group by less, or narrow the question.`,
    })
  }
  const groups = found.slice(0, most)
  const last = found.length > most ? groups.at(-1) : undefined
  const ids = (...kinds: ('supplier' | 'jobcenter' | 'frameworkAgreement')[]): string[] => [
    ...new Set(groups.flatMap(({ keys }) => kinds.flatMap((kind) => keys[kind] ?? []))),
  ]
  const names = await namesOf(trx, {
    organisations: ids('supplier', 'jobcenter'),
    agreements: ids('frameworkAgreement'),
  })
  const labels = new Map(milestones.map((one) => [one.code, one.labels]))
  return {
    from: period.from,
    to: period.to,
    countedOn: period.today,
    groupBy: [...by],
    groups: groups.map((group) => ({ ...namedKeys(group.keys, names), ...labelled(group, labels) })),
    next: last ? cursorAfterGroup(resultGroupings.map((name) => last.keys[name] ?? null)) : null,
    totals: labelled(totals, labels),
    definitions: [...resultDefinitions],
  }
}

/**
 * 004: milestones reached within 13, 23, 26 and 52 weeks, by the groups that are asked for; JSON, CSV or XLSX by `Accept`.
 * Counts of courses, and nothing of a person.
 * @throws HttpProblem `invalid-request` for a period, grouping or filter that cannot be, `invalid-cursor`, `not-acceptable`
 */
export const getResults = async (
  deps: Deps,
  request: PortalRequest<unknown, unknown, ResultsQueryOf>,
): Promise<Answer> => {
  const type = preferredType(request, ['application/json', fileTypes.csv, fileTypes.xlsx])
  const period = periodOf(request)
  const by = groupingsOf(request.query.groupBy)
  const page =
    type === 'application/json'
      ? { after: groupAfter(request.query.cursor, by), size: groupsSize(request.query.limit) }
      : { after: null, size: 'all' as const }
  const document = await read(deps.database, request, async (trx) => {
    const only = filterOf(request.query)
    await demandKnown(trx, only, without)
    return documentOf(trx, period, by, only, page)
  })
  if (type !== 'application/json') return resultsFile(document, type)
  return jsonOnce(document, {
    vary: 'Authorization, Accept, Accept-Language',
    ...linkAfter(document.next, { publicUrl: deps.publicUrl, url: request.url }),
  })
}

const caseDocument = (
  { supplierId, supplierName, effortGroup, citizenId: _, ...row }: ResultCase,
  publicUrl: string,
) => ({
  ...row,
  supplier: { id: supplierId, name: supplierName },
  effortGroup: effortGroup ?? without,
  url: `${publicUrl}/v1/orders/${row.orderId}`,
})

const needed = (pointer: string): HttpProblem =>
  invalid(pointer, 'required', { da: 'Skal oplyses til dette tal.', en: 'Has to be given for this figure.' })

/**
 * The courses that a figure of the results counts, by id: the list adds up to the figure. A logged look-up.
 * @throws HttpProblem `purpose-required` of an auditor, `invalid-request` where the figure needs a milestone or weeks
 */
export const listResultCases = (
  deps: Deps,
  request: PortalRequest<unknown, unknown, ResultCasesQueryOf>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { figure = 'begun', milestone = null, weeks = null, cursor } = request.query
  const period = periodOf(request)
  if (milestone === null && figuresOfMilestone.includes(figure)) throw needed('milestone')
  if (weeks === null && figuresOfHorizon.includes(figure)) throw needed('weeks')
  const limit = pageSize(request.query.limit)
  const after = idAfter(cursor)
  return read(deps.database, request, async (trx) => {
    const only = filterOf(request.query)
    await demandKnown(trx, { ...only, ...(milestone === null ? {} : { milestone }) }, without)
    const rows = await resultCases(trx, period, { only, figure, milestone, weeks, after, limit })
    await recordLookup(trx, request, {
      operation: 'listResultCases',
      citizenId: null,
      orderId: null,
      purpose,
      citizenIds: rows.slice(0, limit).map(({ citizenId }) => citizenId),
    })
    return pageAnswer({
      rows,
      limit,
      position: (row) => row.orderId,
      item: (row) => caseDocument(row, deps.publicUrl),
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}
