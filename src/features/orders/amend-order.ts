import { settleReferrals } from '#features/absences/lookups.ts'
import { touchDays } from '#features/attendance/commands.ts'
import { anythingRecorded } from '#features/first-meetings/lookups.ts'
import type { Person } from '#kernel/caller.ts'
import { localDateAt } from '#kernel/instant.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import { recordLookup } from '#platform/audit/lookups.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { demandIfMatch, etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { demand, HttpProblem, invalid } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { appendEvent } from '#platform/outbox/append-event.ts'
import { changedByTheJobcenter, periodsThatMove, planConflicts } from '#rules/order/amendment.ts'
import { canBeChanged, membersCanBeChanged } from '#rules/order/order-life.ts'
import { budgetIsKept, orderValueOere } from '#rules/order/order-within-the-agreement.ts'
import { changesOf, termsAfter } from './amended-terms.ts'
import { stateOf } from './approve-order.ts'
import { moveActivities } from './move-activities.ts'
import { datesOnRecord } from './on-record.ts'
import { agreementTerms, findOrder, lockOrdersOfCitizen, type OrderRow } from './order.queries.ts'
import { orderAnswer } from './order-answer.ts'
import type { AmendOrder } from './order-commands.ts'
import { moveDutiesOfOrder } from './order-duties.ts'
import { demandSoundChange } from './order-terms.ts'

const needed = (pointer: string): HttpProblem =>
  invalid(pointer, 'required', { da: 'Skal oplyses.', en: 'Has to be given.' })

const personOf = (body: AmendOrder): Person => {
  const person = body.registeredBy ?? body.amendedBy
  if (!person) throw needed('/registeredBy')
  return person
}

/**
 * 003: what an amended order commits, under the agreement's lock. Ours: only an amendment that costs more is held against the
 * ceiling, and the price is the agreement's of today where the hours change.
 */
const recommit = async (trx: Trx, order: OrderRow, orderedMinutes: number): Promise<number> => {
  if (orderedMinutes === order.orderedMinutes) return order.committedOere
  const agreement = await agreementTerms(trx, order.frameworkAgreementId, true)
  if (!agreement) throw new HttpProblem('not-found')
  const valueOere = orderValueOere(orderedMinutes, agreement.unitPriceOere)
  const more = valueOere - order.committedOere
  if (more > 0) {
    const without = { ...agreement, committedOere: agreement.committedOere - order.committedOere }
    demand(budgetIsKept(orderedMinutes, without))
  }
  await trx
    .updateTable('frameworkAgreements')
    .set((eb) => ({ committedOere: eb('committedOere', '+', more) }))
    .where('id', '=', agreement.id)
    .execute()
  return valueOere
}

/** Whether what is planned or registered lies beyond the amended order. */
const conflicts = async (
  trx: Trx,
  order: OrderRow,
  after: Pick<OrderRow, 'startDate' | 'endDate' | 'orderedMinutes'>,
): Promise<boolean> => {
  const planned = await trx
    .selectFrom('plannedDays')
    .select('date')
    .distinct()
    .where('orderId', '=', order.id)
    .execute()
  return planConflicts({
    order: { startDate: after.startDate, lastDay: after.endDate, orderedMinutes: after.orderedMinutes },
    plannedMinutes: order.plannedMinutes,
    planned: planned.map((day) => day.date),
    onRecord: await datesOnRecord(trx, order),
  })
}

/** The jobcenter alone changes an order; to anyone else who sees it the rule says so (§ 4). */
const lockToChange = async (trx: Trx, request: PortalRequest<unknown, { id: string }>): Promise<OrderRow> => {
  const order = await lockOrdersOfCitizen(trx, request.caller, request.params.id)
  const own = request.caller.organisation.id
  if (order.jobcenterId !== own && order.supplierId !== own) throw new HttpProblem('not-found')
  demand(changedByTheJobcenter(order.jobcenterId === own ? 'jobcenter' : 'supplier'))
  return order
}

/**
 * § 1, § 4: edits a draft, or amends an approved order: the rules about what changes are asked, the old values are kept, and the
 * supplier is told. An amendment below what is planned or registered is taken and flags the plan.
 */
