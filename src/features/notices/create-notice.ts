import { sql } from 'kysely'
import { holdOrder } from '#features/orders/lookups.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { seal } from '#platform/crypto/keyring.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import type { OrderState } from '#rules/order/order-life.ts'
import { noticeCanBeGiven } from '#rules/referral/order-in-question.ts'
import { noticeRecipients } from '#rules/routing/notice-recipients.ts'
import { noticePolicies, officeOfMunicipality } from './notice.queries.ts'
import type { CreateNotice } from './notice.schema.ts'
import { sealedIn } from './read-notices.ts'

/**
 * § 8: the supplier tells K-kassen and the ordering jobcenter something important about a citizen. The text is encrypted;
 * who may read it is fixed with the notice.
 */
export const createNotice = (deps: Deps, request: PortalRequest<CreateNotice, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await holdOrder(trx, request.caller, 'supplier', request.params.id)
    demand(noticeCanBeGiven({ status: order.status, courseStatus: order.courseStatus } as OrderState))
    const { kind, text, registeredBy } = request.body
    const { told, readers } = noticeRecipients(
      order,
      await noticePolicies(trx, localDateAt(request.arrivedAt)),
      await officeOfMunicipality(trx, order.residenceMunicipality),
    )
    const id = newId()
    const sealed = seal(deps.keyring, text, sealedIn(id))
    await trx
      .insertInto('notices')
      .values({
        id,
        orderId: order.id,
        supplierId: order.supplierId,
        jobcenterId: order.jobcenterId,
        recipientIds: sql<string[]>`${[...readers]}::uuid[]`,
        kind,
        textCipher: sealed.cipher,
        textKey: sealed.key,
        registeredBy: JSON.stringify(registeredBy),
        createdAt: request.arrivedAt,
      })
      .execute()
    await recordChange(trx, request, {
      action: 'created',
      entity: 'notice',
      entityId: id,
      orderId: order.id,
      registeredBy,
      // Not the kind: it tells of illness or crime. It stands in the notice alone.
      changes: { readers },
    })
    await appendEvent(trx, {
      type: 'notice.created',
      occurredAt: request.arrivedAt,
      producerId: order.supplierId,
      recipients: told,
      orderId: order.id,
      data: { orderId: order.id, noticeId: id },
      path: `/v1/orders/${order.id}/notices`,
    })
    return {
      status: 201,
      // Without the text: an answer is kept in clear under the caller's idempotency key.
      body: { id, orderId: order.id, kind, registeredAt: request.arrivedAt, registeredBy },
    }
  })
