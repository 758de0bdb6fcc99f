import type { Static } from 'typebox'
import { demandKnownYear } from '#features/calendar/lookups.ts'
import { openObligations } from '#features/obligations/lookups.ts'
import { lockOrdersOfCitizen } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, invalid, missing } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { canBeReportedOn, dutyOfRequest, requestDateCanBeKept } from '#rules/report/request-report.ts'
import type { RequestReportBody } from './jobcenter.schema.ts'
import { usableTemplate } from './reading.queries.ts'
import { requestReceipt, sealRequestText } from './request-document.ts'

type AskingRequest = PortalRequest<Static<typeof RequestReportBody>, { id: string }>

/** @throws HttpProblem at `/templateId` for a template that is not there, is over, or is of another kind */
const demandTemplate = async (trx: Trx, request: AskingRequest): Promise<void> => {
  const { templateId, kind } = request.body
  if (templateId === undefined) return
  const template = await usableTemplate(trx, templateId, localDateAt(request.arrivedAt))
  if (!template) throw missing('/templateId')
  if (template.kind !== kind) {
    throw invalid('/templateId', 'differs', {
      da: 'Skabelonen er til en anden slags rapport.',
      en: 'The template is for another kind of report.',
    })
  }
}

/**
 * § 3, § 11: the ordering jobcenter asks for a report beside those that the order's schedule asks for. The supplier owes it
 * by the date and is told at once: ours: as a change of the order, `order.amended`, since there is no event of its own.
 * @throws HttpProblem `not-found`, `order-state`, `request-date-invalid`, `invalid-request`
 */
export const requestReport = (deps: Deps, request: AskingRequest): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const { arrivedAt, caller } = request
    const { kind, dueOn, text, templateId, requestedBy } = request.body
    demandKnownYear('/dueOn', dueOn)
    const order = await lockOrdersOfCitizen(trx, caller, request.params.id)
    if (order.jobcenterId !== caller.organisation.id) throw new HttpProblem('not-found')
    const state = { status: order.status, courseStatus: order.courseStatus } as OrderState
    demand(
      firstRefusal(
        () => canBeReportedOn(state, kind),
        () => requestDateCanBeKept({ dueOn, today: localDateAt(arrivedAt) }),
      ),
    )
    await demandTemplate(trx, request)
    const id = newId()
    const sealed = text === undefined ? undefined : sealRequestText(deps.keyring, text, id)
    const row = await trx
      .insertInto('reportRequests')
      .values({
        id,
        orderId: order.id,
        jobcenterId: order.jobcenterId,
        supplierId: order.supplierId,
        kind,
        templateId: templateId?.toLowerCase() ?? null,
        dueOn,
        textCipher: sealed?.cipher ?? null,
        textKey: sealed?.key ?? null,
        requestedBy: JSON.stringify(requestedBy),
        requestedAt: arrivedAt,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const duty = { kind: dutyOfRequest[kind], subject: id, dueOn, because: 'report-requested' }
    await openObligations(trx, order, [duty], arrivedAt)
    await recordChange(trx, request, {
      action: 'requested',
      entity: 'report',
      entityId: id,
      orderId: order.id,
      registeredBy: requestedBy,
      changes: { kind, dueOn, templateId: row.templateId },
    })
    await appendEvent(trx, {
      type: 'order.amended',
      occurredAt: arrivedAt,
      producerId: order.jobcenterId,
      recipients: [order.supplierId],
      orderId: order.id,
      data: { orderId: order.id, reportRequestId: id, kind, dueOn, changed: 'reports' },
      path: `/v1/report-requests/${id}`,
    })
    return { status: 201, headers: { location: `/v1/report-requests/${id}` }, body: requestReceipt(row) }
  })
