import type { Static } from 'typebox'
import type { OrderRow } from '#features/orders/lookups.ts'
import { purposeOf, recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read } from '#platform/http/idempotency.ts'
import { idAfter, pageAnswer, pageSize } from '#platform/http/lists.ts'
import { preferredType } from '#platform/http/preferred-type.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import {
  findOrderOfReports,
  findReport,
  namesFor,
  reportPage as pageOfReports,
  type ReportRow,
  returnsOf,
  type VersionRow,
  versionsOf,
  writtenIn,
} from './reading.queries.ts'
import type { DiffQuery, ReportQuery, ReportsQuery } from './reading.schema.ts'
import { openContent } from './report-content.ts'
import { listedReport, periodOf, reportDocument } from './report-document.ts'
import { pagePolicy, reportPage } from './report-page.ts'
import { versionDiff, type WrittenVersion } from './version-diff.ts'

/** The form of a report that people read and print. */
export const pageType = 'text/html'

/** The reports of an order that the caller may read, without what they say; the look-up is kept. */
export const listReports = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof ReportsQuery>>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  const { kind, status } = request.query
  const limit = pageSize(request.query.limit)
  const after = idAfter(request.query.cursor)
  return read(deps.database, request, async (trx) => {
    const { id: orderId, citizenId } = await findOrderOfReports(trx, request.caller, request.params.id)
    await recordLookup(trx, request, { operation: 'listReports', citizenId, orderId, purpose })
    return pageAnswer({
      rows: await pageOfReports(trx, orderId, { kind, status, after, limit }),
      limit,
      position: (row) => row.id,
      item: listedReport,
      publicUrl: deps.publicUrl,
      url: request.url,
    })
  })
}

/** Reads a report with all its versions, as whoever may; the look-up is kept. @throws HttpProblem `not-found`, `purpose-required` */
const readingReport = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }>,
  operation: string,
  answerOf: (trx: Trx, order: OrderRow, report: ReportRow, versions: readonly VersionRow[]) => Promise<Answer>,
): Promise<Answer> => {
  const purpose = purposeOf(request)
  return read(deps.database, request, async (trx) => {
    const { report, order } = await findReport(trx, request.caller, request.params.id)
    await recordLookup(trx, request, { operation, citizenId: order.citizenId, orderId: order.id, purpose })
    const versions = await versionsOf(trx, report.id)
    // The latest that the caller reads: an auditor of one municipality does not read those of a citizen who has moved away.
    const { version = report.version, submittedAt = report.submittedAt } = versions.at(-1) ?? {}
    return answerOf(trx, order, { ...report, version, submittedAt }, versions)
  })
}

/** @throws HttpProblem `not-found` where the report has no such version */
const versionOf = (versions: readonly VersionRow[], asked: number): VersionRow => {
  const version = versions.find((row) => row.version === asked)
  if (!version) throw new HttpProblem('not-found')
  return version
}

/** One version of a report, as JSON or as a page to read and print, whichever `Accept` prefers; the look-up is kept. */
export const getReport = async (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof ReportQuery>>,
): Promise<Answer> => {
  const asked = preferredType(request, ['application/json', pageType])
  return readingReport(deps, request, 'getReport', async (trx, order, report, versions) => {
    const version = versionOf(versions, request.query.version ?? report.version)
    const template = await writtenIn(trx, version)
    const returns = await returnsOf(trx, report.id)
    const body = reportDocument(deps.keyring, { order, report, version, template, versions, returns })
    const vary = 'Authorization, Accept, Accept-Language'
    if (asked === 'application/json') return { status: 200, headers: { etag: contentEtag(body), vary }, body }
    const page = reportPage(body, {
      sections: template.sections,
      period: periodOf(order),
      ...(await namesFor(trx, order)),
    })
    return {
      status: 200,
      bytes: Buffer.from(page),
      headers: {
        'content-type': `${pageType}; charset=utf-8`,
        'content-disposition': `inline; filename="rapport-${order.orderNumber}-${report.kind}-v${version.version}.html"`,
        'content-security-policy': pagePolicy,
        etag: contentEtag(page),
        vary,
      },
    }
  })
}

/** What became of each part of a report from one version to another; the look-up is kept. */
export const getReportDiff = (
  deps: Deps,
  request: PortalRequest<unknown, { id: string }, Static<typeof DiffQuery>>,
): Promise<Answer> =>
  readingReport(deps, request, 'getReportDiff', async (trx, _order, report, versions) => {
    const to = versionOf(versions, request.query.to ?? report.version)
    const from = versionOf(versions, request.query.from ?? Math.max(1, to.version - 1))
    const written = async (row: VersionRow): Promise<WrittenVersion> => ({
      content: openContent(deps.keyring, row),
      template: await writtenIn(trx, row),
    })
    const body = {
      reportId: report.id,
      from: from.version,
      to: to.version,
      ...versionDiff(await written(from), await written(to)),
    }
    return { status: 200, headers: { etag: contentEtag(body) }, body }
  })
