import type { Static } from 'typebox'
import { demandKnownYear } from '#features/calendar/lookups.ts'
import { openObligations } from '#features/obligations/lookups.ts'
import { lockOrdersOfCitizen } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import {
  orderTakesReports,
  type ReportStatus,
  reportIsNotReturned,
  returnDateCanBeKept,
  revisionSubject,
} from '#rules/report/return-report.ts'
import type { ReturnReportBody } from './jobcenter.schema.ts'
import { findReport } from './reading.queries.ts'
import { sealReason } from './report-document.ts'

/**
 * § 3: the ordering jobcenter sends a report of any kind back, with a reason and a date for the next version. Both versions
 * stay; the supplier owes the next one and is told. The citizen's orders are locked first, as a submission locks them, so
 * that of a return and a new version one is first.
 * @throws HttpProblem `not-found`, `order-state`, `report-already-returned`, `return-date-invalid`
 */
export const returnReport = (
  deps: Deps,
  request: PortalRequest<Static<typeof ReturnReportBody>, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { caller, arrivedAt } = request
    const { reason, dueOn, returnedBy } = request.body
    demandKnownYear('/dueOn', dueOn)
    const seen = await findReport(trx, caller, request.params.id)
    if (seen.report.jobcenterId !== caller.organisation.id) throw new HttpProblem('not-found')
    const order = await lockOrdersOfCitizen(trx, caller, seen.order.id)
    // As it stands now that nobody else changes it.
    const { report } = await findReport(trx, caller, seen.report.id)
    const { id, version, kind } = report
    demand(
      firstRefusal(
        () => orderTakesReports({ status: order.status, courseStatus: order.courseStatus } as OrderState),
        () => reportIsNotReturned({ status: report.status as ReportStatus, version }),
        () => returnDateCanBeKept({ dueOn, today: localDateAt(arrivedAt) }),
      ),
      order.id,
    )
    const sealed = sealReason(deps.keyring, reason, id, version)
    await trx
      .insertInto('reportReturns')
      .values({
        reportId: id,
        version,
        jobcenterId: order.jobcenterId,
        reasonCipher: sealed.cipher,
        reasonKey: sealed.key,
        dueOn,
        returnedBy: JSON.stringify(returnedBy),
        returnedAt: arrivedAt,
      })
      .execute()
    await trx.updateTable('reports').set({ status: 'returned' }).where('id', '=', id).execute()
    await openObligations(
      trx,
      order,
      [{ kind: 'final-report-revision', subject: revisionSubject(id, version + 1), dueOn, because: 'report-returned' }],
      arrivedAt,
    )
    await recordChange(trx, request, {
      action: 'returned',
      entity: 'report',
      entityId: id,
      orderId: order.id,
      registeredBy: returnedBy,
      changes: { kind, version, dueOn },
    })
    await appendEvent(trx, {
      type: 'report.returned',
      occurredAt: arrivedAt,
      producerId: order.jobcenterId,
      recipients: [order.supplierId],
      orderId: order.id,
      data: { orderId: order.id, reportId: id, kind, version, dueOn },
      path: `/v1/reports/${id}`,
    })
    return {
      status: 200,
      // Without the reason: an answer to a write is kept in clear under the caller's idempotency key.
      body: { id, orderId: order.id, kind, status: 'returned', version, dueOn, returnedBy, returnedAt: arrivedAt },
    }
  })
