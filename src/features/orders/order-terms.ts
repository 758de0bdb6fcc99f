import { demandKnownYear } from '#features/calendar/lookups.ts'
import { addDays, type LocalDate } from '#kernel/local-date.ts'
import { firstRefusal } from '#kernel/verdict.ts'
import type { Trx } from '#platform/db/transaction.ts'
import { demand, HttpProblem, missing } from '#platform/http/problems/problem.ts'
import { bothPartiesAreReachable } from '#rules/order/contact-person-missing.ts'
import { deliveryAddressIsRegistered, orderIsCoherent, targetGroupIsKnown } from '#rules/order/order-is-coherent.ts'
import { amendmentWithinTheAgreement, orderWithinTheAgreement } from '#rules/order/order-within-the-agreement.ts'
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
  readonly reports: unknown
}

/** A UUID is the same in capitals; the database gives it in small letters. */
export const reportsOf = <R extends { templateId?: string }>(reports: R): R =>
  reports.templateId === undefined ? reports : { ...reports, templateId: reports.templateId.toLowerCase() }

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

const templateOf = (reports: unknown): string | undefined => (reports as { templateId?: string } | null)?.templateId

/** @throws HttpProblem `not-found` at `/reports/templateId` for one that is no template of final reports, or none any more */
const demandTemplate = async (trx: Trx, reports: unknown): Promise<void> => {
  const templateId = templateOf(reports)
  if (templateId === undefined) return
  const template = await trx
    .selectFrom('reportTemplates')
    .select('id')
    .where('id', '=', templateId)
    .where('kind', '=', 'final')
    .where('validTo', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!template) throw missing('/reports/templateId')
}

/** What is due after the end has to lie in the calendar too. */
const demandKnownEnd = (endDate: LocalDate): void => demandKnownYear('/endDate', addDays(endDate, calendarRoomDays))

/**
 * § 4, § 14, § 17: holds an order's terms against the parties, the agreement and the reference data.
 * @throws HttpProblem of the rule that refuses, or `not-found` naming what there is not
 */
export const demandSoundTerms = async (trx: Trx, jobcenterId: string, terms: OrderTerms): Promise<void> => {
  demandKnownYear('/startDate', terms.startDate)
  demandKnownEnd(terms.endDate)
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
  await demandTemplate(trx, terms.reports)
}

/**
 * Ours: as `demandSoundTerms`, of what an edit or an amendment changes and nothing else: what became unsound by itself since,
 * such as an agreement that ends earlier, keeps nobody from changing the rest. Another supplier or agreement is a new order's.
 * @param changed the names of the members that differ
 */
export const demandSoundChange = async (
  trx: Trx,
  jobcenterId: string,
  before: OrderTerms,
  after: OrderTerms,
  changed: readonly string[],
): Promise<void> => {
  const changes = (...members: readonly string[]): boolean => members.some((member) => changed.includes(member))
  if (changes('supplierId', 'frameworkAgreementId')) return demandSoundTerms(trx, jobcenterId, after)
  if (changes('startDate')) demandKnownYear('/startDate', after.startDate)
  if (changes('endDate')) demandKnownEnd(after.endDate)
  if (changes('startDate', 'endDate', 'firstMeetingAt')) demand(orderIsCoherent(after))
  if (changes('targetGroup', 'startDate')) {
    const known = await validCodes(trx, 'target-groups', after.startDate)
    const wasKnown =
      changes('targetGroup') || (await validCodes(trx, 'target-groups', before.startDate)).has(before.targetGroup)
    if (wasKnown) demand(targetGroupIsKnown(after.targetGroup, known))
  }
  if (changes('offer', 'targetGroup', 'startDate', 'endDate')) {
    const agreement = await agreementTerms(trx, after.frameworkAgreementId, false)
    if (!agreement) throw missing('/frameworkAgreementId')
    demand(amendmentWithinTheAgreement(before, after, agreement))
  }
  if (changes('deliveryAddressId')) {
    demand(deliveryAddressIsRegistered(after.deliveryAddressId, await deliveryAddressesOf(trx, after.supplierId)))
  }
  if (templateOf(before.reports) !== templateOf(after.reports)) await demandTemplate(trx, after.reports)
}
