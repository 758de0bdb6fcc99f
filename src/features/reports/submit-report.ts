import { meetObligations } from '#features/obligations/lookups.ts'
import { lockOrdersOfCitizen, type OrderRow } from '#features/orders/lookups.ts'
import { keepMilestones } from '#features/progress/commands.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { contentEtag } from '#platform/http/etag.ts'
import { read, write } from '#platform/http/idempotency.ts'
import { HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { type Accepted, acceptReport, type SubmissionRequest } from './accept-report.ts'
import { findOrderOfReports, returnsOf, versionsOf, writtenIn } from './reading.queries.ts'
import { reportDocument } from './report-document.ts'
import { storeVersion } from './store-version.ts'

/** What the supplier is answered with: an answer is kept in clear under the idempotency key, so nothing of the text. */
const receipt = (request: SubmissionRequest, accepted: Accepted) => ({
  orderId: accepted.order.id,
  kind: request.body.kind,
  status: 'submitted',
  version: accepted.version,
  ...accepted.template,
  sha256: accepted.sha256.toString('hex'),
  confirmedPassages: accepted.content.confirmations.length,
  dueOn: accepted.dueOn,
  late: accepted.daysLate > 0,
  daysLate: accepted.daysLate,
  workingDaysLate: accepted.workingDaysLate,
  submittedAt: request.arrivedAt,
  submittedBy: request.body.registeredBy,
})

/** An order that the caller is the supplier of. @throws HttpProblem `not-found` */
const demandOwn = (request: SubmissionRequest, order: OrderRow): OrderRow => {
  if (order.supplierId !== request.caller.organisation.id) throw new HttpProblem('not-found')
  return order
}

/** The ETag of the report as it is now read. */
const etagOfReport = async (trx: Trx, deps: Pick<Deps, 'keyring'>, order: OrderRow, id: string): Promise<string> => {
  const report = await trx.selectFrom('reports').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const versions = await versionsOf(trx, id)
  const version = versions.at(-1)
  if (!version) throw new Error('a report has a version')
  const template = await writtenIn(trx, version)
  const returns = await returnsOf(trx, id)
  return contentEtag(reportDocument(deps.keyring, { order, report, version, template, versions, returns }))
}

/** The answer that a submission would get; keeps nothing but the look-up, and holds nobody up while a caseworker types. */
const tryReport = (deps: Deps, request: SubmissionRequest): Promise<Answer> =>
  read(deps.database, request, async (trx) => {
    const order = demandOwn(request, await findOrderOfReports(trx, request.caller, request.params.id))
    const accepted = await acceptReport(trx, deps, request, order)
    const { id: orderId, citizenId } = order
    await recordLookup(trx, request, { operation: 'submitReport', citizenId, orderId, purpose: null })
    return {
      status: 200,
      body: { dryRun: true, subject: accepted.answered.subject, ...receipt(request, accepted) },
    }
  })

/**
 * § 3: takes a report, or the next version of a returned one; meets its duty, late or not, and tells the jobcenter. The
 * citizen's orders are locked, so that of simultaneous submissions one is first.
 */
export const submitReport = (deps: Deps, request: SubmissionRequest): Promise<Answer> => {
  if (request.body.dryRun === true) return tryReport(deps, request)
  return write(deps.database, request, async (trx) => {
    const order = demandOwn(request, await lockOrdersOfCitizen(trx, request.caller, request.params.id))
    const accepted = await acceptReport(trx, deps, request, order)
    const { answered, version, content } = accepted
    const { kind, registeredBy } = request.body
    const id = answered.standing?.id ?? newId()
    const subject = answered.subject ?? id
    await storeVersion(trx, deps, request, { id, subject, accepted })
    const { milestones } = request.body
    if (milestones) await keepMilestones(trx, request, { order, reportId: id, milestones, registeredBy })
    if (answered.duty) {
      await meetObligations(trx, order.id, answered.duty, request.arrivedAt, id)
    }
    await recordChange(trx, request, {
      action: 'submitted',
      entity: 'report',
      entityId: id,
      orderId: order.id,
      registeredBy,
      changes: {
        kind,
        subject,
        version: { from: answered.standing?.version ?? null, to: version },
        ...accepted.template,
        sha256: accepted.sha256.toString('hex'),
        confirmedPassages: content.confirmations.length,
        daysLate: accepted.daysLate,
      },
    })
    await appendEvent(trx, {
      type: 'report.submitted',
      occurredAt: request.arrivedAt,
      producerId: order.supplierId,
      recipients: [order.jobcenterId],
      orderId: order.id,
      data: { orderId: order.id, reportId: id, kind, version },
      path: `/v1/reports/${id}`,
    })
    const body = { id, subject, ...receipt(request, accepted) }
    const headers = { location: `/v1/reports/${id}`, etag: await etagOfReport(trx, deps, order, id) }
    return { status: 201, body, headers }
  })
}