export const amendOrder = (deps: Deps, request: PortalRequest<AmendOrder, { id: string }>): Promise<Answer> =>
  write(deps.database, request, async (trx) => {
    const order = await lockToChange(trx, request)
    demandIfMatch(request.header('if-match'), etagOf(order.version))
    demand(canBeChanged(stateOf(order)))
    const draft = order.status === 'draft'
    const { body } = request
    const person = personOf(body)
    if (draft && person.email === undefined) throw needed('/registeredBy/email')
    if (!draft && body.reason === undefined) throw needed('/reason')
    const after = termsAfter(order, body)
    const changes = changesOf(order, after)
    // Ours: a start that moves past the meeting takes it along.
    const meetingStays = after.startDate <= localDateAt(order.firstMeetingAt)
    const meetingRecorded = meetingStays && (order.firstAttendedOn !== null || (await anythingRecorded(trx, order.id)))
    demand(membersCanBeChanged(stateOf(order), changes.members, meetingRecorded))
    if (changes.members.length === 0) {
      // Nothing is written that would tell of the answer.
      const { id: orderId, citizenId } = order
      await recordLookup(trx, request, { operation: 'amendOrder', citizenId, orderId, purpose: null })
      return orderAnswer(trx, order, request.caller)
    }
    await demandSoundChange(
      trx,
      order.jobcenterId,
      { ...order, firstMeetingOn: localDateAt(order.firstMeetingAt) },
      { ...after, firstMeetingOn: localDateAt(after.firstMeetingAt) },
      changes.members,
    )
    const committedOere = draft ? 0 : await recommit(trx, order, after.orderedMinutes)
    const planConflict = !draft && (await conflicts(trx, order, after))
    const drafters = order.draftedBy as { editedBy?: Person[] }
    await trx
      .updateTable('orders')
      .set((eb) => ({
        ...after,
        caseworker: JSON.stringify(after.caseworker),
        reports: after.reports === null ? null : JSON.stringify(after.reports),
        subcontractors: JSON.stringify(after.subcontractors),
        // § 1: whoever edited the draft is not its second person either.
        ...(draft
          ? { draftedBy: JSON.stringify({ ...drafters, editedBy: [...(drafters.editedBy ?? []), person] }) }
          : {}),
        committedOere,
        planConflict,
        // § 4: a plan that no longer adds up is not complete; who has read it has to read it again.
        planComplete: order.planComplete && after.orderedMinutes === order.plannedMinutes,
        planVersion: order.planVersion > 0 ? order.planVersion + 1 : 0,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', order.id)
      .execute()
    const amended = await findOrder(trx, request.caller, order.id)
    await moveActivities(trx, request, order, amended)
    await recordChange(trx, request, {
      action: draft ? 'edited' : 'amended',
      entity: 'order',
      entityId: order.id,
      orderId: order.id,
      registeredBy: person,
      changes: { members: changes.members, ...changes.plain, ...(planConflict ? { planConflict } : {}) },
    })
    if (!draft) {
      await keepAmendment(trx, request, order, changes, person)
      await moveDutiesOfOrder(trx, order, amended, request.arrivedAt)
      await settleReferrals(trx, order.id, request.arrivedAt, 'order-amended')
      for (const period of periodsThatMove(order, amended)) {
        await touchDays(trx, order.id, period, request.arrivedAt, 'order-amended')
      }
    }
    return orderAnswer(trx, amended, request.caller)
  })

/** Keeps what an approved order said before, and tells the supplier which members changed. */
const keepAmendment = async (
  trx: Trx,
  request: PortalRequest<AmendOrder>,
  order: OrderRow,
  changes: ReturnType<typeof changesOf>,
  person: Person,
): Promise<void> => {
  const id = newId()
  await trx
    .insertInto('orderAmendments')
    .values({
      id,
      orderId: order.id,
      jobcenterId: order.jobcenterId,
      amendedAt: request.arrivedAt,
      reason: request.body.reason ?? '',
      before: JSON.stringify(changes.before),
      after: JSON.stringify(changes.after),
      amendedBy: JSON.stringify(person),
    })
    .execute()
  await appendEvent(trx, {
    type: 'order.amended',
    occurredAt: request.arrivedAt,
    producerId: order.jobcenterId,
    recipients: [order.supplierId],
    orderId: order.id,
    data: { orderId: order.id, amendmentId: id, changed: changes.members.join(',') },
    path: `/v1/orders/${order.id}`,
  })
}
