import { workingDaysOf } from '#features/calendar/lookups.ts'
import { openObligations } from '#features/obligations/lookups.ts'
import { holdOrder } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { seal } from '#platform/crypto/keyring.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { contactRequestDueOn } from '#rules/referral/contact-request.ts'
import { contactCanBeAskedFor } from '#rules/referral/order-in-question.ts'
import type { CreateContactRequest } from './contact-request.schema.ts'
import { contactRequestReceipt, requestSealedIn, versionOf } from './contact-request-document.ts'

/** § 8: the benefits office asks the supplier to get hold of a citizen, which the supplier owes at once. */
export const createContactRequest = (
  deps: Deps,
  request: PortalRequest<CreateContactRequest, { id: string }>,
): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await holdOrder(trx, request.caller, 'benefits-office', request.params.id)
    demand(contactCanBeAskedFor({ status: order.status, courseStatus: order.courseStatus } as OrderState))
    const { text, registeredBy } = request.body
    const { arrivedAt } = request
    const id = newId()
    const dueOn = contactRequestDueOn(localDateAt(arrivedAt), await workingDaysOf(trx))
    const sealed = seal(deps.keyring, text, requestSealedIn(id))
    const row = await trx
      .insertInto('contactRequests')
      .values({
        id,
        orderId: order.id,
        benefitsOfficeId: request.caller.organisation.id,
        supplierId: order.supplierId,
        jobcenterId: order.jobcenterId,
        textCipher: sealed.cipher,
        textKey: sealed.key,
        registeredBy: JSON.stringify(registeredBy),
        createdAt: arrivedAt,
        dueOn,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await openObligations(trx, order, [{ kind: 'contact-request', subject: id, dueOn, because: id }], arrivedAt)
    await recordChange(trx, request, {
      action: 'created',
      entity: 'contact-request',
      entityId: id,
      orderId: order.id,
      registeredBy,
      changes: { dueOn },
    })
    await appendEvent(trx, {
      type: 'contact-request.created',
      occurredAt: arrivedAt,
      producerId: request.caller.organisation.id,
      recipients: [order.supplierId],
      orderId: order.id,
      data: { orderId: order.id, contactRequestId: id, dueOn },
      path: `/v1/contact-requests/${id}`,
    })
    return {
      status: 201,
      headers: { location: `/v1/contact-requests/${id}`, etag: etagOf(versionOf(row)) },
      body: contactRequestReceipt(row),
    }
  })
