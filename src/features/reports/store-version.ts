import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import type { Accepted, SubmissionRequest } from './accept-report.ts'
import { sealContent } from './report-content.ts'

/** Writes a version, its content encrypted, and the report that it is the latest version of. */
export const storeVersion = async (
  trx: Trx,
  deps: Pick<Deps, 'keyring'>,
  request: SubmissionRequest,
  given: { readonly id: string; readonly subject: string; readonly accepted: Accepted },
): Promise<void> => {
  const { id, subject, accepted } = given
  const { order, answered, version, template, content } = accepted
  const latest = { status: 'submitted', version, ...template, submittedAt: request.arrivedAt }
  if (answered.standing) {
    await trx.updateTable('reports').set(latest).where('id', '=', id).execute()
  } else {
    const { supplierId, citizenId, jobcenterId } = order
    await trx
      .insertInto('reports')
      .values({
        id,
        orderId: order.id,
        supplierId,
        citizenId,
        jobcenterId,
        kind: request.body.kind,
        subject,
        ...latest,
      })
      .execute()
  }
  const sealed = sealContent(deps.keyring, accepted.text, id, version)
  await trx
    .insertInto('reportVersions')
    .values({
      reportId: id,
      version,
      supplierId: order.supplierId,
      ...template,
      contentCipher: sealed.cipher,
      contentKey: sealed.key,
      sha256: accepted.sha256,
      confirmedPassages: content.confirmations.length,
      dueOn: accepted.dueOn,
      daysLate: accepted.daysLate,
      workingDaysLate: accepted.workingDaysLate,
      submittedBy: JSON.stringify(request.body.registeredBy),
      submittedAt: request.arrivedAt,
      clientId: request.caller.clientId,
      requestId: request.id,
    })
    .execute()
}
