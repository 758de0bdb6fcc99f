import { meetObligations } from '#features/obligations/lookups.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { notYetAnswered } from '#rules/referral/contact-request.ts'
import type { AnswerContactRequest } from './contact-request.schema.ts'
import { contactRequestReceipt, heldResponse, versionOf } from './contact-request-document.ts'

/** § 8: the supplier tells whether it got hold of the citizen, once; late or not, whoever asked hears of it. */
export const answerContactRequest = (
  deps: Deps,
  request: PortalRequest<AnswerContactRequest, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const supplierId = request.caller.organisation.id
    const asked = await trx
      .selectFrom('contactRequests')
      .selectAll()
      .where('id', '=', request.params.id)
      .where('supplierId', '=', supplierId)
      .forUpdate()
      .executeTakeFirst()
    if (!asked) throw new HttpProblem('not-found')
    const { id, orderId } = asked
    demand(notYetAnswered({ answered: asked.respondedAt !== null }), orderId)
    const { arrivedAt } = request
    const answered = await trx
      .updateTable('contactRequests')
      .set({ response: JSON.stringify(heldResponse(deps.keyring, id, request.body)), respondedAt: arrivedAt })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await meetObligations(trx, orderId, { kind: 'contact-request', subject: id }, arrivedAt, id)
    const { reached, registeredBy } = request.body
    await recordChange(trx, request, {
      action: 'answered',
      entity: 'contact-request',
      entityId: id,
      orderId,
      registeredBy,
      changes: { reached },
    })
    await appendEvent(trx, {
      type: 'contact-request.answered',
      occurredAt: arrivedAt,
      producerId: supplierId,
      recipients: [asked.benefitsOfficeId],
      orderId,
      data: { orderId, contactRequestId: id },
      path: `/v1/contact-requests/${id}`,
    })
    return { status: 200, headers: { etag: etagOf(versionOf(answered)) }, body: contactRequestReceipt(answered) }
  })
