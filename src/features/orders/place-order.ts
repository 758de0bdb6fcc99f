import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { instantOf } from '#platform/http/instants.ts'
import { demand } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { citizenNumberCanExist } from '#rules/order/citizen-number.ts'
import { citizenByNumber } from './citizen.queries.ts'
import { findOrder } from './order.queries.ts'
import { orderAnswer } from './order-answer.ts'
import type { PlaceOrder } from './order-commands.ts'
import { demandSoundTerms, reportsOf } from './order-terms.ts'

/** Drafts an order with its first, on-site activity (§ 1). The supplier sees nothing of it before the approval. */
export const placeOrder = (deps: Deps, request: PortalRequest<PlaceOrder>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    // A UUID is the same in capitals; the database gives it in small letters.
    const body: PlaceOrder = {
      ...request.body,
      supplierId: request.body.supplierId.toLowerCase(),
      deliveryAddressId: request.body.deliveryAddressId.toLowerCase(),
    }
    const jobcenterId = request.caller.organisation.id
    const firstMeetingAt = instantOf(body.firstMeetingAt)
    demand(citizenNumberCanExist(body.citizen.cpr))
    const reports = body.reports ? reportsOf(body.reports) : null
    await demandSoundTerms(trx, jobcenterId, { ...body, reports, firstMeetingOn: localDateAt(firstMeetingAt) })
    const id = newId()
    const citizenId = await citizenByNumber(trx, deps.keyring, body.citizen.cpr)
    await trx
      .insertInto('orders')
      .values({
        id,
        jobcenterId,
        supplierId: body.supplierId,
        frameworkAgreementId: body.frameworkAgreementId,
        offer: body.offer,
        targetGroup: body.targetGroup,
        effortGroup: body.effortGroup ?? null,
        citizenId,
        citizenName: body.citizen.name,
        residenceMunicipality: body.citizen.residenceMunicipality,
        startDate: body.startDate,
        endDate: body.endDate,
        orderedMinutes: body.orderedMinutes,
        firstMeetingAt,
        deliveryAddressId: body.deliveryAddressId,
        caseworker: JSON.stringify(body.caseworker),
        reports: reports ? JSON.stringify(reports) : null,
        subcontractors: JSON.stringify(body.subcontractors ?? []),
        status: 'draft',
        courseStatus: 'awaiting-first-meeting',
        draftedBy: JSON.stringify(body.registeredBy),
        createdAt: request.arrivedAt,
      })
      .execute()
    await trx
      .insertInto('activities')
      .values({
        id: newId(),
        orderId: id,
        supplierId: body.supplierId,
        kind: 'on-site',
        title: body.offer,
        place: JSON.stringify({ kind: 'supplier-address', addressId: body.deliveryAddressId }),
        status: 'approved',
        startDate: body.startDate,
        endDate: body.endDate,
        spansOrder: true,
        createdAt: request.arrivedAt,
      })
      .execute()
    await recordChange(trx, request, {
      action: 'drafted',
      entity: 'order',
      entityId: id,
      orderId: id,
      registeredBy: body.registeredBy,
      changes: {
        supplierId: body.supplierId,
        orderedMinutes: body.orderedMinutes,
        startDate: body.startDate,
        endDate: body.endDate,
      },
    })
    const order = await findOrder(trx, request.caller, id)
    const answer = await orderAnswer(trx, order, request.caller)
    return { ...answer, status: 201, headers: { ...answer.headers, location: `/v1/orders/${id}` } }
  })
