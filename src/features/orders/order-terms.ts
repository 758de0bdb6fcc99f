import { demandKnownYear } from '#features/calendar/lookups.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { demand, HttpProblem, missing } from '#platform/http/problems/problem.ts'
import { bothPartiesAreReachable } from '#rules/order/contact-person-missing.ts'
import { deliveryAddressIsRegistered, orderIsCoherent, targetGroupIsKnown } from '#rules/order/order-is-coherent.ts'
import { orderWithinTheAgreement } from '#rules/order/order-within-the-agreement.ts'
import { agreementTerms, reachabilityOf, validCodes } from './order.queries.ts'

/** What an order says, as far as agreement, parties and reference data have to allow it. Ids in small letters. */
export type OrderTerms = {
  readonly supplierId: string
  readonly frameworkAgreementId: string
  readonly offer: string
  readonly targetGroup: string
  readonly startDate: LocalDate
  readonly endDate: LocalDate
  readonly orderedMinutes: number
  readonly deliveryAddressId: string
  /** Local date of the first meeting. */
  readonly firstMeetingOn: LocalDate
}

/** Ours: days after an order's end in which its last duties fall due; interim reports are due within sixty working days. */
const calendarRoomDays = 120

/** The ids of the delivery addresses that a supplier has registered (§ 4). */
export const deliveryAddressesOf = async (trx: Trx, supplierId: string): Promise<string[]> => {
  const addresses = await trx
    .selectFrom('deliveryAddresses')
    .select('id')
    .where('organisationId', '=', supplierId)
    .execute()
  return addresses.map((address) => address.id)
}

/**
 * § 4, § 14, § 17: holds an order's terms against the parties, the agreement and the reference data.
 * @throws HttpProblem of the rule that refuses, or `not-found` naming what there is not
 */
export const demandSoundTerms = async (trx: Trx, jobcenterId: string, terms: OrderTerms): Promise<void> => {
  demandKnownYear('/startDate', terms.startDate)
  // What is due after the end has to lie in the calendar too.
  demandKnownYear('/endDate', addDays(terms.endDate, calendarRoomDays))
  const agreement = await agreementTerms(trx, terms.frameworkAgreementId, false)
  if (!agreement) throw missing('/frameworkAgreementId')
  const supplier = await reachabilityOf(trx, terms.supplierId)
  if (!supplier?.kinds.includes('supplier')) throw missing('/supplierId')
  const jobcenter = await reachabilityOf(trx, jobcenterId)
  if (!jobcenter) throw new HttpProblem('not-found')
  const groups = await validCodes(trx, 'target-groups', terms.startDate)
  const addresses = await deliveryAddressesOf(trx, terms.supplierId)
  demand(
    firstRefusal(
      () => orderIsCoherent(terms),
      () => targetGroupIsKnown(terms.targetGroup, groups),
      () => orderWithinTheAgreement(terms, agreement),
      () => deliveryAddressIsRegistered(terms.deliveryAddressId, addresses),
      () => bothPartiesAreReachable(supplier, jobcenter),
    ),
  )
}
