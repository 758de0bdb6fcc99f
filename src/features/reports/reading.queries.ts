import type { Selectable } from 'kysely'
import { findOrder, type OrderRow } from '#features/orders/lookups.ts'
import type { Caller } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import type { ReportRequests, ReportReturns, Reports, ReportVersions } from '#platform/db/schema.d.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { ReportKind, ReportTemplate, TemplateSection } from '#rules/report/template.ts'

export type ReportRow = Selectable<Reports>
export type VersionRow = Selectable<ReportVersions>
export type ReturnRow = Selectable<ReportReturns>
export type RequestRow = Selectable<ReportRequests>

/**
 * The order whose reports the caller may read: as its supplier, its jobcenter or an auditor. Benefits offices read none,
 * whatever else they see of the order, so an organisation that is one as well reads in its other capacities alone.
 * @throws HttpProblem `not-found`
 */
export const findOrderOfReports = (trx: Trx, caller: Caller, orderId: string): Promise<OrderRow> => {
  const kinds = caller.organisation.kinds.filter((kind) => kind !== 'benefits-office')
  return findOrder(trx, { ...caller, organisation: { ...caller.organisation, kinds } }, orderId)
}

/** A report that the caller may read, with its order. @throws HttpProblem `not-found` */
export const findReport = async (
  trx: Trx,
  caller: Caller,
  id: string,
): Promise<{ readonly report: ReportRow; readonly order: OrderRow }> => {
  const report = await trx.selectFrom('reports').selectAll().where('id', '=', id).executeTakeFirst()
  if (!report) throw new HttpProblem('not-found')
  return { report, order: await findOrderOfReports(trx, caller, report.orderId) }
}

/**
 * A page of an order's reports by id (the order of their first versions), each as its latest version that the caller reads, with
 * how late that came. An auditor of one municipality does not read those of days on which the citizen lived elsewhere.
 */
export const reportPage = (
  trx: Trx,
  orderId: string,
  asked: {
    readonly kind: string | undefined
    readonly status: string | undefined
    readonly after: string | undefined
    readonly limit: number
  },
) => {
  const { kind, status, after, limit } = asked
  return trx
    .selectFrom('reports')
    .innerJoin('reportVersions as v', (join) =>
      join.onRef('v.reportId', '=', 'reports.id').on('v.version', '=', (eb) =>
        eb
          .selectFrom('reportVersions as l')
          .select((l) => l.fn.max('l.version').as('latest'))
          .whereRef('l.reportId', '=', 'reports.id'),
      ),
    )
    .selectAll('reports')
    .select(['v.version', 'v.templateId', 'v.templateVersion', 'v.submittedAt'])
    .select(['v.dueOn', 'v.daysLate', 'v.workingDaysLate'])
    .where('reports.orderId', '=', orderId)
    .$if(kind !== undefined, (q) => q.where('reports.kind', '=', kind as string))
    .$if(status !== undefined, (q) => q.where('reports.status', '=', status as string))
    .$if(after !== undefined, (q) => q.where('reports.id', '>', after as string))
    .orderBy('reports.id')
    .limit(limit + 1)
    .execute()
}

/** All versions of a report, the first one first. */
export const versionsOf = (trx: Trx, reportId: string): Promise<VersionRow[]> =>
  trx.selectFrom('reportVersions').selectAll().where('reportId', '=', reportId).orderBy('version').execute()

/** When which version of a report was returned, the first one first. */
export const returnsOf = (trx: Trx, reportId: string): Promise<ReturnRow[]> =>
  trx.selectFrom('reportReturns').selectAll().where('reportId', '=', reportId).orderBy('version').execute()

/** The version of a template that a report was written in. It stays, so there is one. */
export const writtenIn = async (
  trx: Trx,
  version: { readonly templateId: string; readonly templateVersion: number },
): Promise<ReportTemplate> => {
  const row = await trx
    .selectFrom('reportTemplates')
    .select(['id', 'version', 'kind', 'title', 'sections'])
    .where('id', '=', version.templateId)
    .where('version', '=', version.templateVersion)
    .executeTakeFirstOrThrow()
  return { ...row, kind: row.kind as ReportKind, sections: row.sections as unknown as TemplateSection[] }
}

/** What a jobcenter can name as the template of a report of that kind: one that is valid on the day, or comes. */
export const usableTemplate = (trx: Trx, id: string, on: LocalDate): Promise<{ kind: string } | undefined> =>
  trx
    .selectFrom('reportTemplates')
    .select('kind')
    .where('id', '=', id)
    .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', on)]))
    .limit(1)
    .executeTakeFirst()

/** The names that a page for people says: of the organisations, the offer, and the milestones in Danish. */
export const namesFor = async (
  trx: Trx,
  order: OrderRow,
): Promise<{
  readonly supplier: string
  readonly jobcenter: string
  readonly offer: string
  readonly milestones: ReadonlyMap<string, string>
}> => {
  const organisations = await trx
    .selectFrom('organisations')
    .select(['id', 'name'])
    .where('id', 'in', [order.supplierId, order.jobcenterId])
    .execute()
  const codes = await trx
    .selectFrom('codeValues')
    .select(['code', 'labelDa'])
    .where('setName', '=', 'milestones')
    .orderBy('validFrom')
    .execute()
  // Who does not read the agreement reads the offer's code.
  const offer = await trx
    .selectFrom('agreementOffers')
    .select('title')
    .where('agreementId', '=', order.frameworkAgreementId)
    .where('code', '=', order.offer)
    .executeTakeFirst()
  const nameOf = (id: string): string => organisations.find((one) => one.id === id)?.name ?? ''
  return {
    supplier: nameOf(order.supplierId),
    jobcenter: nameOf(order.jobcenterId),
    offer: offer?.title ?? order.offer,
    milestones: new Map(codes.map(({ code, labelDa }) => [code, labelDa])),
  }
}
