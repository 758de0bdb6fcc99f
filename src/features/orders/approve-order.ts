import { localDateAt } from '#kernel/instant.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Deps } from '#platform/deps.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { approvalNeedsSecondPerson } from '#rules/order/approval-needs-second-person.ts'
import { bothPartiesAreReachable } from '#rules/order/contact-person-missing.ts'
import { deliveryAddressIsRegistered, orderIsCoherent } from '#rules/order/order-is-coherent.ts'
import {
  type CourseStatus,
  canBeApproved,
  canBeCancelled,
  courseHasBegun,
  type OrderStatus,
} from '#rules/order/order-life.ts'
import { budgetIsKept, orderValueOere, orderWithinTheAgreement } from '#rules/order/order-within-the-agreement.ts'
import { partiesAreWhatTheyWere } from '#rules/order/party-kind-missing.ts'
import { agreementTerms, findOrder, hasFirstMeetingProcedure, lockOrder, reachabilityOf } from './order.queries.ts'
import { orderAnswer } from './order-answer.ts'
import type { ApproveOrder, CancelOrder } from './order-commands.ts'
import type { OrderRow } from './order-document.ts'
import { openDutiesOfOrder, waiveDutiesOfCancelled } from './order-duties.ts'
import { deliveryAddressesOf } from './order-terms.ts'

type Drafter = { readonly email: string }

export const stateOf = (order: OrderRow) => ({
  status: order.status as OrderStatus,
  courseStatus: order.courseStatus as CourseStatus,
})

/**
 * § 1: a second person approves, and the order is placed with the supplier. The agreement's row is locked, so that two
 * approvals cannot pass its ceiling together (003).
 */
export const approveOrder = (deps: Deps, request: PortalRequest<ApproveOrder, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrder(trx, request.caller, request.params.id)
    if (order.jobcenterId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const { approvedBy } = request.body
    demand(canBeApproved(stateOf(order)))
    const draftedBy = order.draftedBy as unknown as Drafter & { editedBy?: readonly Drafter[] }
    for (const drafter of [draftedBy, ...(draftedBy.editedBy ?? [])]) {
      demand(approvalNeedsSecondPerson(drafter, approvedBy))
    }
    const agreement = await agreementTerms(trx, order.frameworkAgreementId, true)
    const supplier = await reachabilityOf(trx, order.supplierId)
    const jobcenter = await reachabilityOf(trx, order.jobcenterId)
    if (!agreement || !supplier || !jobcenter) throw new HttpProblem('not-found')
    const addresses = await deliveryAddressesOf(trx, order.supplierId)
    demand(
      firstRefusal(
        () => orderIsCoherent({ ...order, firstMeetingOn: localDateAt(order.firstMeetingAt) }),
        () => orderWithinTheAgreement(order, agreement),
        () => deliveryAddressIsRegistered(order.deliveryAddressId, addresses),
        () => partiesAreWhatTheyWere(supplier, jobcenter),
        () => bothPartiesAreReachable(supplier, jobcenter),
        () => budgetIsKept(order.orderedMinutes, agreement),
      ),
    )
    const valueOere = orderValueOere(order.orderedMinutes, agreement.unitPriceOere)
    await trx
      .updateTable('frameworkAgreements')
      .set((eb) => ({ committedOere: eb('committedOere', '+', valueOere) }))
      .where('id', '=', agreement.id)
      .execute()
    await trx
      .updateTable('orders')
      .set((eb) => ({
        status: 'approved',
        approvedBy: JSON.stringify(approvedBy),
        approvedAt: request.arrivedAt,
        committedOere: valueOere,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', order.id)
      .execute()
    await recordChange(trx, request, {
      action: 'approved',
      entity: 'order',
      entityId: order.id,
      orderId: order.id,
      registeredBy: { name: approvedBy.name, email: approvedBy.email },
      changes: { status: { from: 'draft', to: 'approved' }, role: approvedBy.role, committedOere: valueOere },
    })
    await appendEvent(trx, {
      type: 'order.placed',
      occurredAt: request.arrivedAt,
      producerId: order.jobcenterId,
      recipients: [order.supplierId],
      orderId: order.id,
      data: { orderId: order.id },
      path: `/v1/orders/${order.id}`,
    })
    const approved = await findOrder(trx, request.caller, order.id)
    await openDutiesOfOrder(trx, approved, request.arrivedAt)
    return orderAnswer(trx, approved, request.caller)
  })

/** Cancels a draft, or an approved order whose course has not begun; the supplier hears of the latter. */
export const cancelOrder = (deps: Deps, request: PortalRequest<CancelOrder, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockOrder(trx, request.caller, request.params.id)
    if (order.jobcenterId !== request.caller.organisation.id) throw new HttpProblem('not-found')
    const firstMeetingProcedure = await hasFirstMeetingProcedure(trx, order.targetGroup, order.startDate)
    const state = stateOf(order)
    const today = localDateAt(request.arrivedAt)
    demand(
      canBeCancelled(state, courseHasBegun({ ...state, startDate: order.startDate, firstMeetingProcedure, today })),
    )
    const { cause, text, registeredBy } = request.body
    if (order.committedOere > 0) {
      await trx
        .updateTable('frameworkAgreements')
        .set((eb) => ({ committedOere: eb('committedOere', '-', order.committedOere) }))
        .where('id', '=', order.frameworkAgreementId)
        .execute()
    }
    await trx
      .updateTable('orders')
      .set((eb) => ({
        status: 'cancelled',
        cancellation: JSON.stringify({ cause, ...(text === undefined ? {} : { text }), by: registeredBy }),
        cancelledAt: request.arrivedAt,
        committedOere: 0,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', order.id)
      .execute()
    await recordChange(trx, request, {
      action: 'cancelled',
      entity: 'order',
      entityId: order.id,
      orderId: order.id,
      registeredBy,
      changes: { status: { from: order.status, to: 'cancelled' }, cause },
    })
    if (order.approvedAt !== null) {
      await appendEvent(trx, {
        type: 'order.cancelled',
        occurredAt: request.arrivedAt,
        producerId: order.jobcenterId,
        recipients: [order.supplierId],
        orderId: order.id,
        data: { orderId: order.id, cause },
        path: `/v1/orders/${order.id}`,
      })
    }
    await waiveDutiesOfCancelled(trx, order.id, request.arrivedAt)
    return orderAnswer(trx, await findOrder(trx, request.caller, order.id), request.caller)
  })
