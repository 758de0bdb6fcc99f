import type { LocalDate } from '#kernel/local-date.ts'
import { allowed, refused, type Verdict } from '#kernel/verdict.ts'

export type AgreementTerms = {
  readonly supplierId: string
  readonly offers: readonly string[]
  readonly targetGroups: readonly string[]
  readonly validFrom: LocalDate
  readonly validTo: LocalDate
  /** Price of an hour. Øre. */
  readonly unitPriceOere: number
  /** Øre; null: no ceiling. */
  readonly budgetOere: number | null
  /** What the approved orders of the agreement add up to. Øre. */
  readonly committedOere: number
}

export type OrderedCourse = {
  readonly supplierId: string
  readonly offer: string
  readonly targetGroup: string
  readonly startDate: LocalDate
  readonly endDate: LocalDate
  readonly orderedMinutes: number
}

/** § 14: an order lies within its agreement's supplier, offers, target groups and dates. */
export const orderWithinTheAgreement = (
  order: OrderedCourse,
  agreement: AgreementTerms,
): Verdict<'agreement-not-valid'> => {
  const outside = membersOutside(order, agreement)
  return outside.length === 0 ? allowed : refused('agreement-not-valid', { outside })
}

type Member = Exclude<keyof OrderedCourse, 'orderedMinutes'>

const membersOutside = (order: OrderedCourse, agreement: AgreementTerms): Member[] => {
  const within: Record<Member, boolean> = {
    supplierId: order.supplierId === agreement.supplierId,
    offer: agreement.offers.includes(order.offer),
    targetGroup: agreement.targetGroups.includes(order.targetGroup),
    startDate: order.startDate >= agreement.validFrom,
    endDate: order.endDate <= agreement.validTo,
  }
  return (Object.keys(within) as Member[]).filter((member) => !within[member])
}

/**
 * Ours: an amendment under the same agreement is refused for what it moves away from it. What lies outside already, because the
 * agreement became narrower since, may stay or come closer.
 */
export const amendmentWithinTheAgreement = (
  before: OrderedCourse,
  after: OrderedCourse,
  agreement: AgreementTerms,
): Verdict<'agreement-not-valid'> => {
  const movesAway = (member: Member): boolean => {
    if (member === 'startDate') return after.startDate < before.startDate
    return member === 'endDate' ? after.endDate > before.endDate : after[member] !== before[member]
  }
  const outside = membersOutside(after, agreement).filter(movesAway)
  return outside.length === 0 ? allowed : refused('agreement-not-valid', { outside })
}

/** The order's value at the agreement's hourly price. Øre, rounded half up; an hour is 60 minutes (§ 4). */
export const orderValueOere = (orderedMinutes: number, unitPriceOere: number): number =>
  Math.floor((orderedMinutes * unitPriceOere + 30) / 60)

/** 003: approving the order does not pass the agreement's ceiling. */
export const budgetIsKept = (orderedMinutes: number, agreement: AgreementTerms): Verdict<'budget-exceeded'> => {
  const { budgetOere, committedOere } = agreement
  const valueOere = orderValueOere(orderedMinutes, agreement.unitPriceOere)
  return budgetOere === null || committedOere + valueOere <= budgetOere
    ? allowed
    : refused('budget-exceeded', { budgetOere, committedOere, orderValueOere: valueOere })
}
