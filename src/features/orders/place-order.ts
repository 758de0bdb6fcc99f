import { localDateAt } from '#kernel/instant.ts'
import type { LocalDate } from '#kernel/local-date.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import { recordChange } from '#platform/audit/change-log.ts'
import type { Trx } from '#platform/db/transaction.ts'
import type { Deps } from '#platform/deps.ts'
import { etagOf } from '#platform/http/etag.ts'
import { write } from '#platform/http/idempotency.ts'
import { instantOf } from '#platform/http/instants.ts'
import { demand, HttpProblem } from '#platform/http/problems/problem.ts'
import type { Answer, PortalRequest } from '#platform/http/route.ts'
import { newId } from '#platform/ids.ts'
import { citizenNumberCanExist } from '#rules/order/citizen-number.ts'
import { bothPartiesAreReachable } from '#rules/order/contact-person-missing.ts'
import { deliveryAddressIsRegistered, orderIsCoherent, targetGroupIsKnown } from '#rules/order/order-is-coherent.ts'
import { orderWithinTheAgreement } from '#rules/order/order-within-the-agreement.ts'
import { citizenByNumber } from './citizen.queries.ts'
import { activitiesOf, agreementTerms, findOrder, reachabilityOf, validCodes } from './order.queries.ts'
import type { PlaceOrder } from './order-commands.ts'
import { orderDocument } from './order-document.ts'

const unknown = (pointer: string): HttpProblem =>
  new HttpProblem('not-found', {
    faults: [{ pointer, code: 'not-found', detail: { da: 'Findes ikke.', en: 'Does not exist.' } }],
  })

/** § 4, § 14, § 17: holds the order against the parties, the agreement and the reference data. */
const holdAgainstRules = async (
  trx: Trx,
  jobcenterId: string,
  order: PlaceOrder,
  firstMeetingOn: LocalDate,
): Promise<void> => {
  const { startDate, endDate } = order
  const agreement = await agreementTerms(trx, order.frameworkAgreementId, false)
  if (!agreement) throw unknown('/frameworkAgreementId')
  const supplier = await reachabilityOf(trx, order.supplierId)
  if (!supplier?.kinds.includes('supplier')) throw unknown('/supplierId')
  const jobcenter = await reachabilityOf(trx, jobcenterId)
  if (!jobcenter) throw new HttpProblem('not-found')
  const groups = await validCodes(trx, 'target-groups', startDate)
  const addresses = await trx
    .selectFrom('deliveryAddresses')
    .select('id')
    .where('organisationId', '=', order.supplierId)
    .execute()
  demand(
    firstRefusal(
      () => citizenNumberCanExist(order.citizen.cpr),
      () => orderIsCoherent({ startDate, endDate, firstMeetingOn }),
      () => targetGroupIsKnown(order.targetGroup, groups),
      () => orderWithinTheAgreement(order, agreement),
      () =>
        deliveryAddressIsRegistered(
          order.deliveryAddressId,
          addresses.map((address) => address.id),
        ),
      () => bothPartiesAreReachable(supplier, jobcenter),
    ),
  )
}

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
    await holdAgainstRules(trx, jobcenterId, body, localDateAt(firstMeetingAt))
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
        reports: body.reports ? JSON.stringify(body.reports) : null,
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
    return {
      status: 201,
      headers: { location: `/v1/orders/${id}`, etag: etagOf(order.version) },
      body: orderDocument(order, await activitiesOf(trx, id), null),
    }
  })
