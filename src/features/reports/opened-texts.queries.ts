import type { Instant } from '#kernel/instant.ts'
import type { Keyring } from '#platform/crypto/keyring.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { openContent } from './report-content.ts'
import { returnDocument } from './report-document.ts'
import { requestDocument } from './request-document.ts'

/** An assessment of a focus area (1 to 10) in a report that stands. */
export type ReportedAssessment = {
  readonly reportId: string
  readonly kind: string
  readonly submittedAt: Instant
  readonly area: string
  readonly start: number
  readonly end: number
}

/** What the reports of an order say of focus areas, by their latest versions, the latest one last; returned reports say nothing. */
export const reportedAssessments = async (
  trx: Trx,
  keyring: Keyring,
  orderId: string,
): Promise<ReportedAssessment[]> => {
  const rows = await trx
    .selectFrom('reports as r')
    .innerJoin('reportVersions as v', (join) =>
      join.onRef('v.reportId', '=', 'r.id').onRef('v.version', '=', 'r.version'),
    )
    .select(['r.kind', 'v.reportId', 'v.version', 'v.submittedAt', 'v.contentKey', 'v.contentCipher'])
    .where('r.orderId', '=', orderId)
    .where('r.status', '=', 'submitted')
    .orderBy('v.submittedAt')
    .orderBy('r.id')
    .execute()
  return rows.flatMap((row) =>
    openContent(keyring, row).focusAreas.map(({ area, start, end }) => ({
      reportId: row.reportId,
      kind: row.kind,
      submittedAt: row.submittedAt,
      area,
      start,
      end,
    })),
  )
}

/** Whether a final report of the order stands as submitted: there is one, and it was not sent back. */
export const finalReportStands = async (trx: Trx, orderId: string): Promise<boolean> =>
  (await trx
    .selectFrom('reports')
    .select('id')
    .where('orderId', '=', orderId)
    .where('kind', '=', 'final')
    .where('status', '=', 'submitted')
    .limit(1)
    .executeTakeFirst()) !== undefined

/** Every version of the reports of some orders with what it says, for those who may read them. */
export const openedReportVersions = async (trx: Trx, keyring: Keyring, orderIds: readonly string[]) => {
  const rows = await trx
    .selectFrom('reportVersions as v')
    .innerJoin('reports as r', 'r.id', 'v.reportId')
    .selectAll('v')
    .where('r.orderId', 'in', orderIds)
    .orderBy('v.reportId')
    .orderBy('v.version')
    .execute()
  return rows.map(({ contentCipher, contentKey, sha256, ...row }) => ({
    ...row,
    sha256: sha256.toString('hex'),
    content: openContent(keyring, { ...row, contentCipher, contentKey }),
  }))
}

/** Every return of the reports of some orders with its reason. */
export const openedReturns = async (trx: Trx, keyring: Keyring, orderIds: readonly string[]) => {
  const rows = await trx
    .selectFrom('reportReturns as t')
    .innerJoin('reports as r', 'r.id', 't.reportId')
    .selectAll('t')
    .where('r.orderId', 'in', orderIds)
    .orderBy('t.reportId')
    .orderBy('t.version')
    .execute()
  return rows.map((row) => ({ reportId: row.reportId, ...returnDocument(keyring, row) }))
}

/** Every report that was asked for on some orders, with what was asked. */
export const openedReportRequests = async (trx: Trx, keyring: Keyring, orderIds: readonly string[]) => {
  const rows = await trx
    .selectFrom('reportRequests')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .orderBy('id')
    .execute()
  return rows.map((row) => {
    const { reportId: _, ...document } = requestDocument(keyring, { ...row, reportId: null })
    return document
  })
}
