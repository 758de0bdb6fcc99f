import type { Static } from 'typebox'
import { localDateAt } from '#kernel/instant.ts'
import { isLocalDate } from '#kernel/local-date.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { fileTypes } from '#platform/http/form-body.ts'
import { cursorAfter, linkAfter, nameAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { isUuid } from '#platform/ids.ts'
import type { WrittenCell } from '#platform/table-files/csv-text.ts'
import { figures } from '#rules/compliance/figures.ts'
import {
  type CasePosition,
  type CasesAsked,
  type ComplianceCase,
  casesInAll,
  complianceCases,
} from './cases.queries.ts'
import type { ComplianceScope } from './cells.queries.ts'
import type { CasesQuery } from './compliance.schema.ts'
import { type CaseRows, caseFile, caseRow } from './compliance-file.ts'
import { answerTypes, demandPeriod, reading, vary } from './reading.ts'

type CasesRequest = PortalRequest<unknown, unknown, Static<typeof CasesQuery>>

/**
 * Ours: a file holds at most so many cases and says so. Measured with 100,000: as CSV two seconds, in pieces, and as a workbook twenty, with
 * half a gigabyte; so workbooks end earlier, as those of imports do.
 */
const mostInFile = { csv: 100_000, xlsx: 20_000 } as const
/** Ours: cases that one statement reads for a file, and whose citizens one row of the look-up log names: as on the longest page. */
const chunk = 500

const textOf = ({ date, supplier, id }: ComplianceCase): string => `${date}-${supplier.id}-${id}`

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

type Pages = { readonly after: CasePosition | undefined; readonly most: number }
type KeepLookup = (trx: Trx, cases: readonly ComplianceCase[]) => Promise<void>

/** The rows of a file, read a chunk at a time; after each chunk its look-up is kept, before anything is told. */
const rowsForFile = async (
  trx: Trx,
  scope: ComplianceScope,
  asked: CasesAsked,
  { after, most, type, keepLookup }: Pages & { readonly type: string; readonly keepLookup: KeepLookup },
): Promise<CaseRows & { readonly next: string | null }> => {
  const rows: WrittenCell[][] = []
  let from = after
  for (;;) {
    const limit = Math.min(chunk, most - rows.length)
    const found = await complianceCases(trx, scope, asked, { after: from, limit })
    const cases = found.slice(0, limit)
    await keepLookup(trx, cases)
    rows.push(...cases.map((one) => caseRow(one, type)))
    const last = cases.at(-1)
    const goesOn = found.length > limit
    if (!goesOn || last === undefined) return { rows, goesOn: false, inAll: null, next: null }
    if (rows.length >= most) {
      return { rows, goesOn, inAll: await casesInAll(trx, scope, asked), next: cursorAfter(textOf(last)) }
    }
    from = { day: last.date, supplierId: last.supplier.id, id: last.id }
  }
}

/**
 * The cases that a figure counts: as JSON in pages; as a file all of them, up to a bound that the file tells. No name and no number
 * is in it; a look-up of whom they are about, all the same.
 */
export const listCases = async (deps: Deps, request: CasesRequest): Promise<Answer> => {
  const { query } = request
  demandPeriod(query)
  const type = preferredType(request, answerTypes)
  const kind = kindOf(query)
  const after = positionAfter(query.cursor)
  const purpose = purposeOf(request)
  const asked = { ...query, kind, today: localDateAt(request.arrivedAt) }
  const links = { publicUrl: deps.publicUrl, url: request.url }
  const keepLookup: KeepLookup = (trx, cases) =>
    recordLookup(trx, request, {
      operation: 'listComplianceCases',
      citizenId: null,
      orderId: null,
      purpose,
      citizenIds: cases.flatMap(({ citizenId }) => citizenId ?? []),
    })
  if (type !== 'application/json') {
    const most = query.limit ?? mostInFile[type === fileTypes.csv ? 'csv' : 'xlsx']
    const { next, ...told } = await reading(deps, request, query, (trx, scope) =>
      rowsForFile(trx, scope, asked, { after, most, type, keepLookup }),
    )
    return await caseFile(query.figure, told, type, linkAfter(next, links))
  }
  const limit = pageSize(query.limit)
  const rows = await reading(deps, request, query, async (trx, scope) => {
    const found = await complianceCases(trx, scope, asked, { after, limit })
    await keepLookup(trx, found.slice(0, limit))
    return found
  })
  const page = pageAnswer({
    rows,
    limit,
    position: textOf,
    item: ({ path, citizenId: _, ...shown }) => ({
      ...shown,
      url: opensCases(request) ? `${deps.publicUrl}${path}` : null,
    }),
    ...links,
  })
  return { ...page, headers: { ...page.headers, vary } }
}
