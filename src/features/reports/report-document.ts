import type { OrderRow } from '#features/orders/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { type Keyring, type Sealed, seal, unseal } from '#platform/crypto/keyring.ts'
import type { ReportTemplate } from '#rules/report/template.ts'
import type { ReportRow, ReturnRow, VersionRow } from './reading.queries.ts'
import { openContent, type ReportContent } from './report-content.ts'

/** How a version stands to the date that it was due on; `dueOn` is null where nobody had asked for it. */
export type Lateness = {
  readonly dueOn: LocalDate | null
  readonly late: boolean
  readonly daysLate: number
  readonly workingDaysLate: number
}

const lateness = (row: Pick<VersionRow, 'dueOn' | 'daysLate' | 'workingDaysLate'>): Lateness => ({
  dueOn: row.dueOn,
  late: row.daysLate > 0,
  daysLate: row.daysLate,
  workingDaysLate: row.workingDaysLate,
})

/** What the reason for a return is bound to, so that it cannot be moved to another. */
const sealedIn = (reportId: string, version: number): string => `report-return:${reportId} v${version}`

/** Encrypts why a version was returned. */
export const sealReason = (keyring: Keyring, reason: string, reportId: string, version: number): Sealed =>
  seal(keyring, reason, sealedIn(reportId, version))

/** A return with its reason, for those who read the report. */
export const returnDocument = (keyring: Keyring, row: ReturnRow) => ({
  version: row.version,
  reason: unseal(keyring, { key: row.reasonKey, cipher: row.reasonCipher }, sealedIn(row.reportId, row.version)),
  dueOn: row.dueOn,
  returnedBy: row.returnedBy as unknown as Person,
  returnedAt: row.returnedAt,
})

/** A report as lists show it: nothing of what it says. */
export const listedReport = (row: ReportRow & Pick<VersionRow, 'dueOn' | 'daysLate' | 'workingDaysLate'>) => ({
  id: row.id,
  orderId: row.orderId,
  kind: row.kind,
  subject: row.subject,
  status: row.status,
  version: row.version,
  templateId: row.templateId,
  templateVersion: row.templateVersion,
  submittedAt: row.submittedAt,
  ...lateness(row),
})

const listedVersion = (row: VersionRow) => ({
  version: row.version,
  templateId: row.templateId,
  templateVersion: row.templateVersion,
  submittedAt: row.submittedAt,
  submittedBy: row.submittedBy as unknown as Person,
  ...lateness(row),
  sha256: row.sha256.toString('hex'),
})

/** A report as it is read: one version of it, and that there are others. */
export type ReportDocument = ReturnType<typeof listedVersion> &
  ReportContent & {
    readonly id: string
    readonly orderId: string
    readonly orderNumber: string
    readonly citizen: { readonly id: string; readonly name: string }
    readonly supplierId: string
    readonly jobcenterId: string
    readonly kind: string
    readonly subject: string
    readonly status: string
    readonly latestVersion: number
    readonly templateTitle: string
    readonly returns: readonly ReturnType<typeof returnDocument>[]
    readonly versions: readonly ReturnType<typeof listedVersion>[]
  }

/** One version of a report with everything that belongs to it, opened for those who may read it. */
export const reportDocument = (
  keyring: Keyring,
  given: {
    readonly order: OrderRow
    readonly report: ReportRow
    readonly version: VersionRow
    readonly template: ReportTemplate
    readonly versions: readonly VersionRow[]
    readonly returns: readonly ReturnRow[]
  },
): ReportDocument => {
  const { order, report, version, template } = given
  const { sections, focusAreas, milestones, confirmations } = openContent(keyring, version)
  return {
    id: report.id,
    orderId: report.orderId,
    orderNumber: order.orderNumber,
    citizen: { id: order.citizenId, name: order.citizenName },
    supplierId: report.supplierId,
    jobcenterId: report.jobcenterId,
    kind: report.kind,
    subject: report.subject,
    status: report.status,
    ...listedVersion(version),
    latestVersion: report.version,
    templateTitle: template.title,
    sections,
    focusAreas,
    milestones,
    confirmations,
    returns: given.returns.map((row) => returnDocument(keyring, row)),
    versions: given.versions.map(listedVersion),
  }
}

/** The first day of the course and the last one, or the day until which it was ordered. */
export const periodOf = (order: OrderRow): { readonly from: LocalDate; readonly to: LocalDate } => ({
  from: order.startDate,
  to: order.endedOn ?? order.endDate,
})
