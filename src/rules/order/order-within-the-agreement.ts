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
  const outside = [
    ...(order.supplierId === agreement.supplierId ? [] : ['supplierId']),
    ...(agreement.offers.includes(order.offer) ? [] : ['offer']),
    ...(agreement.targetGroups.includes(order.targetGroup) ? [] : ['targetGroup']),
    ...(order.startDate >= agreement.validFrom ? [] : ['startDate']),
    ...(order.endDate <= agreement.validTo ? [] : ['endDate']),
  ]
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
